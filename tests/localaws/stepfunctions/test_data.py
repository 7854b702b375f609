"""Input, output, paths, intrinsic functions and the context object."""

from __future__ import annotations

import re
from typing import Any

import pytest

ITEMS = {"x": [{"n": 1, "failed": True}, {"n": 2, "failed": False}, {"n": 3, "failed": True}], "one": [{"n": 9}]}


def selected(bench: Any, expression: str, data: Any) -> Any:
    state = {"Type": "Pass", "Parameters": {"out.$": expression}, "End": True}
    return bench.output({"S": state}, data)["out"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.x[0].n", 1),
        ("$.x[?(@.failed==true)].n", [1, 3]),
        ("$.x[?(@.failed==true && @.n>1)]", [{"n": 3, "failed": True}]),
        ("$.x[?(@.n==2)].n", [2]),
        ("$.x[?(@.n>7)]", []),
        ("$.one[*].n", [9]),
        ("$.x[1:]", ITEMS["x"][1:]),
        ("$..n", [1, 2, 3, 9]),
        ("$['one'][0].n", 9),
    ],
)
def test_paths(bench: Any, path: str, expected: Any) -> None:
    """AWS: "Using JSONPath paths": a filter, a wildcard or a slice selects a list, even of one or none."""
    assert selected(bench, path, ITEMS) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("States.Format('{} of {}', $.n, $$.StateMachine.Name)", None),
        ("States.ArrayLength($.a)", 3),
        ("States.ArrayContains($.a, 2)", True),
        ("States.ArrayGetItem($.a, 1)", 2),
        ("States.ArrayContains($.a[-1:], 2)", True),
        ("States.ArrayContains($.a[-1:], $.n)", False),
        ("States.ArrayPartition($.a, 2)", [[1, 2], [2]]),
        ("States.ArrayUnique($.a)", [1, 2]),
        ("States.ArrayRange(1, 5, 2)", [1, 3, 5]),
        ("States.Array('a', $.n)", ["a", 1]),
        ("States.MathAdd($.n, 41)", 42),
        ("States.JsonToString($.o)", '{"k":"v"}'),
        ("States.StringToJson($.s)", {"k": [1]}),
        ("States.JsonMerge($.o, $.p, false)", {"k": "v", "q": 1}),
        ("States.StringSplit('a,b', ',')", ["a", "b"]),
        ("States.Base64Encode('x')", "eA=="),
        ("States.Hash('x', 'MD5')", "9dd4e461268c8034f5c8564e155c67a6"),
        ("States.ArrayLength($.o[?(@.k=='none')])", 0),
    ],
)
def test_intrinsic_functions(bench: Any, call: str, expected: Any) -> None:
    """AWS: "Intrinsics for JSONPath states"."""
    data = {"n": 1, "a": [1, 2, 2], "o": {"k": "v"}, "p": {"q": 1}, "s": '{"k":[1]}'}
    expected = f"1 of {bench.name}-1" if expected is None else expected
    assert selected(bench, call, data) == expected


def test_a_uuid(bench: Any) -> None:
    assert re.fullmatch(r"[0-9a-f-]{36}", selected(bench, "States.UUID()", {}))


def test_the_context_object(bench: Any) -> None:
    """AWS: "Accessing execution data from the Context object"."""
    machine = bench.machine({"Look": {"Type": "Pass", "Parameters": {"c.$": "$$"}, "End": True}})
    context = bench.output(machine, {"a": 1})["c"]
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert context["Execution"]["Input"] == {"a": 1}
    assert (
        context["Execution"]["Id"] == f"{machine.replace('stateMachine', 'execution')}:{context['Execution']['Name']}"
    )
    assert context["Execution"]["RoleArn"] == bench.role
    assert context["Execution"]["RedriveCount"] == 0
    assert context["StateMachine"] == {"Id": machine, "Name": machine.rpartition(":")[2]}
    assert context["State"]["Name"] == "Look"
    assert re.fullmatch(moment, context["Execution"]["StartTime"])
    assert re.fullmatch(moment, context["State"]["EnteredTime"])


def test_variables(bench: Any) -> None:
    """AWS: "Passing data between states with variables"."""
    states = {
        "A": {"Type": "Pass", "Assign": {"v.$": "$.n"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": True},
    }
    assert bench.output(states, {"n": 5}) == {"v": 5}


def test_a_path_to_nothing_fails_the_execution(bench: Any) -> None:
    """AWS: "Handling errors", States.Runtime."""
    error, cause = bench.failure({"S": {"Type": "Pass", "Parameters": {"a.$": "$.missing"}, "End": True}})
    assert error == "States.Runtime"
    assert "'$.missing'" in cause
    assert "the state 'S'" in cause


def test_no_choice(bench: Any) -> None:
    """AWS: "Handling errors" calls it States.NoChoiceMatched; its histories say States.Runtime."""
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "End"}]}
    states = {"S": choice, "End": {"Type": "Succeed"}}
    error, cause = bench.failure(states, {"n": 2})
    assert error == "States.Runtime"
    assert cause.endswith("Failed to transition out of the state. The state does not point to a next state.")
    assert bench.output(states, {"n": 1}) == {"n": 1}


def test_too_much_data(bench: Any) -> None:
    """AWS: "Step Functions service quotas": 256 KiB."""
    call = {"big.$": "States.Format('{}{}{}{}', $.s, $.s, $.s, $.s)"}
    states = {"S": {"Type": "Pass", "Parameters": call, "End": True}}
    assert bench.failure(states, {"s": "x" * 80_000})[0] == "States.DataLimitExceeded"
