"""What a condition leaves out (pages "Condition functions", "Conditions")."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloudformation.conftest import Stacks

TEXT = """
    Parameters: {Wanted: {Type: String}}
    Conditions: {C: !Equals [!Ref Wanted, "yes"]}
    Resources:
      Q: {Type: AWS::SQS::Queue, Condition: C}
      T: {Type: AWS::SNS::Topic, DependsOn: Q, Properties: {DisplayName: <name>}}
    Outputs: {O: {<told>}}
"""
CHOSEN, ALWAYS = "!If [C, !GetAtt Q.QueueName, none]", "!GetAtt Q.QueueName"


def text(name: str, told: str) -> str:
    return TEXT.replace("<name>", name).replace("<told>", told)


def given(wanted: str) -> list[dict[str, str]]:
    return [{"ParameterKey": "Wanted", "ParameterValue": wanted}]


@pytest.mark.parametrize(("name", "told"), [(CHOSEN, "Value: x"), ("x", f"Value: {ALWAYS}, Condition: C")])
def test_what_is_left_out_with_its_resource_is_not_missed(stacks: Stacks, name: str, told: str) -> None:
    assert stacks.create(text(name, told), Parameters=given("no")) == "CREATE_COMPLETE", stacks.reasons()
    assert list(stacks.resources()) == ["T"]


@pytest.mark.parametrize(
    ("name", "told", "section"), [(ALWAYS, "Value: x", "Resources"), ("x", f"Value: {ALWAYS}", "Outputs")]
)
def test_a_reference_to_what_is_left_out_is_refused_at_once(stacks: Stacks, name: str, told: str, section: str) -> None:
    refused = rf"Unresolved resource dependencies \[Q\] in the {section} block of the template"
    with pytest.raises(ClientError, match=refused):
        stacks.create(text(name, told), Parameters=given("no"))
    with pytest.raises(ClientError, match="does not exist"):
        stacks.describe()
    assert stacks.create(text(name, told), Parameters=given("yes")) == "CREATE_COMPLETE", stacks.reasons()
    with pytest.raises(ClientError, match=refused):
        stacks.update(text(name, told), Parameters=given("no"))


def test_a_parameter_that_the_store_has_not_is_refused_at_once(stacks: Stacks) -> None:
    """Page "Specify existing resources at runtime with CloudFormation-supplied parameter types"."""
    kind = "AWS::SSM::Parameter::Value<String>"
    found = f"Parameters: {{P: {{Type: {kind}, Default: /none}}}}\nResources: {{T: {{Type: AWS::SNS::Topic}}}}"
    with pytest.raises(ClientError, match=r"Unable to fetch parameters \[/none\]"):
        stacks.create(found)
