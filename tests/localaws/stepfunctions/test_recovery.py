"""Executions over a stop and a kill of the server."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from localaws.testing import Server
from tests.localaws.stepfunctions.conftest import Bench

pytestmark = pytest.mark.slow("each test starts a server twice")

STATES: dict[str, Any] = {
    "Add": {"Type": "Pass", "Result": 7, "ResultPath": "$.added", "Next": "Each"},
    "Each": {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemProcessor": {
            "StartAt": "Which",
            "States": {
                "Which": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$", "NumericGreaterThan": 1, "Next": "Wait"}],
                    "Default": "Done",
                },
                "Wait": {"Type": "Wait", "Seconds": 10, "Next": "Done"},
                "Done": {"Type": "Pass", "End": True},
            },
        },
        "ResultPath": "$.items",
        "End": True,
    },
}


def events_of(server: Server, url: str) -> list[dict[str, Any]]:
    sqs = server.client("sqs")
    for _ in range(1000):
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if messages:
            return [json.loads(message["Body"]) for message in messages]
        time.sleep(0.01)
    raise AssertionError("no event")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_ran_is_aborted_told_and_redriven(tmp_path: Path, end: str) -> None:
    """A stop loses nothing; after a kill the execution stands as it was last saved."""
    with Server(tmp_path / "state") as server:
        bench = Bench(server)
        machine = bench.machine(STATES)
        arn = f"arn:aws:sqs:us-east-1:123456789012:{bench.name}"
        allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": arn}]})
        bench.aws.client("sqs").create_queue(QueueName=bench.name, Attributes={"Policy": policy})
        pattern = json.dumps({"source": ["aws.states"], "detail": {"status": ["ABORTED"]}})
        server.client("events").put_rule(Name=bench.name, EventPattern=pattern)
        server.client("events").put_targets(Rule=bench.name, Targets=[{"Id": "1", "Arn": arn}])
        execution = bench.start(machine, {"items": [1, 2]})
        bench.until(execution, "WaitStateEntered")
        before = bench.events(execution)
        if end == "kill":
            wait_until_saved(tmp_path / "state", b"WaitStateEntered")
        getattr(server, end)()
        server.options = ("--time-scale", "0.01")  # the wait begins anew, and need not last
        server.start()
        bench.aws, bench.sfn = server, server.client("stepfunctions")
        seen = bench.look(execution)
        assert seen["status"] == "ABORTED"
        assert "RedriveExecution" in seen["cause"]
        url = server.client("sqs").get_queue_url(QueueName=bench.name)["QueueUrl"]
        assert events_of(server, url)[0]["detail"]["executionArn"] == execution
        assert bench.events(execution)[-1] == "ExecutionAborted"
        bench.sfn.redrive_execution(executionArn=execution)
        ended = bench.wait(execution)
        assert json.loads(ended["output"]) == {"items": [1, 2], "added": 7}
        after = bench.events(execution)
        assert after[: len(before)] == before
        assert after.count("PassStateEntered") == 3  # Add once, Done once an item


def wait_until_saved(state: Path, text: bytes) -> None:
    """The saved state knows of the execution that waits."""
    for _ in range(1500):
        saved = state / "snapshot"
        if saved.exists() and text in saved.read_bytes():
            return
        time.sleep(0.01)
    raise AssertionError(list(state.iterdir()))


def test_what_had_ended_is_as_it_was(tmp_path: Path) -> None:
    with Server(tmp_path / "state") as server:
        bench = Bench(server)
        machine = bench.machine({"F": {"Type": "Fail", "Error": "E", "Cause": "C"}})
        execution = bench.start(machine, {"a": 1})
        before = bench.wait(execution)
        server.stop()
        server.start()
        bench.sfn = server.client("stepfunctions")
        after = bench.look(execution)
        assert {key: after[key] for key in after if key != "ResponseMetadata"} == {
            key: before[key] for key in before if key != "ResponseMetadata"
        }
        assert bench.events(execution)[-1] == "ExecutionFailed"
        bench.sfn.redrive_execution(executionArn=execution)
        assert bench.wait(execution)["redriveCount"] == 1
        assert bench.output(bench.machine({"P": {"Type": "Pass", "End": True}}), {"n": 1}) == {"n": 1}
