"""Retry, Catch and names of errors (AWS: "Handling errors in Step Functions workflows")."""

from __future__ import annotations

import json
from typing import Any

import pytest


def task(resource: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True, **more}


def caught_by(name: str, **more: Any) -> dict[str, Any]:
    return {"Catch": [{"ErrorEquals": [name], "Next": "Caught", **more}]}


CAUGHT = {"Type": "Pass", "End": True}
NO_CRAWLER = ("aws-sdk:glue:startCrawler", {"Name": "none"})


@pytest.mark.parametrize(
    ("resource", "parameters", "error"),
    [
        (*NO_CRAWLER, "Glue.EntityNotFoundException"),
        ("glue:startJobRun", {"JobName": "none"}, "Glue.EntityNotFoundException"),
        ("dynamodb:getItem", {"TableName": "none", "Key": {"id": {"S": "a"}}}, "DynamoDB.ResourceNotFoundException"),
        (
            "aws-sdk:dynamodb:getItem",
            {"TableName": "none", "Key": {"id": {"S": "a"}}},
            "DynamoDb.ResourceNotFoundException",
        ),
        ("aws-sdk:sfn:describeExecution", {"ExecutionArn": "{child}:x"}, "Sfn.ExecutionDoesNotExistException"),
        ("states:startExecution", {"StateMachineArn": "{none}"}, "StepFunctions.StateMachineDoesNotExistException"),
        (
            "sns:publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:none", "Message": "m"},
            "SNS.NotFoundException",
        ),
        ("lambda:invoke", {"FunctionName": "none"}, "Lambda.ResourceNotFoundException"),
        ("aws-sdk:s3:getObject", {"Bucket": "no-such-bucket-here", "Key": "k"}, "S3.NoSuchBucketException"),
    ],
)
def test_names_of_the_services_errors(bench: Any, resource: str, parameters: dict[str, Any], error: str) -> None:
    machine = bench.machine({"S": {"Type": "Pass", "End": True}})
    text = json.dumps(parameters).replace("{none}", f"{machine}-none")
    text = text.replace("{child}", machine.replace("stateMachine", "execution"))
    assert bench.failure({"S": task(resource, json.loads(text))})[0] == error


@pytest.mark.parametrize(
    ("caught", "state"),
    [
        ("Glue.EntityNotFoundException", task(*NO_CRAWLER)),
        ("States.TaskFailed", task(*NO_CRAWLER)),
        ("States.ALL", task(*NO_CRAWLER)),
    ],
)
def test_what_catches_a_failed_task(bench: Any, caught: str, state: dict[str, Any]) -> None:
    states = {"S": {**state, **caught_by(caught, ResultPath="$.e")}, "Caught": CAUGHT}
    got = bench.output(states, {"kept": 1})
    assert got["kept"] == 1
    assert got["e"]["Error"] == "Glue.EntityNotFoundException"


@pytest.mark.parametrize("name", ["States.ALL", "States.TaskFailed", "States.Runtime"])
def test_nothing_catches_a_runtime_error(bench: Any, name: str) -> None:
    """AWS: "Handling errors", States.Runtime: it "will always cause the execution to fail"."""
    broken = task("sns:publish", {"TopicArn.$": "$.missing", "Message": "m"}, **caught_by(name))
    assert bench.failure({"S": broken, "Caught": CAUGHT})[0] == "States.Runtime"


@pytest.mark.parametrize("kind", ["Map", "Parallel"])
def test_a_fault_inside_is_caught_outside_by_its_name(bench: Any, kind: str) -> None:
    inner = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Bad", "Cause": "so"}}}
    parts = {"ItemProcessor": inner} if kind == "Map" else {"Branches": [inner]}
    state = {"Type": kind, **parts, **caught_by("Bad"), "End": True}
    assert bench.output({"S": state, "Caught": CAUGHT}, [1]) == {"Error": "Bad", "Cause": "so"}


@pytest.mark.parametrize("kind", ["Map", "Parallel"])
def test_a_timeout_inside_is_a_timeout_outside(hasty: Any, kind: str) -> None:
    slow = {**task("aws-sdk:sqs:receiveMessage", {}), "TimeoutSeconds": 1}
    queue = hasty.aws.client("sqs").create_queue(QueueName=hasty.name)["QueueUrl"]
    slow["Parameters"] = {"QueueUrl": queue, "WaitTimeSeconds": 5}
    inner = {"StartAt": "T", "States": {"T": slow}}
    parts = {"ItemProcessor": inner} if kind == "Map" else {"Branches": [inner]}
    state = {"Type": kind, **parts, **caught_by("States.Timeout"), "End": True}
    assert hasty.output({"S": state, "Caught": CAUGHT}, [1])["Error"] == "States.Timeout"


def test_states_task_failed_is_no_timeout(bench: Any) -> None:
    queue = bench.aws.client("sqs").create_queue(QueueName=bench.name)["QueueUrl"]
    slow = task("aws-sdk:sqs:receiveMessage", {"QueueUrl": queue, "WaitTimeSeconds": 5}, TimeoutSeconds=1)
    error, _ = bench.failure({"S": {**slow, **caught_by("States.TaskFailed")}, "Caught": CAUGHT})
    assert error == "States.Timeout"


