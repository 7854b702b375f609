"""What a template may say, and what is said about one that may not (user guide, "Template anatomy")."""

from __future__ import annotations

import pytest

from localaws.planes.cloudformation import template
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.rows import ROWS

TOPIC = "  A: {Type: AWS::SNS::Topic}"


def problem(text: str) -> str:
    with pytest.raises(Refused) as error:
        template.check(template.parse(text), set(ROWS))
    return str(error.value)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref A", {"Ref": "A"}),
        ("!GetAtt A.Outputs.B", {"Fn::GetAtt": ["A", "Outputs.B"]}),
        ("!GetAtt [A, Arn]", {"Fn::GetAtt": ["A", "Arn"]}),
        ("!Sub '${A}-x'", {"Fn::Sub": "${A}-x"}),
        ("!Join [',', [a, !Ref B]]", {"Fn::Join": [",", ["a", {"Ref": "B"}]]}),
        ("!If [C, 1, 2]", {"Fn::If": ["C", 1, 2]}),
        ("!Condition C", {"Condition": "C"}),
        ("!FindInMap [M, k, v]", {"Fn::FindInMap": ["M", "k", "v"]}),
        ("2012-10-17", "2012-10-17"),
    ],
)
def test_short_forms_are_their_long_forms(short: str, long: object) -> None:
    """Page "Intrinsic function reference"; a date is text."""
    assert template.parse(f"x: {short}") == {"x": long}


def test_json_is_a_template_too() -> None:
    assert template.parse('{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}')["Resources"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources: {}", "At least one Resources member must be defined"),
        ("Resources: {A: {}}", "[/Resources/A] Every Resources object must contain a Type member"),
        ("Resources: {A: {Type: AWS::No::Thing}}", "Unrecognized resource types: [AWS::No::Thing]"),
        ("Resources: {A: {Type: AWS::EC2::Instance}}", "NotImplemented: resource types [AWS::EC2::Instance]"),
        ("Resources: {A: {Type: Custom::Info}}", "NotImplemented: resource types [Custom::Info]"),
        (
            f"Mappings: {{M: {{'Fn::Transform': x}}}}\nResources:\n{TOPIC}",
            "NotImplemented: intrinsic function Fn::Transform",
        ),
        (
            f"Resources:\n{TOPIC}\nOutputs: {{O: {{Value: !GetAtt B.Arn}}}}",
            "Fn::GetAtt references undefined resource B",
        ),
        (
            f"Resources:\n{TOPIC}\nOutputs: {{O: {{Value: !GetAtt A.No}}}}",
            "A does not support attribute type No in Fn::GetAtt",
        ),
        (f"Resurces: 1\nResources:\n{TOPIC}", "Invalid template property or properties [Resurces]"),
        (f"Transform: AWS::Serverless-2016-10-31\nResources:\n{TOPIC}", "NotImplemented: template section Transform"),
        ("Resources: {A: {Type: AWS::SNS::Topic, Propertys: {}}}", "Invalid template resource property 'Propertys'"),
        ("Resources: {A: {Type: AWS::SNS::Topic, DependsOn: B}}", "Unresolved resource dependencies [B]"),
        ("Resources: {A: {Type: AWS::SNS::Topic, Condition: C}}", "Unresolved condition dependency C"),
        (f"Resources:\n{TOPIC}\nOutputs: {{O: {{Value: !Ref B}}}}", "[B] in the Outputs block of the template"),
        (f"Resources:\n{TOPIC}\n{TOPIC}", "duplicate key 'A'"),
        ("Resources: {A: [", "YAML not well-formed. (line 1"),
        ('{"Resources": ', "JSON not well-formed"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    assert said in problem(text)


def test_resources_come_after_what_they_refer_to() -> None:
    """Page "DependsOn attribute"."""
    found = template.parse(
        """
        Resources:
          A: {Type: T, Properties: {X: !Sub "${B.Arn}"}}
          B: {Type: T, DependsOn: [C]}
          C: {Type: T, Properties: {Y: !Sub ["${Z}", {Z: !GetAtt D.Arn}]}}
          D: {Type: T}
        """
    )
    assert template.order(found) == ["D", "C", "B", "A"]


def test_a_circle_is_refused() -> None:
    found = template.parse("Resources: {A: {Type: T, DependsOn: B}, B: {Type: T, DependsOn: A}}")
    with pytest.raises(Refused, match=r"Circular dependency between resources: \[A, B\]"):
        template.order(found)
