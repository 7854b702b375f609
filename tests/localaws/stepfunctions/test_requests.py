# ruff: noqa: E501 - a request is a line

"""Requests that AWS refuses, in its words (Step Functions API Reference; the messages follow recordings of AWS)."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

PASS = {"P": {"Type": "Pass", "End": True}}
DEFINITION = json.dumps({"StartAt": "P", "States": PASS})
INPUT = "Invalid State Machine Execution Input: "
EXPECTED = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
LONG = "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must have {}"
MOST = "value less than or equal to 1000"
ARN = {"stateMachineArn": "{machine}"}


@pytest.fixture
def raw(aws: Any) -> Any:
    """A client that sends what it is given."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws", "region_name": "us-east-1"}
    return boto3.session.Session().client("stepfunctions", endpoint_url=aws.endpoint, config=config, **keys)


@pytest.mark.parametrize(
    ("action", "call", "error", "message"),
    [
        ("start_execution", {**ARN, "input": "not json"}, "InvalidExecutionInput", f"{INPUT}'Unrecognized token 'not': {EXPECTED}'"),
        ("start_execution", {**ARN, "input": "{'a': 1}"}, "InvalidExecutionInput", f"{INPUT}'Unexpected character (''' (code 39)): was expecting double-quote to start field name'"),
        ("start_execution", {**ARN, "input": ""}, "InvalidExecutionInput", f"{INPUT}'Invalid execution input.'"),
        ("start_execution", {**ARN, "name": "a b"}, "InvalidName", "Invalid Name: 'a b'"),
        ("start_execution", {**ARN, "name": "a" * 81}, "ValidationException", LONG.format("a" * 81, "name", "length less than or equal to 80")),
        ("start_execution", {}, "ValidationException", "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null"),
        ("start_execution", {"stateMachineArn": "{machine}x"}, "StateMachineDoesNotExist", "State Machine Does Not Exist: '{machine}x'"),
        ("start_execution", {"stateMachineArn": "{machine}:1"}, "NotImplemented", "localaws does not emulate executions of versions and aliases: {machine}:1"),
        ("describe_state_machine", {"stateMachineArn": "not_an_arn"}, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: not_an_arn'"),
        ("describe_state_machine", {"stateMachineArn": "{machine}x"}, "StateMachineDoesNotExist", "State Machine Does Not Exist: '{machine}x'"),
        ("list_executions", {"stateMachineArn": "not_an_arn"}, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: not_an_arn'"),
        ("list_executions", {**ARN, "maxResults": 1001}, "ValidationException", LONG.format(1001, "maxResults", MOST)),
        ("list_executions", {**ARN, "statusFilter": "DONE"}, "ValidationException", "1 validation error detected: Value 'DONE' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]"),
        ("list_state_machines", {"maxResults": 1001}, "ValidationException", LONG.format(1001, "maxResults", MOST)),
        ("describe_execution", {"executionArn": "{execution}x"}, "ExecutionDoesNotExist", "Execution Does Not Exist: '{execution}x'"),
        ("stop_execution", {"executionArn": "{execution}x"}, "ExecutionDoesNotExist", "Execution Does Not Exist: '{execution}x'"),
        ("get_execution_history", {"executionArn": "{execution}x"}, "ExecutionDoesNotExist", "Execution Does Not Exist: '{execution}x'"),
        ("create_state_machine", {"name": "n", "definition": "{}", "roleArn": "{role}"}, "InvalidDefinition", "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /'"),
        ("create_state_machine", {"name": "n", "definition": DEFINITION, "roleArn": "role"}, "InvalidArn", "Invalid Role Arn: 'role'"),
        ("update_state_machine", {**ARN, "definition": '{"StartAt": "A"}'}, "InvalidDefinition", "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'"),
        ("send_task_success", {"taskToken": "none", "output": "{}"}, "InvalidToken", "Invalid Token: 'Invalid token'"),
    ],
)  # fmt: skip
def test_what_is_refused(bench: Any, raw: Any, action: str, call: dict[str, Any], error: str, message: str) -> None:
    machine = bench.machine(PASS)
    names = {
        "machine": machine,
        "execution": machine.replace(":stateMachine:", ":execution:") + ":e",
        "role": bench.role,
    }

    def filled(text: Any) -> Any:
        for name, value in names.items():
            text = text.replace("{" + name + "}", value) if isinstance(text, str) else text
        return text

    with pytest.raises(ClientError) as refused:
        getattr(raw, action)(**{key: filled(value) for key, value in call.items()})
    assert refused.value.response["Error"]["Code"] == error
    assert refused.value.response["Error"]["Message"] == filled(message)


@pytest.mark.parametrize("text", ["2", '"text"', "null", "[]", ' {"a": 1} '])
def test_any_json_is_an_input(bench: Any, text: str) -> None:
    machine = bench.machine(PASS)
    execution = bench.sfn.start_execution(stateMachineArn=machine, input=text)["executionArn"]
    ended = bench.wait(execution)
    assert (ended["input"], json.loads(ended["output"])) == (text, json.loads(text))


def test_revisions(bench: Any) -> None:
    """UpdateStateMachine, revisionId: none before the first update, the same where nothing changes."""
    machine = bench.machine(PASS)
    described = bench.sfn.describe_state_machine(stateMachineArn=machine)
    assert "revisionId" not in described
    assert described["loggingConfiguration"] == {"includeExecutionData": False, "level": "OFF"}
    other = json.dumps({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})
    first, same = (bench.sfn.update_state_machine(stateMachineArn=machine, definition=other) for _ in range(2))
    assert first["revisionId"] == same["revisionId"]
    assert bench.sfn.describe_state_machine(stateMachineArn=machine)["revisionId"] == first["revisionId"]
    again = bench.sfn.update_state_machine(stateMachineArn=machine, definition=DEFINITION)
    assert again["revisionId"] != first["revisionId"]


def test_a_token_belongs_to_its_question(bench: Any) -> None:
    """ListExecutions and GetExecutionHistory, nextToken."""
    machine = bench.machine(PASS)
    for _ in range(2):
        execution = bench.start(machine)
        bench.wait(execution)
    token = bench.sfn.list_executions(stateMachineArn=machine, maxResults=1)["nextToken"]
    with pytest.raises(bench.sfn.exceptions.InvalidToken, match="inconsistent"):
        bench.sfn.list_executions(stateMachineArn=machine, maxResults=1, nextToken=token, statusFilter="FAILED")
    token = bench.sfn.get_execution_history(executionArn=execution, maxResults=1)["nextToken"]
    with pytest.raises(bench.sfn.exceptions.InvalidToken, match="inconsistent"):
        bench.sfn.get_execution_history(executionArn=execution, maxResults=1, nextToken=token, reverseOrder=True)


def test_a_stopped_execution(bench: Any) -> None:
    """StopExecution: the history ends with ExecutionAborted, which follows nothing."""
    execution = bench.start({"W": {"Type": "Wait", "Seconds": 600, "End": True}})
    bench.until(execution, "WaitStateEntered")
    bench.sfn.stop_execution(executionArn=execution, error="Mine", cause="enough")
    ended = bench.look(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Mine", "enough")
    events = bench.sfn.get_execution_history(executionArn=execution)["events"]
    assert [(event["type"], event["previousEventId"]) for event in events] == [
        ("ExecutionStarted", 0),
        ("WaitStateEntered", 0),
        ("ExecutionAborted", 0),
    ]
    assert events[-1]["executionAbortedEventDetails"] == {"error": "Mine", "cause": "enough"}
