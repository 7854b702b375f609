"""Change sets (user guide, "Update CloudFormation stacks using change sets")."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloudformation.conftest import CAPABILITIES, Stacks

TEXT = """
    Parameters: {Name: {Type: String, Default: q}, Unused: {Type: String, Default: u}}
    Resources:
      Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Name}-<id>"}}
      T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Q.QueueName}}
"""


def change_set(stacks: Stacks, text: str, kind: str = "UPDATE", **values: str) -> dict[str, Any]:
    stacks.made.append(stacks.name())
    made = stacks.api.create_change_set(
        StackName=stacks.name(),
        ChangeSetName="c",
        ChangeSetType=kind,
        TemplateBody=stacks.text(text),
        Capabilities=CAPABILITIES,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
    )
    found: dict[str, Any] = stacks.api.describe_change_set(ChangeSetName=made["Id"])
    return found


def changes(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """Action, logical id and whether it is replaced, a line a resource."""
    return [
        (change["Action"], change["LogicalResourceId"], change.get("Replacement", "-"))
        for change in (item["ResourceChange"] for item in found["Changes"])
    ]


def test_a_first_change_set_makes_the_stack(stacks: Stacks) -> None:
    found = change_set(stacks, TEXT, "CREATE")
    assert stacks.status() == "REVIEW_IN_PROGRESS"
    assert changes(found) == [("Add", "Q", "-"), ("Add", "T", "-")]
    stacks.api.execute_change_set(ChangeSetName="c", StackName=stacks.name())
    assert stacks.status() == "CREATE_COMPLETE"
    assert stacks.api.list_change_sets(StackName=stacks.name())["Summaries"] == []


@pytest.mark.parametrize(
    ("values", "text", "expected"),
    [
        ({"Name": "r"}, TEXT, [("Modify", "Q", "True"), ("Modify", "T", "False")]),
        ({}, TEXT.replace("!GetAtt Q.QueueName", "x"), [("Modify", "T", "False")]),
        ({}, TEXT.replace("T:", "N:"), [("Add", "N", "-"), ("Remove", "T", "-")]),
    ],
)
def test_what_would_change_is_listed(
    stacks: Stacks, values: dict[str, str], text: str, expected: list[tuple[str, ...]]
) -> None:
    """Page "ResourceChange"; a parameter is followed through functions and other resources."""
    stacks.create(TEXT)
    assert changes(change_set(stacks, text, **values)) == expected


@pytest.mark.parametrize("values", [{}, {"Name": "q"}, {"Unused": "other"}])
def test_a_change_set_without_changes_failed(stacks: Stacks, values: dict[str, str]) -> None:
    stacks.create(TEXT)
    found = change_set(stacks, "# a comment\n" + TEXT, **values)
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "The submitted information didn't contain changes" in found["StatusReason"]
    with pytest.raises(ClientError, match="cannot be executed in its current status"):
        stacks.api.execute_change_set(ChangeSetName="c", StackName=stacks.name())


def test_a_changed_output_is_a_change(stacks: Stacks) -> None:
    stacks.create(TEXT)
    found = change_set(stacks, TEXT + "    Outputs: {O: {Value: !Ref T}}\n")
    assert found["Status"] == "CREATE_COMPLETE"
    stacks.api.execute_change_set(ChangeSetName="c", StackName=stacks.name())
    assert stacks.outputs() == {"O": stacks.resources()["T"]}


def test_a_change_set_of_an_older_stack_is_obsolete(stacks: Stacks) -> None:
    """Page "ExecutionStatus": the stack was updated after the change set was made."""
    stacks.create(TEXT)
    assert change_set(stacks, TEXT, Name="r")["ExecutionStatus"] == "AVAILABLE"
    stacks.update(TEXT.replace("!GetAtt Q.QueueName", "x"))
    found = stacks.api.describe_change_set(StackName=stacks.name(), ChangeSetName="c")
    assert found["ExecutionStatus"] == "OBSOLETE"
    with pytest.raises(ClientError, match=r"in its current execution status of \[OBSOLETE\]"):
        stacks.api.execute_change_set(ChangeSetName="c", StackName=stacks.name())


def test_a_name_is_taken_once(stacks: Stacks) -> None:
    """Page "CreateChangeSet": AlreadyExistsException."""
    stacks.create(TEXT)
    change_set(stacks, TEXT, Name="r")
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        change_set(stacks, TEXT, Name="s")
    stacks.api.delete_change_set(ChangeSetName="c", StackName=stacks.name())
    assert change_set(stacks, TEXT, Name="s")["Status"] == "CREATE_COMPLETE"


def test_a_change_set_that_fails_is_rolled_back(stacks: Stacks) -> None:
    stacks.create(TEXT)
    before = stacks.resources()
    change_set(stacks, TEXT.replace("{QueueName", "{DelaySeconds: 99999, QueueName"), Name="r")
    stacks.api.execute_change_set(ChangeSetName="c", StackName=stacks.name())
    assert stacks.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.resources() == before
