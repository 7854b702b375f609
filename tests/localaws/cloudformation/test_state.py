"""Stacks are plain data: they outlive the process (see localaws.state)."""

from __future__ import annotations

import pickle
from pathlib import Path

from localaws.planes.cloudformation import operations
from localaws.planes.cloudformation.outputs import Export
from localaws.planes.cloudformation.stacks import Change, ChangeSet, Definition, Output, Resource, Stack
from localaws.testing import Server

TEXT = "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: kept, DelaySeconds: %d}}}"


def stack(status: str = "CREATE_COMPLETE") -> Stack:
    found = Stack("arn:x/s/1", "s", "123456789012", "us-east-1", Definition("", {}, {}), status=status)
    found.resources["Q"] = Resource("Q", "AWS::SQS::Queue", "url", {"DelaySeconds": 1})
    found.outputs.append(Output("O", "v", None, "e"))
    found.turn(status)
    return found


def test_what_is_kept_can_be_pickled() -> None:
    changes = [Change("Add", "Q", None, "AWS::SQS::Queue")]
    kept = [
        stack(),
        ChangeSet("i", "c", "CREATE", "x", "s", Definition("", {}, {}), changes=changes),
        Export("x", "e", "v"),
    ]
    assert pickle.loads(pickle.dumps(kept)) == kept


class Backend:
    def __init__(self, *stacks: Stack) -> None:
        self.stacks = {str(place): found for place, found in enumerate(stacks)}


def test_a_stack_whose_operation_died_with_the_process_says_so() -> None:
    cases = {
        "CREATE_IN_PROGRESS": "CREATE_FAILED",
        "UPDATE_IN_PROGRESS": "UPDATE_FAILED",
        "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
        "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
        "DELETE_IN_PROGRESS": "DELETE_FAILED",
        "REVIEW_IN_PROGRESS": "REVIEW_IN_PROGRESS",
        "CREATE_COMPLETE": "CREATE_COMPLETE",
    }
    stacks = [stack(status) for status in cases]
    operations.interrupted(Backend(*stacks))
    assert [found.status for found in stacks] == list(cases.values())


def test_a_stack_is_updated_after_a_restart(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.client("cloudformation").create_stack(StackName="s", TemplateBody=TEXT % 1)
    with Server(tmp_path) as server:
        api = server.client("cloudformation")
        before = api.describe_stack_resources(StackName="s")["StackResources"][0]["PhysicalResourceId"]
        api.update_stack(StackName="s", TemplateBody=TEXT % 2)
        assert api.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE"
        assert before.endswith("/kept")
