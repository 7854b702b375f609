"""The Step Functions API (AWS: Step Functions API Reference)."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

PASS = {"P": {"Type": "Pass", "End": True}}
WAIT = {"W": {"Type": "Wait", "Seconds": 600, "End": True}}


def test_the_same_name_and_input_while_it_runs_is_the_same_execution(bench: Any) -> None:
    """StartExecution."""
    machine = bench.machine(WAIT)
    first = bench.start(machine, {"a": 1}, name="one")
    assert bench.start(machine, {"a": 1}, name="one") == first
    with pytest.raises(bench.sfn.exceptions.ExecutionAlreadyExists):
        bench.start(machine, {"a": 2}, name="one")
    bench.sfn.stop_execution(executionArn=first)
    with pytest.raises(bench.sfn.exceptions.ExecutionAlreadyExists):
        bench.start(machine, {"a": 1}, name="one")


def test_names_that_nobody_gave_differ(bench: Any) -> None:
    machine = bench.machine(PASS)
    assert len({bench.start(machine) for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ({"stateMachineArn": "{machine}-none"}, "StateMachineDoesNotExist"),
        ({"stateMachineArn": "{machine}", "input": "{"}, "InvalidExecutionInput"),
        ({"stateMachineArn": "{machine}", "name": "a b"}, "InvalidName"),
        ({"stateMachineArn": "arn:aws:s3:::bucket"}, "InvalidArn"),
    ],
)
def test_what_start_execution_refuses(bench: Any, call: dict[str, str], error: str) -> None:
    machine = bench.machine(PASS)
    call = {name: value.replace("{machine}", machine) for name, value in call.items()}
    with pytest.raises(ClientError) as refused:
        bench.sfn.start_execution(**call)
    assert refused.value.response["Error"]["Code"] == error


def test_executions_are_listed_by_status_and_redrive(bench: Any) -> None:
    """ListExecutions: the newest first."""
    machine = bench.machine({"F": {"Type": "Fail", "Error": "E"}})
    executions = [bench.start(machine) for _ in range(3)]
    for execution in executions:
        bench.wait(execution)
    bench.sfn.redrive_execution(executionArn=executions[1])
    bench.wait(executions[1])

    def listed(**more: Any) -> list[str]:
        pages = bench.sfn.get_paginator("list_executions").paginate(stateMachineArn=machine, **more)
        return [item["executionArn"] for page in pages for item in page["executions"]]

    assert listed() == executions[::-1]
    assert listed(PaginationConfig={"PageSize": 2}) == executions[::-1]
    assert listed(statusFilter="FAILED") == executions[::-1]
    assert listed(statusFilter="SUCCEEDED") == []
    assert listed(redriveFilter="REDRIVEN") == [executions[1]]
    assert listed(redriveFilter="NOT_REDRIVEN") == [executions[2], executions[0]]


def test_running_executions_are_found_by_a_task(bench: Any) -> None:
    """aws-sdk:sfn:listExecutions, with members in PascalCase."""
    machine = bench.machine(WAIT)
    execution = bench.start(machine)
    parameters = {"StateMachineArn": machine, "StatusFilter": "RUNNING"}
    resource = "arn:aws:states:::aws-sdk:sfn:listExecutions"
    got = bench.output({"L": {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}})
    assert [item["ExecutionArn"] for item in got["Executions"]] == [execution]
    assert got["Executions"][0]["StartDate"].endswith("Z")
    bench.sfn.stop_execution(executionArn=execution)


def test_the_history_in_both_orders_and_in_pages(bench: Any) -> None:
    """GetExecutionHistory."""
    execution = bench.start(PASS, {"a": 1})
    bench.wait(execution)
    expected = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    assert bench.events(execution) == expected
    newest = bench.sfn.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=3)
    assert [event["type"] for event in newest["events"]] == expected[:0:-1]
    rest = bench.sfn.get_execution_history(
        executionArn=execution, reverseOrder=True, maxResults=3, nextToken=newest["nextToken"]
    )
    assert [event["type"] for event in rest["events"]] == expected[:1]
    assert "nextToken" not in rest
    (started,) = rest["events"]
    assert (started["id"], started["previousEventId"]) == (1, 0)
    assert started["executionStartedEventDetails"]["input"] == '{"a": 1}'


def test_the_history_without_data(bench: Any) -> None:
    execution = bench.start(PASS, {"a": 1})
    bench.wait(execution)
    events = bench.sfn.get_execution_history(executionArn=execution, includeExecutionData=False)["events"]
    assert "input" not in events[0]["executionStartedEventDetails"]


def test_a_machine_is_updated_and_running_executions_keep_their_definition(bench: Any) -> None:
    """UpdateStateMachine, DescribeStateMachine, DescribeStateMachineForExecution."""
    machine = bench.machine(WAIT)
    execution = bench.start(machine)
    definition = json.dumps({"StartAt": "P", "States": PASS})
    bench.sfn.update_state_machine(stateMachineArn=machine, definition=definition)
    assert bench.sfn.describe_state_machine(stateMachineArn=machine)["definition"] == definition
    kept = bench.sfn.describe_state_machine_for_execution(executionArn=execution)
    assert json.loads(kept["definition"])["States"] == WAIT
    assert bench.output(machine, {"new": 1}) == {"new": 1}
    bench.sfn.stop_execution(executionArn=execution)


def test_the_same_machine_twice_is_one_and_another_is_refused(bench: Any) -> None:
    """CreateStateMachine."""
    first, other = (json.dumps({"StartAt": next(iter(states)), "States": states}) for states in (PASS, WAIT))
    made = [
        bench.sfn.create_state_machine(name=bench.name, definition=first, roleArn=bench.role)["stateMachineArn"]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(bench.sfn.exceptions.StateMachineAlreadyExists):
        bench.sfn.create_state_machine(name=bench.name, definition=other, roleArn=bench.role)


@pytest.mark.parametrize(
    "definition",
    [
        "{",
        '{"StartAt": "A"}',
        '{"StartAt": "A", "States": {"A": {"Type": "Nothing"}}}',
        '{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    ],
)
def test_what_is_no_definition(bench: Any, definition: str) -> None:
    """CreateStateMachine and ValidateStateMachineDefinition."""
    with pytest.raises(bench.sfn.exceptions.InvalidDefinition):
        bench.sfn.create_state_machine(name=bench.name, definition=definition, roleArn=bench.role)
    judged = bench.sfn.validate_state_machine_definition(definition=definition)
    assert judged["result"] == "FAIL"
    assert judged["diagnostics"][0]["severity"] == "ERROR"


def test_what_is_a_definition(bench: Any) -> None:
    definition = json.dumps({"StartAt": "P", "States": PASS})
    assert bench.sfn.validate_state_machine_definition(definition=definition)["result"] == "OK"


@pytest.mark.parametrize(
    ("kind", "error"), [("STANDARD", "StateMachineTypeNotSupported"), ("EXPRESS", "NotImplemented")]
)
def test_synchronous_executions_are_refused(bench: Any, kind: str, error: str) -> None:
    """StartSyncExecution, of which AWS has none for standard machines."""
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws", "region_name": "us-east-1"}
    session = boto3.session.Session()
    sfn = session.client("stepfunctions", endpoint_url=bench.aws.endpoint, config=config, **keys)
    with pytest.raises(ClientError) as refused:
        sfn.start_sync_execution(stateMachineArn=bench.machine(PASS, type=kind))
    assert refused.value.response["Error"]["Code"] == error


def test_a_task_token(bench: Any) -> None:
    """SendTaskSuccess and SendTaskFailure ("Wait for a Callback with Task Token")."""
    url = bench.aws.client("sqs").create_queue(QueueName=bench.name)["QueueUrl"]
    sqs = bench.aws.client("sqs")
    body = {"token.$": "$$.Task.Token"}
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    parameters = {"QueueUrl": url, "MessageBody": body}
    machine = bench.machine({"T": {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}})

    def token() -> str:
        (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        text: str = json.loads(message["Body"])["token"]
        return text

    good = bench.start(machine)
    bench.until(good, "TaskSubmitted")
    bench.sfn.send_task_success(taskToken=token(), output='{"ok":1}')
    assert bench.wait(good)["output"] == '{"ok":1}'
    bad = bench.start(machine)
    bench.until(bad, "TaskSubmitted")
    bench.sfn.send_task_failure(taskToken=token(), error="Mine", cause="because")
    ended = bench.wait(bad)
    assert (ended["error"], ended["cause"]) == ("Mine", "because")
    with pytest.raises(bench.sfn.exceptions.InvalidToken):
        bench.sfn.send_task_success(taskToken="none", output="{}")
