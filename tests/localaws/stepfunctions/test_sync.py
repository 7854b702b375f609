"""Jobs and executions that a task waits for, and that end with it (AWS: "Run a Job (.sync)")."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

WORKS = "print('done')"
BREAKS = "raise ValueError('the amount column is missing')"
HANGS = "import time; time.sleep(600)"


def job(name: str, **more: Any) -> dict[str, Any]:
    resource = "arn:aws:states:::glue:startJobRun.sync"
    return {"Type": "Task", "Resource": resource, "Parameters": {"JobName": name}, "End": True, **more}


def child(machine: str, pattern: str = ".sync:2", **more: Any) -> dict[str, Any]:
    resource = f"arn:aws:states:::states:startExecution{pattern}"
    parameters = {"StateMachineArn": machine, "Input": {"x.$": "$.x"}}
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **more}


def settled(bench: Any) -> list[str]:
    """The states of the bench's job runs once none runs any more."""
    for _ in range(3000):
        states: list[str] = bench.job_states()
        if not set(states) & {"STARTING", "RUNNING", "STOPPING", "WAITING"}:
            return states
        time.sleep(0.01)
    raise AssertionError(states)


def until_running(bench: Any) -> None:
    for _ in range(3000):
        if "RUNNING" in bench.job_states():
            return
        time.sleep(0.01)
    raise AssertionError(bench.job_states())


def test_a_job_that_succeeds(bench: Any) -> None:
    """AWS: "Start an AWS Glue job with Step Functions": the output is the JobRun, with moments in milliseconds."""
    run = bench.output({"J": job(bench.job(WORKS))})
    assert run["JobRunState"] == "SUCCEEDED"
    assert run["JobName"] == f"{bench.name}-job"
    assert isinstance(run["StartedOn"], int)
    assert run["StartedOn"] > 1e12


def test_a_job_that_fails_is_a_failed_task(bench: Any) -> None:
    error, cause = bench.failure({"J": job(bench.job(BREAKS))})
    assert error == "States.TaskFailed"
    assert json.loads(cause)["JobRunState"] == "FAILED"
    assert "the amount column is missing" in json.loads(cause)["ErrorMessage"]


def test_a_timeout_stops_the_job(bench: Any) -> None:
    assert bench.failure({"J": job(bench.job(HANGS), TimeoutSeconds=3)})[0] == "States.Timeout"
    assert settled(bench) == ["STOPPED"]


def test_a_stop_stops_the_job(bench: Any) -> None:
    """AWS: StopExecution: ABORTED at once, with the caller's error and cause."""
    execution = bench.start({"J": job(bench.job(HANGS))})
    until_running(bench)
    stopped = bench.sfn.stop_execution(executionArn=execution, error="Mine", cause="by hand")
    seen = bench.look(execution)
    assert (seen["status"], seen["error"], seen["cause"]) == ("ABORTED", "Mine", "by hand")
    assert seen["stopDate"] == stopped["stopDate"]
    assert settled(bench) == ["STOPPED"]
    assert bench.events(execution)[-1] == "ExecutionAborted"


def test_a_stop_right_after_the_start(bench: Any) -> None:
    machine = bench.machine({"W": {"Type": "Wait", "Seconds": 600, "End": True}})
    for _ in range(10):
        execution = bench.start(machine)
        bench.sfn.stop_execution(executionArn=execution)
        assert bench.look(execution)["status"] == "ABORTED"


def test_a_stop_of_what_has_ended_changes_nothing(bench: Any) -> None:
    execution = bench.start({"P": {"Type": "Pass", "End": True}})
    bench.wait(execution)
    bench.sfn.stop_execution(executionArn=execution, error="Late")
    assert bench.look(execution)["status"] == "SUCCEEDED"


