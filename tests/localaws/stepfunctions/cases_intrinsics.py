"""Intrinsic functions: what they give, and how they fail."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from typing import Any

from tests.localaws.stepfunctions.cases import Case, at, caught, only

PAGE = "Intrinsics for JSONPath states in Step Functions"
DATA = {
    "n": 1,
    "f": 1.5,
    "a": [1, 2, 2, {"x": 1}, {"x": 1}],
    "o": {"k": "v", "l": [1, "b"]},
    "s": '{"k":[1]}',
    "t": "it's",
}


def gives(call: str, value: Any) -> Case:
    return Case(call, PAGE, only("Pass", Parameters={"v.$": call}), DATA, {"v": value})


def fails(call: str, word: str) -> Case:
    return Case(call, PAGE, only("Pass", Parameters={"v.$": call}), DATA, error="States.IntrinsicFailure", cause=word)


OVER = {"Type": "Map", "ItemProcessor": {"StartAt": "E", "States": {"E": {"Type": "Pass", "End": True}}}, "End": True}
BROKEN = {**OVER, "ItemSelector": {"v.$": "States.ArrayGetItem($$.Map.Item.Value, 9)"}}
LOST = "The function 'States.Format('{}', States.Format('{}', $.no))' had the following error: The JsonPath argument for the field '$.no' could not be found in the input"

CASES = [
    gives("States.Array()", []),
    gives("States.Array(1, -2.5, 'a', $.n, true, null, States.Array($.t))", [1, -2.5, "a", 1, True, None, ["it's"]]),
    gives("States.ArrayPartition(States.ArrayRange(1, 9, 1), 4)", [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
    gives("States.ArrayPartition($.a, 1.4)", [[1], [2], [2], [{"x": 1}], [{"x": 1}]]),
    gives("States.ArrayContains($.a, 2)", True),
    gives("States.ArrayContains($.a, $.o)", False),
    gives("States.ArrayContains(States.Array(1), true)", False),
    gives("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
    gives("States.ArrayRange(5, 1, -2)", [5, 3, 1]),
    gives("States.ArrayGetItem($.a, 3)", {"x": 1}),
    gives("States.ArrayLength($.a)", 5),
    gives("States.ArrayUnique($.a)", [1, 2, {"x": 1}]),
    gives("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
    gives("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "Data to encode"),
    gives("States.Base64Decode(States.Base64Encode('é☃'))", "é☃"),
    gives("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
    gives("States.Hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"),
    gives("States.Hash('input data', 'SHA-256')", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"),
    gives("States.ArrayLength(States.Array(States.Hash($.o, 'SHA-384'), States.Hash($.n, 'SHA-512')))", 2),
    gives("States.JsonMerge($.o, States.StringToJson('{\"k\":2}'), false)", {"k": 2, "l": [1, "b"]}),
    gives("States.StringToJson($.s)", {"k": [1]}),
    gives("States.JsonToString($.o)", '{"k":"v","l":[1,"b"]}'),
    gives("States.MathRandom(1, 2)", 1),
    gives("States.MathRandom(7, 8, 3)", 7),
    gives("States.MathAdd(111, -1)", 110),
    gives("States.MathAdd(1.49, 1.5)", 3),
    gives("States.MathAdd($.f, 1.51)", 4),
    gives("States.MathAdd(-1.49, -1.5)", -2),
    gives("States.StringSplit('This.is+a,test=string', '.+,=')", ["This", "is", "a", "test", "string"]),
    gives("States.StringSplit(',,a,,b,', ',')", ["a", "b"]),
    gives("States.ArrayLength(States.StringSplit(States.UUID(), '-'))", 5),
    gives("States.Format('{}, {} and {}', $.n, $.t, null)", "1, it's and null"),
    gives("States.Format('{}', $.o)", "{k=v, l=[1, b]}"),
    gives(r"States.Format('it\'s \{x\} {}', $.f)", "it's {x} 1.5"),
    gives("States.Format($.t)", "it's"),
    gives(r"States.Base64Encode('a\\b')", "YVxi"),
    gives(r"States.Array('\{\}', 'it\'s', '\\\'')", ["{}", "it's", "\\'"]),
    gives(r"States.StringSplit('a\\b', '\\')", ["a", "b"]),
    gives(r"States.Format('\\{}', $.n)", "\\1"),
    gives(r"States.Format('\\\{\} {} \\\\{}', $.n, 2)", "\\{} 1 \\\\2"),
    gives(r"States.Format('{}', 'a\\{}')", "a\\{}"),
    gives("States.ArrayLength($.a[?(@.x==1)])", 2),
    fails("States.ArrayPartition($.a, 0)", "had the following error"),
    fails("States.ArrayPartition($.n, 1)", "array"),
    fails("States.ArrayContains($.n, 1)", "array"),
    fails("States.ArrayRange(1, 1001, 1)", "1000"),
    fails("States.ArrayRange(1, 2, 0)", "0"),
    fails("States.ArrayGetItem($.a, 5)", "0 to 4"),
    fails("States.ArrayGetItem($.a, -1)", "-1"),
    fails("States.ArrayLength($.o)", "array"),
    fails("States.ArrayUnique($.n)", "array"),
    fails("States.Base64Encode($.n)", "string"),
    fails("States.Base64Decode('!')", "Base64"),
    fails("States.Hash('x', 'SHA256')", "SHA-256"),
    fails("States.JsonMerge($.o, $.o, true)", "shallow"),
    fails("States.JsonMerge($.o, $.a, false)", "object"),
    fails("States.StringToJson($.t)", "not JSON"),
    fails("States.MathRandom(2, 2)", "below"),
    fails("States.MathAdd($.t, 1)", "number"),
    fails("States.StringSplit('a', '')", "character"),
    fails("States.Format('{} {}', 1)", "2, got 1"),
    Case("an argument to nothing", PAGE, only("Pass", Parameters={"v.$": "States.Format('{}', States.Format('{}', $.no))"}), {"x": 1}, error="States.Runtime", cause=at(LOST)),
    Case("a failure is caught", PAGE, caught(BROKEN, "States.IntrinsicFailure", ResultPath="$[0].e", **{}), [[1]], error="States.ResultPathMatchFailure", cause="e"),
    Case("a failure is caught by States.ALL", PAGE, {**caught(BROKEN, "States.ALL"), "Caught": {"Type": "Pass", "OutputPath": "$.Error", "End": True}}, [[1]], "States.IntrinsicFailure"),
]  # fmt: skip
