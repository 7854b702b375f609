"""InputPath, Parameters, ResultPath, OutputPath, and the context object."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from tests.localaws.stepfunctions.cases import Case, at, only

PAGE = "Processing input and output in Step Functions"
CONTEXT = "Accessing execution data from the Context object in Step Functions"
MATCH = "States.ResultPathMatchFailure"
RUNTIME = "States.Runtime"


def params(**fields: object) -> dict[str, object]:
    return only("Pass", Parameters={key.replace("_d", ".$"): value for key, value in fields.items()})


CASES = [
    Case("input path", PAGE, only("Pass", InputPath="$.a"), {"a": {"b": 1}}, {"b": 1}),
    Case("input path null", PAGE, only("Pass", InputPath=None), {"a": 1}, {}),
    Case("output path", PAGE, only("Pass", OutputPath="$.a"), {"a": 1}, 1),
    Case("output path null", PAGE, only("Pass", OutputPath=None), {"a": 1}, {}),
    Case("result path null", PAGE, only("Pass", Result=5, ResultPath=None), {"a": 1}, {"a": 1}),
    Case("result path over all", PAGE, only("Pass", Result=5, ResultPath="$"), {"a": 1}, 5),
    Case("result path into an array", PAGE, only("Pass", Result=5, ResultPath="$[1].p"), [{}, {"a": 1}], [{}, {"a": 1, "p": 5}]),
    Case("result path over an item", PAGE, only("Pass", Result=5, ResultPath="$.a[0]"), {"a": [1, 2]}, {"a": [5, 2]}),
    Case("result path in brackets", PAGE, only("Pass", Result=5, ResultPath="$['a b'].c"), {}, {"a b": {"c": 5}}),
    Case("result path into text", PAGE, only("Pass", Result=5, ResultPath="$.x"), "text", error=MATCH, cause='Unable to apply step "x" to input "text"'),
    Case("result path into a number", PAGE, only("Pass", Result=5, ResultPath="$.a.b"), {"a": 1}, error=MATCH, cause='step "b"'),
    Case("result path past the end", PAGE, only("Pass", Result=5, ResultPath="$[7]"), [1], error=MATCH, cause='step "7"'),
    Case("input then result then output", PAGE, only("Pass", InputPath="$.a", Parameters={"x.$": "$.b"}, ResultPath="$.r", OutputPath="$.r.x"), {"a": {"b": 7}}, 7),
    Case("template", PAGE, params(a_d="$.n", b={"c.$": "$.n", "d": [{"e.$": "$.n"}, "$.n"]}), {"n": 1}, {"a": 1, "b": {"c": 1, "d": [{"e": 1}, "$.n"]}}),
    Case("template of all", PAGE, params(a_d="$"), {"n": 1}, {"a": {"n": 1}}),
    Case("template past the end is null", PAGE, params(a_d="$.i[5]"), {"i": [1]}, {"a": None}),
    Case("template with a null", PAGE, params(a_d="$.n"), {"n": None}, {"a": None}),
    Case("template of nothing", PAGE, params(a_d="$.no"), {"x": 1}, error=RUNTIME, cause=at("The JSONPath '$.no' specified for the field 'a.$' could not be found in the input '{\"x\": 1}'")),
    Case("names that need no quotes", PAGE, params(a_d="$.é", b_d="$.a-b", c_d="$.parent"), {"é": 1, "a-b": 2, "parent": 3}, {"a": 1, "b": 2, "c": 3}),
    Case("names in brackets", PAGE, params(a_d="$['a.b'][0]", b_d='$["c d"]'), {"a.b": [1], "c d": 2}, {"a": 1, "b": 2}),
    Case("input path to nothing", PAGE, only("Pass", InputPath="$.a.b"), {"a": {}}, error=RUNTIME, cause=at("Invalid path '$.a.b' : No results for path: $['a']['b']")),
    Case("output path to nothing", PAGE, only("Pass", OutputPath="$.no"), {}, error=RUNTIME, cause="Invalid path '$.no'"),
    Case("input path of the context", CONTEXT, only("Pass", InputPath="$$.Execution.Input.a"), {"a": 1}, 1),
    Case("output path of the context", CONTEXT, only("Pass", OutputPath="$$.State.Name"), {}, "S"),
    Case("context in a template", CONTEXT, params(a_d="$$.State.Name", b_d="$$.Execution.Input.x", c_d="$$.Execution.RedriveCount"), {"x": 1}, {"a": "S", "b": 1, "c": 0}),
    Case("context in a function", CONTEXT, params(a_d="States.Format('{}!', $$.State.Name)"), {}, {"a": "S!"}),
    Case("context of nothing", CONTEXT, params(a_d="$$.No"), {}, error=RUNTIME, cause="The JSONPath '$$.No' specified for the field 'a.$'"),
    Case("too large", "Step Functions service quotas", params(a_d="$.s", b_d="$.s"), {"s": "x" * 140_000}, error="States.DataLimitExceeded", cause="The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit."),
]  # fmt: skip