def test_a_failed_branch_stops_the_job_of_another(bench: Any) -> None:
    name = bench.job(HANGS)
    runs = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:getJobRuns", "Parameters": {"JobName": name}}
    running = {"Variable": "$.JobRuns[0].JobRunState", "IsPresent": True, "Next": "F"}
    bad = {
        "StartAt": "W",
        "States": {
            "W": {"Type": "Wait", "Seconds": 1, "Next": "G"},
            "G": {**runs, "Next": "C"},
            "C": {"Type": "Choice", "Choices": [running], "Default": "W"},
            "F": {"Type": "Fail", "Error": "Bad"},
        },
    }
    good = {"StartAt": "J", "States": {"J": job(name)}}
    assert bench.failure({"P": {"Type": "Parallel", "Branches": [good, bad], "End": True}})[0] == "Bad"
    assert settled(bench) == ["STOPPED"]


@pytest.mark.parametrize(("pattern", "output"), [(".sync:2", {"x": 1}), (".sync", '{"x":1}')])
def test_a_child(bench: Any, pattern: str, output: Any) -> None:
    """AWS: "Start a new AWS Step Functions state machine": `.sync:2` gives JSON, `.sync` a string."""
    inner = bench.machine({"P": {"Type": "Pass", "End": True}})
    got = bench.output({"C": child(inner, pattern)}, {"x": 1})
    assert got["Output"] == output
    assert got["Status"] == "SUCCEEDED"
    assert isinstance(got["StartDate"], int)


def test_a_child_without_waiting(bench: Any) -> None:
    inner = bench.machine({"P": {"Type": "Pass", "End": True}})
    got = bench.output({"C": child(inner, "")}, {"x": 1})
    assert bench.wait(got["ExecutionArn"])["output"] == '{"x":1}'


def test_a_child_that_fails(bench: Any) -> None:
    inner = bench.machine({"F": {"Type": "Fail", "Error": "Inner", "Cause": "why"}})
    error, cause = bench.failure({"C": child(inner)}, {"x": 1})
    assert error == "States.TaskFailed"
    assert (json.loads(cause)["Error"], json.loads(cause)["Cause"]) == ("Inner", "why")


def test_failures_of_children_are_kept_and_told_apart(bench: Any) -> None:
    """A Map over children that catches each failure, then a filter that finds the failed."""
    good, bad = bench.machine({"P": {"Type": "Pass", "End": True}}), bench.machine({"F": {"Type": "Fail"}})
    kept = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}]
    start = child("", ResultPath=None, Catch=kept, Next="Fine")
    start["Parameters"] = {"StateMachineArn.$": "$.arn", "Input": {}}
    start.pop("End")
    each = {
        "Start": start,
        "Fine": {"Type": "Pass", "Parameters": {"failed": False, "arn.$": "$.arn"}, "End": True},
        "Failed": {"Type": "Pass", "Parameters": {"failed": True, "arn.$": "$.arn"}, "End": True},
    }
    states = {
        "M": {"Type": "Map", "ItemProcessor": {"StartAt": "Start", "States": each}, "Next": "Bad"},
        "Bad": {"Type": "Pass", "Parameters": {"failed.$": "$[?(@.failed==true)].arn"}, "End": True},
    }
    assert bench.output(states, [{"arn": good}, {"arn": bad}, {"arn": good}]) == {"failed": [bad]}


def test_a_stopped_parent_stops_its_child_and_the_job_of_that(bench: Any) -> None:
    inner = bench.machine({"J": job(bench.job(HANGS))})
    outer = bench.start({"C": child(inner)}, {"x": 1})
    until_running(bench)
    bench.sfn.stop_execution(executionArn=outer)
    (listed,) = bench.sfn.list_executions(stateMachineArn=inner)["executions"]
    assert bench.wait(listed["executionArn"])["status"] == "ABORTED"
    assert settled(bench) == ["STOPPED"]


def test_a_task_without_a_right_to_cancel_ends_all_the_same(bench: Any) -> None:
    execution = bench.start({"J": job("none", Retry=[{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 600}])})
    bench.until(execution, "TaskFailed")
    bench.sfn.stop_execution(executionArn=execution)
    assert bench.look(execution)["status"] == "ABORTED"
