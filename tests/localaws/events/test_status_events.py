"""Status changes of executions (AWS: "Automating Step Functions event delivery with EventBridge")."""

from __future__ import annotations

import json
from typing import Any

import pytest

PATTERN = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"]}


def watch(bench: Any, machine: str, *, target: dict[str, Any] | None = None, **detail: Any) -> None:
    bench.rule(target, EventPattern={**PATTERN, "detail": {"stateMachineArn": [machine], **detail}})


def by_status(events: list[Any]) -> dict[str, Any]:
    return {event["detail"]["status"]: event["detail"] for event in events}


def test_a_success(bench: Any) -> None:
    machine = bench.machine({"Type": "Pass", "End": True})
    watch(bench, machine)
    arn = bench.sfn.start_execution(stateMachineArn=machine, name="n", input='{"a": 1}')["executionArn"]
    events = bench.inbox.bodies(2)
    assert {event["resources"][0] for event in events} == {arn}
    seen = by_status(events)
    running, done = seen["RUNNING"], seen["SUCCEEDED"]
    assert (running["stopDate"], running["output"], running["redriveStatus"]) == (None, None, "NOT_REDRIVABLE")
    assert {key: done[key] for key in done if not key.endswith("Date")} == {
        "executionArn": arn,
        "stateMachineArn": machine,
        "name": "n",
        "status": "SUCCEEDED",
        "input": '{"a": 1}',
        "inputDetails": {"included": True},
        "output": '{"a":1}',
        "outputDetails": {"included": True},
        "error": None,
        "cause": None,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": 0,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
    }
    assert done["stopDate"] >= done["startDate"] > 1e12


def test_a_failure(bench: Any) -> None:
    machine = bench.machine({"Type": "Fail", "Error": "E", "Cause": "C"})
    watch(bench, machine, status=["FAILED", "TIMED_OUT", "ABORTED"])
    bench.sfn.start_execution(stateMachineArn=machine)
    (event,) = bench.inbox.bodies(1)
    assert (event["detail"]["error"], event["detail"]["cause"]) == ("E", "C")
    assert event["detail"]["redriveStatus"] == "REDRIVABLE"


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_an_end_that_no_catch_sees(bench: Any, status: str) -> None:
    name = f"{bench.name}-w"
    states = {"W": {"Type": "Wait", "Seconds": 600, "End": True}}
    definition = {"StartAt": "W", "States": states, **({"TimeoutSeconds": 1} if status == "TIMED_OUT" else {})}
    made = bench.sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=bench.role)
    watch(bench, made["stateMachineArn"], status=["FAILED", "TIMED_OUT", "ABORTED"])
    arn = bench.sfn.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
    if status == "ABORTED":
        bench.sfn.stop_execution(executionArn=arn)
    (event,) = bench.inbox.bodies(1)
    assert event["detail"]["status"] == status


def test_a_recovery(bench: Any) -> None:
    """A rule for what succeeded after a redrive."""
    table = bench.aws.client("dynamodb")
    table.create_table(
        TableName=bench.name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    parameters = {
        "TableName": bench.name,
        "Key": {"id": {"S": "x"}},
        "ConditionExpression": "attribute_exists(id)",
    }
    resource = "arn:aws:states:::dynamodb:deleteItem"
    machine = bench.machine({"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True})
    watch(bench, machine, status=["SUCCEEDED"], redriveCount=[{"numeric": [">", 0]}])
    arn = bench.sfn.start_execution(stateMachineArn=machine)["executionArn"]
    bench.executions(machine, 1)
    table.put_item(TableName=bench.name, Item={"id": {"S": "x"}})
    bench.sfn.redrive_execution(executionArn=arn)
    (event,) = bench.inbox.bodies(1)
    assert event["detail"]["redriveCount"] == 1
    assert event["detail"]["redriveDate"] > 1e12


def test_large_data_is_left_out(bench: Any) -> None:
    machine = bench.machine({"Type": "Pass", "End": True})
    watch(bench, machine, status=["SUCCEEDED"])
    bench.sfn.start_execution(stateMachineArn=machine, input=json.dumps({"x": "y" * 200_000}))
    (event,) = bench.inbox.bodies(1)
    assert event["detail"]["input"] is None
    assert event["detail"]["outputDetails"] == {"included": False}