@pytest.mark.parametrize("name", ["States.HeartbeatTimeout", "States.Timeout"])
def test_a_heart_that_stops(bench: Any, name: str) -> None:
    """HeartbeatSeconds: the failure is recorded as States.Timeout, and can be caught by either name."""
    url = bench.aws.client("sqs").create_queue(QueueName=bench.name)["QueueUrl"]
    parameters = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    waiting = task("sqs:sendMessage.waitForTaskToken", parameters, HeartbeatSeconds=1, TimeoutSeconds=60)
    execution = bench.start({"S": {**waiting, **caught_by(name)}, "Caught": CAUGHT})
    ended = bench.wait(execution)
    assert (ended["status"], json.loads(ended["output"])["Error"]) == ("SUCCEEDED", "States.Timeout")
    events = bench.sfn.get_execution_history(executionArn=execution)["events"]
    (scheduled,) = [event for event in events if event["type"] == "TaskScheduled"]
    assert scheduled["taskScheduledEventDetails"]["heartbeatInSeconds"] == 1
    assert "TaskTimedOut" in [event["type"] for event in events]


def test_retries_are_counted_and_spaced(hasty: Any) -> None:
    """MaxAttempts, BackoffRate, MaxDelaySeconds and JitterStrategy; the scaled clock makes 100 s one second."""
    retrier = {"ErrorEquals": ["Glue.EntityNotFoundException"], "IntervalSeconds": 2, "MaxAttempts": 3}
    full = {"BackoffRate": 9.5, "MaxDelaySeconds": 5, "JitterStrategy": "FULL"}
    execution = hasty.start({"S": task(*NO_CRAWLER, Retry=[{**retrier, **full}])})
    assert hasty.wait(execution)["error"] == "Glue.EntityNotFoundException"
    assert hasty.events(execution).count("TaskScheduled") == 4


def test_only_the_retrier_that_matches_counts(hasty: Any) -> None:
    never = {"ErrorEquals": ["Glue.ConcurrentRunsExceededException"], "MaxAttempts": 5}
    last = {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 1, "IntervalSeconds": 1}
    execution = hasty.start({"S": task(*NO_CRAWLER, Retry=[never, last])})
    hasty.wait(execution)
    assert hasty.events(execution).count("TaskScheduled") == 2


def test_a_task_that_recovers(hasty: Any) -> None:
    """A put that must not exist fails, is caught, the item is deleted, and the put succeeds."""
    table = hasty.table()
    hasty.put("x")
    put = {"TableName": table, "Item": {"id": {"S": "x"}}, "ConditionExpression": "attribute_not_exists(id)"}
    held = "DynamoDB.ConditionalCheckFailedException"
    states = {
        "Put": {**task("dynamodb:putItem", put), "Catch": [{"ErrorEquals": [held], "Next": "Free"}]},
        "Free": {**task("dynamodb:deleteItem", {"TableName": table, "Key": {"id": {"S": "x"}}}), "Next": "Put"},
    }
    states["Free"].pop("End")
    assert hasty.run(states)["status"] == "SUCCEEDED"


def test_a_timeout_of_an_optimized_dynamodb_task_keeps_its_name(bench: Any) -> None:
    broken = task("dynamodb:getItem", {"TableName.$": "$.missing", "Key": {}})
    assert bench.failure({"S": broken})[0] == "States.Runtime"


def test_fail(bench: Any) -> None:
    state = {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('because of {}', $.c)"}
    assert bench.failure({"F": state}, {"e": "Mine", "c": "rain"}) == ("Mine", "because of rain")


def test_a_machine_that_runs_out_of_time(bench: Any) -> None:
    """AWS: "State machine structure", TimeoutSeconds."""
    machine = bench.machine({"W": {"Type": "Wait", "Seconds": 600, "End": True}}, top={"TimeoutSeconds": 1})
    execution = bench.start(machine)
    assert bench.wait(execution)["status"] == "TIMED_OUT"
    assert bench.events(execution)[-1] == "ExecutionTimedOut"


def test_an_unknown_action_is_refused_at_creation(bench: Any) -> None:
    """AWS: "Learning to use AWS service SDK integrations"."""
    for resource in ("aws-sdk:glue:startCrawlerr", "aws-sdk:nothing:do"):
        with pytest.raises(bench.sfn.exceptions.InvalidDefinition, match="is not recognized"):
            bench.machine({"S": task(resource, {})})


def test_what_is_not_emulated_is_refused_at_creation(bench: Any) -> None:
    with pytest.raises(bench.sfn.exceptions.InvalidDefinition, match="NotImplemented"):
        bench.machine({"S": task("athena:startQueryExecution.sync", {"QueryString": "select 1"})})


def test_an_unknown_parameter_fails_the_task(bench: Any) -> None:
    error, cause = bench.failure({"S": task("aws-sdk:glue:startCrawler", {"Nme": "x"})})
    assert error == "States.Runtime"
    assert "'Nme'" in cause
