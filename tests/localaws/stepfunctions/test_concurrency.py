"""Map and Parallel states (AWS: "Map workflow state", "Parallel workflow state")."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.testing import Server

SELECTOR = {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "k.$": "$.k"}
ECHO = {"StartAt": "E", "States": {"E": {"Type": "Pass", "End": True}}}


def over(processor: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **processor}, "End": True, **more}


@pytest.mark.parametrize(
    ("more", "data", "expected"),
    [
        ({}, [1, 2, 3], [1, 2, 3]),
        ({}, [], []),
        ({"ItemsPath": "$.t"}, {"t": ["a"]}, ["a"]),
        ({"ItemsPath": "$.t", "MaxConcurrency": 1}, {"t": list(range(40))}, list(range(40))),
        (
            {
                "ItemsPath": "$.t",
                "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "k.$": "$.k"},
            },
            {"t": ["a", "b"], "k": 7},
            [{"v": "a", "i": 0, "k": 7}, {"v": "b", "i": 1, "k": 7}],
        ),
        ({"ItemsPath": "$.t", "ResultPath": "$.r"}, {"t": [1]}, {"t": [1], "r": [1]}),
        ({"ResultSelector": {"n.$": "States.ArrayLength($)"}}, [4, 5], {"n": 2}),
    ],
)
def test_map(bench: Any, more: dict[str, Any], data: Any, expected: Any) -> None:
    assert bench.output({"M": over(ECHO, **more)}, data) == expected


def test_max_concurrency_of_many_items(hasty: Any) -> None:
    """Hundreds of items, one after another: no thread's stack grows with them."""
    execution = hasty.start({"M": over(ECHO, MaxConcurrency=1)}, list(range(1200)))
    ended = hasty.wait(execution)
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"] == str(list(range(1200))).replace(" ", "")


@pytest.mark.parametrize("most", [1, 2])
def test_max_concurrency(bench: Any, most: int) -> None:
    inner = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}}
    execution = bench.start({"M": over(inner, MaxConcurrency=most)}, [1, 2, 3])
    bench.wait(execution)
    running = peak = 0
    for event in bench.events(execution):
        running += {"WaitStateEntered": 1, "WaitStateExited": -1}.get(event, 0)
        peak = max(peak, running)
    assert peak == most


def test_one_failed_iteration_fails_the_map_and_stops_the_others(bench: Any) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Bad"}],
        "Default": "Long",
    }
    states = {
        "C": choice,
        "Bad": {"Type": "Fail", "Error": "One", "Cause": "is bad"},
        "Long": {"Type": "Wait", "Seconds": 3600, "End": True},
    }
    assert bench.failure({"M": over({"StartAt": "C", "States": states})}, [0, 1, 2]) == ("One", "is bad")


def test_a_map_over_what_is_no_list(bench: Any) -> None:
    assert bench.failure({"M": over(ECHO)}, {"no": "list"})[0] is not None


def test_parallel_keeps_the_order_of_branches(bench: Any) -> None:
    slow = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "S"}, "S": passing("slow")}}
    quick = {"StartAt": "Q", "States": {"Q": passing("quick")}}
    assert bench.output({"P": {"Type": "Parallel", "Branches": [slow, quick], "End": True}}) == ["slow", "quick"]


def test_maps_within_branches(bench: Any) -> None:
    echoes = [{"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}} for name in ("E1", "E2")]
    inner = [{"StartAt": f"M{e['StartAt']}", "States": {f"M{e['StartAt']}": over(e, ItemsPath="$.t")}} for e in echoes]
    state = {"Type": "Parallel", "Branches": inner, "End": True}
    assert bench.output({"P": state}, {"t": [1, 2]}) == [[1, 2], [1, 2]]


def test_many_executions_at_once(bench: Any, aws: Server) -> None:
    machine = bench.machine({"M": over(ECHO)})
    executions = [bench.start(machine, [number]) for number in range(20)]
    assert [bench.wait(execution)["output"] for execution in executions] == [f"[{number}]" for number in range(20)]


def passing(result: Any) -> dict[str, Any]:
    return {"Type": "Pass", "Result": result, "End": True}
