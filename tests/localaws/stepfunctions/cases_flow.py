"""Pass, Succeed, Fail and Wait states."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from tests.localaws.stepfunctions.cases import Case, at, only

PASS, WAIT, FAIL = "Pass workflow state", "Wait workflow state", "Fail workflow state"
ONE = "1<0 ExecutionStarted 2<0 {kind}StateEntered 3<2 {kind}StateExited 4<3 ExecutionSucceeded"
LOST = "1<0 ExecutionStarted 2<0 {kind}StateEntered 3<2 ExecutionFailed"
NO_LONG = "The SecondsPath parameter cannot be parsed as a long value: $.s == x"
NO_MOMENT = "does not reference a valid ISO-8601 extended offset date-time format string: $.s == soon"

CASES = [
    Case("pass", PASS, only("Pass"), {"a": 1}, {"a": 1}, events=ONE.format(kind="Pass")),
    Case("result", PASS, only("Pass", Result={"r": [1, None]}), {"a": 1}, {"r": [1, None]}),
    Case("result at a place", PASS, only("Pass", Result=1, ResultPath="$.b.c"), {"a": 1}, {"a": 1, "b": {"c": 1}}),
    Case("result is no template", PASS, only("Pass", Result={"a.$": "$.x"}), {"x": 1}, {"a.$": "$.x"}),
    Case("result wins over parameters", PASS, only("Pass", Parameters={"p": 1}, Result={"r": 1}), {}, {"r": 1}),
    Case("parameters at a place", PASS, only("Pass", Parameters={"p": 1}, ResultPath="$.x"), {"a": 1}, {"a": 1, "x": {"p": 1}}),
    Case("any input", PASS, only("Pass"), "text", "text"),
    Case("null input", PASS, only("Pass"), [None], [None]),
    Case("text with escapes", PASS, only("Pass", Result='é\n"q"\\ 😀'), {}, 'é\n"q"\\ 😀'),
    Case("succeed", "Succeed workflow state", only("Succeed"), {"a": 1}, {"a": 1}, events=ONE.format(kind="Succeed")),
    Case("succeed with paths", "Succeed workflow state", only("Succeed", InputPath="$.a", OutputPath="$.b"), {"a": {"b": 2}}, 2),
    Case("fail", FAIL, only("Fail", Error="E", Cause="because"), {}, error="E", cause="because", events=LOST.format(kind="Fail")),
    Case("fail without a word", FAIL, only("Fail"), {}, error="", events=LOST.format(kind="Fail")),
    Case("fail by paths", FAIL, only("Fail", ErrorPath="$.e", CausePath="$.c"), {"e": "E", "c": "C"}, error="E", cause="C"),
    Case("fail by a function", FAIL, only("Fail", Error="E", CausePath="States.Format('no {}', $.c)"), {"c": 1}, error="E", cause="no 1"),
    Case("fail by a path to nothing", FAIL, only("Fail", Error="E", CausePath="$.no"), {}, error="States.Runtime", cause="'CausePath'"),
    Case("fail by a number", FAIL, only("Fail", ErrorPath="$.e"), {"e": 1}, error="States.Runtime", cause="string"),
    Case("wait", WAIT, only("Wait", Seconds=1), {"a": 1}, {"a": 1}, events=ONE.format(kind="Wait")),
    Case("wait for nothing", WAIT, only("Wait", Seconds=0), {}, {}),
    Case("wait by a path", WAIT, only("Wait", SecondsPath="$.s", OutputPath="$.k"), {"s": 1, "k": 2}, 2),
    Case("wait by a path in a part", WAIT, only("Wait", InputPath="$.i", SecondsPath="$.s"), {"i": {"s": 0}}, {"s": 0}),
    Case("wait until then", WAIT, only("Wait", Timestamp="2016-03-14T01:59:00Z"), {}, {}),
    Case("wait until a path", WAIT, only("Wait", TimestampPath="$.s"), {"s": "2016-03-14T01:59:00Z"}, {"s": "2016-03-14T01:59:00Z"}),
    Case("wait for text", WAIT, only("Wait", SecondsPath="$.s"), {"s": "x"}, error="States.Runtime", cause=at(NO_LONG)),
    Case("wait backwards", WAIT, only("Wait", SecondsPath="$.s"), {"s": -1}, error="States.Runtime", cause="negative value: $.s == -1"),
    Case("wait for a path to nothing", WAIT, only("Wait", SecondsPath="$.s"), {}, error="States.Runtime", cause="does not reference an input value: $.s", events=LOST.format(kind="Wait")),
    Case("wait until soon", WAIT, only("Wait", TimestampPath="$.s"), {"s": "soon"}, error="States.Runtime", cause=NO_MOMENT),
]  # fmt: skip
