"""Retriers and catchers."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from typing import Any

from tests.localaws.stepfunctions.cases import BOOM, ECHO, LOST, Case, caught

PAGE = "Handling errors in Step Functions workflows"
GONE: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:startCrawler", "End": True}
GONE["Parameters"] = {"Name": "none"}
NO_CRAWLER = "Glue.EntityNotFoundException"
BAD: dict[str, Any] = {"Type": "Parallel", "Branches": [BOOM], "End": True}
TRY = " {}<{} TaskScheduled {}<{} TaskStarted {}<{} TaskFailed"
OUTPUT = {"Error": "Boom", "Cause": "so"}


def tries(times: int) -> str:
    """The history of a task that fails so many times, up to the execution's end."""
    text, last = "1<0 ExecutionStarted 2<0 TaskStateEntered", 2
    for _ in range(times):
        text += TRY.format(last + 1, last, last + 2, last + 1, last + 3, last + 2)
        last += 3
    return text + f" {last + 1}<{last} ExecutionFailed"


def retried(**fields: Any) -> dict[str, Any]:
    return {"S": {**GONE, "Retry": [{"ErrorEquals": [NO_CRAWLER], **fields}]}}


RESCUED = "1<0 ExecutionStarted 2<0 TaskStateEntered 3<2 TaskScheduled 4<3 TaskStarted 5<4 TaskFailed 6<5 TaskStateExited 7<6 PassStateEntered 8<7 PassStateExited 9<8 ExecutionSucceeded"
LOST_TASK = {**GONE, "Parameters": {"Name.$": "$.no"}}

CASES = [
    Case("a failed task", PAGE, {"S": GONE}, error=NO_CRAWLER, cause="(Service: Glue, Status Code: 400", events=tries(1)),
    Case("three tries by default", PAGE, retried(), error=NO_CRAWLER, events=tries(4)),
    Case("no try", PAGE, retried(MaxAttempts=0), error=NO_CRAWLER, events=tries(1)),
    Case("two tries", PAGE, retried(MaxAttempts=2, IntervalSeconds=1, BackoffRate=1.0), error=NO_CRAWLER, events=tries(3)),
    Case("all fields", PAGE, retried(MaxAttempts=1, IntervalSeconds=2, BackoffRate=9.5, MaxDelaySeconds=3, JitterStrategy="FULL"), error=NO_CRAWLER, events=tries(2)),
    Case("no jitter", PAGE, retried(MaxAttempts=1, IntervalSeconds=1, JitterStrategy="NONE"), error=NO_CRAWLER, events=tries(2)),
    Case("retries are counted in the context", "Accessing execution data from the Context object in Step Functions", {"S": {**retried(MaxAttempts=2)["S"], "Parameters": {"Name.$": "States.Format('none-{}', $$.State.RetryCount)"}}}, error=NO_CRAWLER, cause="none-2", events=tries(3)),
    Case("another retrier's error", PAGE, {"S": {**GONE, "Retry": [{"ErrorEquals": ["Other"]}]}}, error=NO_CRAWLER, events=tries(1)),
    Case("two retriers", PAGE, {"S": {**GONE, "Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}}, error=NO_CRAWLER, events=tries(2)),
    Case("caught", PAGE, caught(GONE, NO_CRAWLER, ResultPath=None), {"k": 1}, {"k": 1}, events=RESCUED),
    Case("caught by the wildcard", PAGE, caught(BAD, "States.ALL"), {}, OUTPUT),
    Case("caught by one of several", PAGE, caught(BAD, "Other", "Boom"), {}, OUTPUT),
    Case("caught beside the input", PAGE, caught(BAD, "Boom", ResultPath="$.e"), {"k": 1}, {"k": 1, "e": OUTPUT}),
    Case("a catcher ignores the output path", PAGE, caught({**BAD, "OutputPath": "$.no"}, "Boom"), {}, OUTPUT),
    Case("an empty failure", PAGE, caught({**BAD, "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}]}, "States.ALL"), {}, {"Error": "", "Cause": ""}),
    Case("not caught", PAGE, caught(BAD, "Other"), {}, error="Boom", cause="so"),
    Case("a failed task is no timeout", PAGE, caught(GONE, "States.Timeout"), {}, error=NO_CRAWLER),
    Case("caught after the retries", PAGE, {**caught(GONE, "States.TaskFailed", ResultPath=None), "S": {**GONE, **retried(MaxAttempts=1)["S"], "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught", "ResultPath": None}]}}, {"k": 1}, {"k": 1}),
    Case("a runtime error is no task's", PAGE, {"S": LOST_TASK}, error="States.Runtime", cause="specified for the field 'Name.$'", events="1<0 ExecutionStarted 2<0 TaskStateEntered 3<2 ExecutionFailed"),
    Case("nothing retries a runtime error", PAGE, {"S": {**LOST_TASK, "Retry": [{"ErrorEquals": ["States.ALL"]}]}}, error="States.Runtime", events="1<0 ExecutionStarted 2<0 TaskStateEntered 3<2 ExecutionFailed"),
    Case("nothing catches a runtime error", PAGE, caught(LOST_TASK, "States.ALL"), error="States.Runtime"),
    Case("not even from inside", PAGE, caught({**BAD, "Branches": [LOST]}, "States.ALL"), error="States.Runtime"),
    Case("a result that does not fit is caught", PAGE, caught({**BAD, "Branches": [ECHO], "ResultPath": "$.x"}, "States.ResultPathMatchFailure"), "text"),
]  # fmt: skip
