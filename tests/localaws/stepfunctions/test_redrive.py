"""RedriveExecution (AWS: "Restarting state machine executions with redrive")."""

from __future__ import annotations

import json
from typing import Any

import pytest


def needs(bench: Any, key: str, **more: Any) -> dict[str, Any]:
    """A task that fails until the item is in the bench's table."""
    parameters = {
        "TableName": bench.name,
        "Key": {"id": {"S": key}},
        "ConditionExpression": "attribute_exists(id)",
        "UpdateExpression": "ADD tries :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    resource = "arn:aws:states:::dynamodb:updateItem"
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "ResultPath": None, **more}
    return state if "Next" in more else {**state, "End": True}


def counts(bench: Any, key: str = "count", **more: Any) -> dict[str, Any]:
    """A task that counts how often it ran."""
    state = needs(bench, key, **more)
    del state["Parameters"]["ConditionExpression"]
    return state


def count(bench: Any, key: str = "count") -> int:
    item = bench.aws.client("dynamodb").get_item(TableName=bench.name, Key={"id": {"S": key}}).get("Item")
    return int(item["tries"]["N"]) if item else 0


def failed(bench: Any, states: dict[str, Any], data: Any = None) -> str:
    execution: str = bench.start(states, data)
    assert bench.wait(execution)["status"] == "FAILED"
    return execution


def redriven(bench: Any, execution: str) -> dict[str, Any]:
    bench.sfn.redrive_execution(executionArn=execution)
    ended: dict[str, Any] = bench.wait(execution)
    return ended


@pytest.fixture
def table(bench: Any) -> Any:
    bench.table()
    return bench


def test_it_goes_on_at_the_failed_state_with_its_input(table: Any) -> None:
    states = {
        "First": counts(table, Next="Add"),
        "Add": {"Type": "Pass", "Result": 7, "ResultPath": "$.added", "Next": "Second"},
        "Second": needs(table, "there", Next="Third"),
        "Third": {"Type": "Pass", "End": True},
    }
    execution = failed(table, states, {"given": 1})
    table.put("there")
    ended = redriven(table, execution)
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"]) == {"given": 1, "added": 7}
    assert count(table) == 1


def test_what_describe_execution_tells(table: Any) -> None:
    """AWS: DescribeExecution, redriveStatus and redriveStatusReason."""
    execution = failed(table, {"S": needs(table, "there")})
    before = table.look(execution)
    assert (before["redriveCount"], before["redriveStatus"]) == (0, "REDRIVABLE")
    assert "redriveDate" not in before
    table.put("there")
    date = table.sfn.redrive_execution(executionArn=execution)["redriveDate"]
    after = table.wait(execution)
    assert (after["redriveCount"], after["redriveStatus"]) == (1, "NOT_REDRIVABLE")
    assert after["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    assert after["redriveDate"] == date
    assert after["startDate"] == before["startDate"]


def test_the_history_goes_on(table: Any) -> None:
    execution = failed(table, {"S": needs(table, "there")})
    first = table.events(execution)
    table.put("there")
    redriven(table, execution)
    events = table.events(execution)
    assert events[: len(first)] == first
    assert events[len(first)] == "ExecutionRedriven"
    assert events[-1] == "ExecutionSucceeded"
    pages = table.sfn.get_execution_history(executionArn=execution)["events"]
    assert [event["id"] for event in pages] == list(range(1, len(events) + 1))
    assert pages[len(first)]["executionRedrivenEventDetails"] == {"redriveCount": 1}


def test_again_and_again(table: Any) -> None:
    execution = failed(table, {"S": needs(table, "there")})
    for number in (1, 2):
        assert redriven(table, execution)["status"] == "FAILED"
        assert table.look(execution)["redriveCount"] == number
    table.put("there")
    assert redriven(table, execution)["status"] == "SUCCEEDED"


def test_only_the_failed_iterations_run_again(table: Any) -> None:
    """Those that ended keep their output, those that did not go on where they stood."""
    each = {
        "Count": counts(table, Next="Choose"),
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "StringEquals": "b", "Next": "Bad"}],
            "Default": "Good",
        },
        "Bad": needs(table, "there"),
        "Good": {"Type": "Pass", "End": True},
    }
    mapped = {
        "Type": "Map",
        "MaxConcurrency": 1,
        "ItemProcessor": {"StartAt": "Count", "States": each},
        "End": True,
    }
    execution = failed(table, {"M": mapped}, ["a", "b", "c"])
    assert count(table) == 2  # "c" had not begun
    table.put("there")
    assert redriven(table, execution)["output"] == '["a","b","c"]'
    assert count(table) == 3


