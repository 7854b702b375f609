"""Parallel and inline Map states: outputs, and the order and chains of their events."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from typing import Any

from tests.localaws.stepfunctions.cases import BOOM, ECHO, LOST, Case, at, caught, only

PARALLEL, MAP = "Parallel workflow state", "Using Map state in Inline mode in Step Functions workflows"
GONE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:glue:startCrawler",
    "Parameters": {"Name": "none"},
    "End": True,
}
TASK = {"StartAt": "T", "States": {"T": GONE}}
LONG = {"StartAt": "L", "States": {"L": {"Type": "Wait", "Seconds": 300, "End": True}}}
LATER = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 10, "Next": "Boom"}, **BOOM["States"]}}
TO_BOOM = {"Variable": "$", "StringEquals": "boom", "Next": "W"}
EITHER = {
    "StartAt": "C",
    "States": {"C": {"Type": "Choice", "Choices": [TO_BOOM], "Default": "L"}, **LONG["States"], **LATER["States"]},
}


def over(processor: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return only("Map", ItemProcessor=processor, **fields)


def beside(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return only("Parallel", Branches=list(branches), **fields)


BEGUN = "1<0 ExecutionStarted 2<0 ParallelStateEntered 3<2 ParallelStateStarted "
MAPPED = "1<0 ExecutionStarted 2<0 MapStateEntered 3<2 MapStateStarted "
FIRST = MAPPED + "4<3 MapIterationStarted "
MISSING = "The JSONPath '$.no' specified for the field 'm.$' could not be found in the input '{}'"
SELECTED = {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "k.$": "$.k"}

CASES = [
    Case("one branch", PARALLEL, beside(ECHO), {"x": 1}, [{"x": 1}], events=BEGUN + "4<3 PassStateEntered 5<4 PassStateExited 6<5 ParallelStateSucceeded 7<5 ParallelStateExited 8<7 ExecutionSucceeded"),
    Case("outputs in the branches' order", PARALLEL, beside({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "A"}, "A": {"Type": "Pass", "Result": "slow", "End": True}}}, {"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": "fast", "End": True}}}), {}, ["slow", "fast"]),
    Case("all fields of a Parallel state", PARALLEL, beside(ECHO, InputPath="$.i", Parameters={"p.$": "$.v"}, ResultSelector={"first.$": "$[0].p"}, ResultPath="$.r", OutputPath="$.r"), {"i": {"v": 3}}, {"first": 3}),
    Case("a branch fails", PARALLEL, beside(BOOM), {}, error="Boom", cause="so", events=BEGUN + "4<3 FailStateEntered 5<4 ParallelStateFailed 6<5 ExecutionFailed"),
    Case("a branch's task fails", PARALLEL, beside(TASK), {}, error="Glue.EntityNotFoundException", events=BEGUN + "4<3 TaskStateEntered 5<4 TaskScheduled 6<5 TaskStarted 7<6 TaskFailed 8<7 TaskStateAborted 9<7 ParallelStateFailed 10<9 ExecutionFailed"),
    Case("an iteration's task fails", MAP, over(TASK, MaxConcurrency=1), [{}, {}], error="Glue.EntityNotFoundException", events=FIRST + "5<4 TaskStateEntered 6<5 TaskScheduled 7<6 TaskStarted 8<7 TaskFailed 9<8 MapIterationFailed 10<8 TaskStateAborted 11<8 MapStateFailed 12<11 ExecutionFailed"),
    Case("a branch meets a runtime error", PARALLEL, beside(LOST), {}, error="States.Runtime", cause=at(MISSING, 4, "L"), events=BEGUN + "4<3 PassStateEntered 5<4 ExecutionFailed"),
    Case("a Parallel state's own runtime error", PARALLEL, beside(ECHO, ResultSelector={"m.$": "$.no"}), {}, error="States.Runtime", cause=at("The JSONPath '$.no' specified for the field 'm.$' could not be found in the input '[{}]'"), events=BEGUN + "4<3 PassStateEntered 5<4 PassStateExited 6<5 ParallelStateSucceeded 7<6 ExecutionFailed"),
    Case("a retried Parallel state", PARALLEL, beside(BOOM, Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]), {}, error="Boom", events=BEGUN + "4<3 FailStateEntered 5<4 ParallelStateStarted 6<5 FailStateEntered 7<6 ParallelStateFailed 8<7 ExecutionFailed"),
    Case("a caught Parallel state", PARALLEL, caught(beside(BOOM)["S"], "Boom"), {}, {"Error": "Boom", "Cause": "so"}, events=BEGUN + "4<3 FailStateEntered 5<4 ParallelStateFailed 6<5 ParallelStateExited 7<6 PassStateEntered 8<7 PassStateExited 9<8 ExecutionSucceeded"),
    Case("a failure cuts the other branch", PARALLEL, beside(LONG, LATER), {}, error="Boom"),
    Case("a map", MAP, over(ECHO), [7], [7], events=FIRST + "5<4 PassStateEntered 6<5 PassStateExited 7<6 MapIterationSucceeded 8<7 MapStateSucceeded 9<7 MapStateExited 10<9 ExecutionSucceeded"),
    Case("an empty array", MAP, over(ECHO, ItemsPath="$.i"), {"i": []}, [], events=MAPPED + "4<3 MapStateSucceeded 5<3 MapStateExited 6<5 ExecutionSucceeded"),
    Case("one at a time", MAP, over(ECHO, MaxConcurrency=1), [1, 2], [1, 2], events=FIRST + "5<4 PassStateEntered 6<5 PassStateExited 7<6 MapIterationSucceeded 8<6 MapIterationStarted 9<8 PassStateEntered 10<9 PassStateExited 11<10 MapIterationSucceeded 12<11 MapStateSucceeded 13<11 MapStateExited 14<13 ExecutionSucceeded"),
    Case("outputs in the items' order", MAP, over({"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}}), [5, 0, 2], [5, 0, 2]),
    Case("more than may run at once", MAP, over(ECHO), list(range(100)), list(range(100))),
    Case("items by a path", MAP, over(ECHO, ItemsPath="$.a.b"), {"a": {"b": [1]}}, [1]),
    Case("items of the context", MAP, over(ECHO, InputPath="$.x", ItemsPath="$$.Execution.Input.i"), {"i": [1, 2], "x": {}}, [1, 2]),
    Case("selected items", MAP, over(ECHO, ItemsPath="$.i", ItemSelector=SELECTED), {"i": ["a"], "k": 9}, [{"i": 0, "v": "a", "k": 9}]),
    Case("selected as of old", MAP, only("Map", ItemsPath="$.i", Parameters=SELECTED, Iterator=ECHO), {"i": ["a"], "k": 9}, [{"i": 0, "v": "a", "k": 9}]),
    Case("a limit by a path", MAP, over(ECHO, ItemsPath="$.i", MaxConcurrencyPath="$.c"), {"i": [1], "c": 2}, [1]),
    Case("a limit that is none", MAP, over(ECHO, ItemsPath="$.i", MaxConcurrencyPath="$.c"), {"i": [1], "c": "x"}, error="States.Runtime", cause='refers to value "x" which is not a valid integer: $.c'),
    Case("all fields of a Map state", MAP, over(ECHO, InputPath="$.i", ItemsPath="$.l", ResultSelector={"n.$": "States.ArrayLength($)"}, ResultPath="$.r", OutputPath="$.r"), {"i": {"l": [1, 2]}}, {"n": 2}),
    Case("a map in a map", MAP, over({"StartAt": "M", "States": {"M": over(ECHO)["S"]}}), [[1, 2], []], [[1, 2], []]),
    Case("an iteration fails", MAP, over(BOOM, MaxConcurrency=1), [1, 2], error="Boom", cause="so", events=FIRST + "5<4 FailStateEntered 6<5 MapIterationFailed 7<5 MapStateFailed 8<7 ExecutionFailed"),
    Case("an iteration's failure is caught", MAP, caught(over(BOOM, MaxConcurrency=1)["S"], "Boom"), [1], {"Error": "Boom", "Cause": "so"}, events=FIRST + "5<4 FailStateEntered 6<5 MapIterationFailed 7<5 MapStateFailed 8<7 MapStateExited 9<8 PassStateEntered 10<9 PassStateExited 11<10 ExecutionSucceeded"),
    Case("an iteration meets a runtime error", MAP, over(LOST, MaxConcurrency=1), [1, 2], error="States.Runtime", cause=at(MISSING.replace("{}", "1"), 5, "L"), events=FIRST + "5<4 PassStateEntered 6<5 ExecutionFailed"),
    Case("a selector meets a runtime error", MAP, over(ECHO, ItemSelector={"m.$": "$.no"}), [1], error="States.Runtime", cause="the state 'S' (entered at the event id #2)", events=MAPPED + "4<3 ExecutionFailed"),
    Case("a failure cuts the other iteration", MAP, over(EITHER), ["wait", "boom"], error="Boom"),
    Case("no array", MAP, over(ECHO, ItemsPath="$.i"), {"i": {"a": 1}}, error="States.Runtime", cause=at('Reference path "$.i" must point to array.'), events="1<0 ExecutionStarted 2<0 MapStateEntered 3<2 ExecutionFailed"),
    Case("no items", MAP, over(ECHO, ItemsPath="$.a.i"), {"a": {}}, error="States.ReferencePathConflict", cause='Unable to apply step "i" to input {"a": {}}'),
]  # fmt: skip
