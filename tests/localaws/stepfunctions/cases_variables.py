"""Variables: assigned, read, and where they can be seen."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from typing import Any

from tests.localaws.stepfunctions.cases import Case, only

PAGE = "Passing data between states with variables"
READ = {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": True}


def assigned(reader: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "A": {
            "Type": "Pass",
            "Assign": {"v.$": "$.n", "w": {"deep.$": "$.n", "fix": [1, "$.n"]}},
            "Next": "B",
            **fields,
        },
        "B": reader,
    }


ISSUE = {"StartAt": "R", "States": {"R": READ}}
RULE = {"Variable": "$.n", "NumericEquals": 5}

CASES = [
    Case("read in a template", PAGE, assigned(READ), {"n": 5}, {"v": 5}),
    Case("a part of one", PAGE, assigned(only("Pass", Parameters={"a.$": "$w.deep", "b.$": "$w.fix[1]"})["S"]), {"n": 5}, {"a": 5, "b": "$.n"}),
    Case("in a function", PAGE, assigned(only("Pass", Parameters={"a.$": "States.Format('{}-{}', $v, $w.deep)"})["S"]), {"n": 5}, {"a": "5-5"}),
    Case("of the result", PAGE, assigned(READ, Result={"n": 7}), {"n": 5}, {"v": 7}),
    Case("a function's value", PAGE, assigned(READ, Assign={"v.$": "States.MathAdd($.n, 1)"}), {"n": 5}, {"v": 6}),
    Case("of the context", PAGE, assigned(READ, Assign={"v.$": "$$.State.Name"}), {"n": 5}, {"v": "A"}),
    Case("all at once", PAGE, {"Z": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "A"}, "A": {"Type": "Pass", "Assign": {"a.$": "$b", "b.$": "$a"}, "Next": "B"}, "B": only("Pass", Parameters={"a.$": "$a", "b.$": "$b"})["S"]}, {}, {"a": 2, "b": 1}),
    Case("seen in a branch", PAGE, assigned(only("Parallel", Branches=[ISSUE])["S"]), {"n": 5}, [{"v": 5}]),
    Case("seen in an iteration", PAGE, assigned(only("Map", ItemsPath="$.i", ItemProcessor=ISSUE)["S"]), {"n": 5, "i": [1]}, [{"v": 5}]),
    Case("a branch's own stays inside", PAGE, {"P": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"v": 1}, "End": True}}}], "Next": "B"}, "B": READ}, {}, error="States.Runtime", cause="'v'"),
    Case("an outer one is not written", PAGE, assigned(only("Parallel", Branches=[{"StartAt": "X", "States": {"X": {"Type": "Pass", "Assign": {"v": 2}, "End": True}}}])["S"]), {"n": 5}, error="States.Runtime", cause="outer scope"),
    Case("never assigned", PAGE, {"B": READ}, {}, error="States.Runtime", cause="The variable 'v' in '$v' has not been assigned."),
    Case("tested", PAGE, assigned({"Type": "Choice", "Choices": [{"Variable": "$v", "NumericEquals": 5, "Next": "Y"}], "Default": "N"}) | {"Y": {"Type": "Pass", "Result": "yes", "End": True}, "N": {"Type": "Fail"}}, {"n": 5}, "yes"),
    Case("assigned by the rule that matches", PAGE, {"C": {"Type": "Choice", "Choices": [{**RULE, "Next": "B", "Assign": {"v.$": "$.n"}}], "Default": "B"}, "B": READ}, {"n": 5}, {"v": 5}),
    Case("assigned by the default", PAGE, {"C": {"Type": "Choice", "Choices": [{**RULE, "Next": "B"}], "Default": "B", "Assign": {"v": "default"}}, "B": READ}, {"n": 6}, {"v": "default"}),
    Case("assigned by a catcher", PAGE, {"P": {"Type": "Parallel", "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}], "Catch": [{"ErrorEquals": ["E"], "Next": "B", "Assign": {"v.$": "$.Error"}}], "End": True}, "B": READ}, {}, {"v": "E"}),
]  # fmt: skip