def test_only_the_failed_branches_run_again(table: Any) -> None:
    good = {"StartAt": "C", "States": {"C": counts(table)}}
    bad = {
        "StartAt": "W",
        "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "N"}, "N": needs(table, "there")},
    }
    execution = failed(table, {"P": {"Type": "Parallel", "Branches": [good, bad], "End": True}}, {"x": 1})
    table.put("there")
    assert redriven(table, execution)["output"] == '[{"x":1},{"x":1}]'
    assert count(table) == 1
    assert table.events(execution).count("WaitStateEntered") == 1


def test_deep_inside(table: Any) -> None:
    """A Map in a branch of a Parallel state, whose second item fails in its second state."""
    each = {"Count": counts(table, Next="Need"), "Need": needs(table, "there")}
    mapped = {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": {"StartAt": "Count", "States": each}, "End": True}
    branch = {"StartAt": "M", "States": {"M": mapped}}
    after = {"Type": "Parallel", "Branches": [branch], "Next": "End"}
    execution = failed(table, {"P": after, "End": {"Type": "Pass", "End": True}}, [1, 2, 3])
    table.put("there")
    assert redriven(table, execution)["output"] == "[[1,2,3]]"
    assert count(table) == 3


def test_a_retry_of_a_map_runs_all_of_it_again(table: Any) -> None:
    each = {"Count": counts(table, Next="Need"), "Need": needs(table, "there")}
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    mapped = {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": {"StartAt": "Count", "States": each}, "Retry": retry}
    execution = failed(table, {"M": {**mapped, "End": True}}, ["only"])
    assert count(table) == 2
    table.put("there")
    redriven(table, execution)
    assert count(table) == 2


def test_a_state_that_is_entered_anew_knows_nothing_of_before(table: Any) -> None:
    """A loop over a Map: the second round runs all iterations, though the first had ended them."""
    each = {"Count": counts(table)}
    states = {
        "M": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {"StartAt": "Count", "States": each},
            "ResultPath": None,
            "Next": "Need",
        },
        "Need": needs(table, "there", Next="Round"),
        "Round": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.again", "BooleanEquals": True, "Next": "Last"}],
            "Default": "End",
        },
        "Last": {"Type": "Pass", "Result": False, "ResultPath": "$.again", "Next": "M"},
        "End": {"Type": "Succeed"},
    }
    execution = failed(table, states, {"items": [1, 2], "again": True})
    table.put("there")
    assert redriven(table, execution)["status"] == "SUCCEEDED"
    assert count(table) == 4


