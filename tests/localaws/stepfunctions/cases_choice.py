"""Choice states: every operator, what matches and what does not."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from typing import Any

from tests.localaws.stepfunctions.cases import Case, at

PAGE = "Choice workflow state"
EARLY, LATE = "2016-03-14T01:59:00Z", "2016-03-14T02:59:00.5+00:00"


def choice(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    ends = {name: {"Type": "Pass", "Result": name, "End": True} for name in ("Yes", "No")}
    return {"S": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No", **more}, **ends}


def verdict(name: str, rule: dict[str, Any], data: Any, yes: bool) -> Case:
    return Case(name, PAGE, choice(rule), data, "Yes" if yes else "No")


def ordered(kind: str, low: Any, high: Any) -> list[Case]:
    """The five comparisons of a kind, with a value and with a path, either way round."""
    truths = {"Equals": (False, True), "GreaterThan": (True, False), "GreaterThanEquals": (True, True)}
    truths |= {"LessThan": (False, False), "LessThanEquals": (False, True)}
    cases = []
    for order, (above, same) in truths.items():
        for left, yes in ((high, above), (low, same)):
            name = f"{kind}{order} {left} {low}"
            cases.append(verdict(name, {"Variable": "$.a", f"{kind}{order}": low}, {"a": left}, yes))
            path = {"Variable": "$.a", f"{kind}{order}Path": "$.b"}
            cases.append(verdict(f"{name} by path", path, {"a": left, "b": low}, yes))
    return cases


def tested(name: str, value: Any, other: Any) -> list[Case]:
    """An Is operator against a value that it is and one that it is not, wanting it and not wanting it."""
    return [
        verdict(
            f"{name} {found!r} {wanted}", {"Variable": "$.a", name: wanted}, {"a": found}, (found is value) is wanted
        )
        for found in (value, other)
        for wanted in (True, False)
    ]


A = {"Variable": "$.a", "NumericEquals": 1}
B = {"Variable": "$.b", "NumericEquals": 1}
STAR = {"Variable": "$.a", "StringMatches": r"log-*.t\*t"}
MISSING = at("Invalid path '$.a': The choice state's condition path references an invalid value.")
NO_MATCH = at("Failed to transition out of the state. The state does not point to a next state.")
LOST = "1<0 ExecutionStarted 2<0 ChoiceStateEntered 3<2 ExecutionFailed"
TAKEN = "1<0 ExecutionStarted 2<0 ChoiceStateEntered 3<2 ChoiceStateExited 4<3 PassStateEntered 5<4 PassStateExited 6<5 ExecutionSucceeded"

CASES = [
    *ordered("Numeric", 1, 2.5),
    *ordered("String", "a", "b"),
    *ordered("Timestamp", EARLY, LATE),
    *tested("IsNull", None, 0),
    *tested("IsBoolean", True, "true"),
    *tested("IsNumeric", 7, "7"),
    *tested("IsString", "s", 1),
    *tested("IsTimestamp", EARLY, "2016-03-14 01:59:00"),
    verdict("BooleanEquals", {"Variable": "$.a", "BooleanEquals": False}, {"a": False}, yes=True),
    verdict("BooleanEquals of text", {"Variable": "$.a", "BooleanEquals": True}, {"a": "true"}, yes=False),
    verdict("BooleanEqualsPath", {"Variable": "$.a", "BooleanEqualsPath": "$.b"}, {"a": True, "b": True}, yes=True),
    verdict("a boolean is no number", A, {"a": True}, yes=False),
    verdict("text is no number", A, {"a": "1"}, yes=False),
    verdict("1.0 is 1", A, {"a": 1.0}, yes=True),
    verdict("the same moment", {"Variable": "$.a", "TimestampEquals": EARLY}, {"a": "2016-03-13T20:59:00-05:00"}, yes=True),
    verdict("StringMatches", STAR, {"a": "log-2024.t*t"}, yes=True),
    verdict("StringMatches with an escaped star", STAR, {"a": "log-2024.txt"}, yes=False),
    verdict("StringMatches is no shell pattern", {"Variable": "$.a", "StringMatches": "[ab]?"}, {"a": "ax"}, yes=False),
    verdict("IsPresent", {"Variable": "$.a.b", "IsPresent": True}, {"a": {"b": None}}, yes=True),
    verdict("IsPresent of nothing", {"Variable": "$.a.b", "IsPresent": False}, {"a": 1}, yes=True),
    verdict("IsPresent saves the next", {"And": [{"Variable": "$.a", "IsPresent": True}, A]}, {}, yes=False),
    verdict("And", {"And": [A, B]}, {"a": 1, "b": 2}, yes=False),
    verdict("Or", {"Or": [A, B]}, {"a": 2, "b": 1}, yes=True),
    verdict("Not", {"Not": A}, {"a": 2}, yes=True),
    verdict("nested", {"And": [{"Not": {"Or": [A, B]}}, {"Not": A}]}, {"a": 2, "b": 3}, yes=True),
    verdict("the context object", {"Variable": "$$.State.Name", "StringEquals": "S"}, {}, yes=True),
    Case("the first that matches", PAGE, choice(A, Choices=[{**A, "Next": "No"}, {**A, "Next": "Yes"}]), {"a": 1}, "No"),
    Case("history", PAGE, choice(A), {"a": 1}, "Yes", events=TAKEN),
    Case("input and output path", PAGE, {**choice(A, InputPath="$.i", OutputPath="$.k"), "Yes": {"Type": "Succeed"}}, {"i": {"a": 1, "k": 9}}, 9),
    Case("a path to nothing", PAGE, choice(A), {}, error="States.Runtime", cause=MISSING, events=LOST),
    Case("an Is of nothing", PAGE, choice({"Variable": "$.a", "IsNull": True}), {}, error="States.Runtime", cause=MISSING),
    Case("a right side of nothing", PAGE, choice({"Variable": "$.b", "NumericEqualsPath": "$.a"}), {"b": 1}, error="States.Runtime", cause=MISSING),
    Case("no match", PAGE, {key: value for key, value in choice(A).items() if key != "No"} | {"S": {"Type": "Choice", "Choices": [{**A, "Next": "Yes"}]}}, {"a": 2}, error="States.Runtime", cause=NO_MATCH, events=LOST),
]  # fmt: skip