def test_variables_are_as_they_were(table: Any) -> None:
    states = {
        "Set": {"Type": "Pass", "Assign": {"v.$": "$.n"}, "Next": "Need"},
        "Need": needs(table, "there", Next="Get"),
        "Get": {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": True},
    }
    execution = failed(table, states, {"n": 5})
    table.put("there")
    assert redriven(table, execution)["output"] == '{"v":5}'


def test_the_context_object_of_a_redrive(table: Any) -> None:
    """AWS: "Accessing execution data from the Context object", Execution.RedriveCount and RedriveTime."""
    look = {"Type": "Pass", "Parameters": {"n.$": "$$.Execution.RedriveCount", "t.$": "$$.Execution.RedriveTime"}}
    execution = failed(table, {"Need": needs(table, "there", Next="Look"), "Look": {**look, "End": True}})
    table.put("there")
    output = json.loads(redriven(table, execution)["output"])
    assert output["n"] == 1
    assert output["t"].endswith("Z")


def test_a_child_that_failed_is_redriven_by_itself(table: Any) -> None:
    """Its parent has ended, and stays as it is; redriven in its turn, it starts another child."""
    inner = table.machine({"Count": counts(table, Next="Need"), "Need": needs(table, "there")})
    resource = "arn:aws:states:::states:startExecution.sync:2"
    start = {"Type": "Task", "Resource": resource, "Parameters": {"StateMachineArn": inner, "Input": {}}, "End": True}
    outer = failed(table, {"C": start})
    (child,) = table.sfn.list_executions(stateMachineArn=inner)["executions"]
    table.put("there")
    assert redriven(table, child["executionArn"])["status"] == "SUCCEEDED"
    assert count(table) == 1
    assert table.look(outer)["status"] == "FAILED"
    assert redriven(table, outer)["status"] == "SUCCEEDED"
    assert len(table.sfn.list_executions(stateMachineArn=inner)["executions"]) == 2


def test_a_stopped_execution_goes_on(bench: Any) -> None:
    states = {"A": {"Type": "Pass", "Result": 1, "Next": "W"}, "W": {"Type": "Wait", "Seconds": 600, "End": True}}
    execution = bench.start(states)
    bench.until(execution, "WaitStateEntered")
    bench.sfn.stop_execution(executionArn=execution, error="E", cause="C")
    bench.sfn.redrive_execution(executionArn=execution)
    seen = bench.look(execution)
    assert seen["status"] == "RUNNING"
    assert "error" not in seen
    assert "stopDate" not in seen
    bench.until(execution, "WaitStateEntered", times=2)
    bench.sfn.stop_execution(executionArn=execution)
    assert bench.events(execution).count("PassStateEntered") == 1


def test_a_timed_out_execution_has_its_time_anew(bench: Any) -> None:
    wait = {"W": {"Type": "Wait", "SecondsPath": "$.s", "End": True}}
    execution = bench.start(bench.machine(wait, top={"TimeoutSeconds": 2}), {"s": 3})
    assert bench.wait(execution)["status"] == "TIMED_OUT"
    bench.sfn.redrive_execution(executionArn=execution)
    assert bench.wait(execution)["status"] == "TIMED_OUT"
    assert bench.events(execution).count("ExecutionTimedOut") == 2


def test_a_fail_state_fails_again(bench: Any) -> None:
    execution = failed(bench, {"F": {"Type": "Fail", "Error": "E"}})
    assert redriven(bench, execution)["error"] == "E"


@pytest.mark.parametrize("status", ["SUCCEEDED", "RUNNING"])
def test_what_cannot_be_redriven(bench: Any, status: str) -> None:
    state = {"Type": "Pass"} if status == "SUCCEEDED" else {"Type": "Wait", "Seconds": 600}
    execution = bench.start({"S": {**state, "End": True}})
    if status == "SUCCEEDED":
        bench.wait(execution)
    with pytest.raises(bench.sfn.exceptions.ExecutionNotRedrivable, match=f"Execution is {status} and cannot"):
        bench.sfn.redrive_execution(executionArn=execution)
    bench.sfn.stop_execution(executionArn=execution)


def test_what_does_not_exist_cannot_be_redriven(bench: Any) -> None:
    arn = bench.machine({"S": {"Type": "Pass", "End": True}}).replace("stateMachine", "execution")
    with pytest.raises(bench.sfn.exceptions.ExecutionDoesNotExist):
        bench.sfn.redrive_execution(executionArn=f"{arn}:none")


def test_a_repeated_request_is_one_redrive(table: Any) -> None:
    """AWS: RedriveExecution, clientToken."""
    execution = failed(table, {"S": needs(table, "there")})
    dates = [
        table.sfn.redrive_execution(executionArn=execution, clientToken="token-1")["redriveDate"] for _ in range(2)
    ]
    assert dates[0] == dates[1]
    assert table.wait(execution)["redriveCount"] == 1


def test_by_a_task(table: Any) -> None:
    """aws-sdk:sfn:redriveExecution."""
    execution = failed(table, {"S": needs(table, "there")})
    table.put("there")
    resource = "arn:aws:states:::aws-sdk:sfn:redriveExecution"
    state = {"Type": "Task", "Resource": resource, "Parameters": {"ExecutionArn": execution}, "End": True}
    assert table.output({"R": state})["RedriveDate"].endswith("Z")
    assert table.wait(execution)["status"] == "SUCCEEDED"
