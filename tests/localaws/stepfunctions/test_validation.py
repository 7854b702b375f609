# ruff: noqa: E501 - a definition is a line

"""ValidateStateMachineDefinition, and what CreateStateMachine says of the same.

Messages follow recordings of AWS where there are any (the first table); AWS promises codes and the result alone.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from localaws.planes.stepfunctions.validation import grammar
from localaws.planes.stepfunctions.validation.definition import diagnose

PASS = {"Type": "Pass", "End": True}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {}, "End": True}
BRANCH = {"StartAt": "B", "States": {"B": PASS}}
MAP = {"Type": "Map", "ItemProcessor": BRANCH, "End": True}
RULE = {"Variable": "$.a", "NumericEquals": 1, "Next": "Z"}


def machine(state: dict[str, Any], **more: Any) -> str:
    return json.dumps({"StartAt": "S", "States": {"S": state, **more}})


def choice(rule: dict[str, Any]) -> str:
    return machine({"Type": "Choice", "Choices": [rule], "Default": "Z"}, Z=PASS)


def retry(**fields: Any) -> str:
    return machine({**TASK, "Retry": [{"ErrorEquals": ["E"], **fields}]})


SCHEMA, JSON, TARGET = "SCHEMA_VALIDATION_FAILED", "INVALID_JSON_DESCRIPTION", "MISSING_TRANSITION_TARGET"
EXPECTED = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
PLACE = '[Source: (String)"not a definition"; line: 1, column: 4]'
CALLBACK = {**TASK, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}
FIRST_ALL = [{"ErrorEquals": ["States.ALL"], "Next": "Z"}, {"ErrorEquals": ["E"], "Next": "Z"}]

RECORDED = [
    ("", "STANDARD", SCHEMA, "Definition must be a valid JSON object", None),
    ("not a definition", "STANDARD", JSON, f"Unrecognized token 'not': {EXPECTED}\n at {PLACE}", PLACE),
    ("{}", "STANDARD", SCHEMA, "These fields are required: [States, StartAt]", "/"),
    ('{"States": {}}', "STANDARD", SCHEMA, "These fields are required: [StartAt]", "/"),
    (
        machine(CALLBACK),
        "EXPRESS",
        SCHEMA,
        "Express state machine does not support '.waitForTaskToken' service integration ",
        "/States/S/Resource",
    ),
    (
        json.dumps(
            {"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {**PASS, "QueryLanguage": "JSONPath"}}}
        ),
        "STANDARD",
        SCHEMA,
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
        "/States/P",
    ),
    (machine({"Type": "Pass", "Next": "S"}), "STANDARD", "MISSING_END_STATE", "Workflow has no terminal state", None),
    (machine({**MAP, "TimeoutSeconds": 1}), "STANDARD", SCHEMA, "Field 'TimeoutSeconds' is not supported", "/States/S"),
    (machine({**PASS, "Catch": []}), "STANDARD", SCHEMA, "Field 'Catch' is not supported", "/States/S"),
    (machine({"Type": "Pass", "Next": "N"}), "STANDARD", TARGET, "Missing 'Next' target: N", "/States/S/Next"),
    (machine(PASS, T=PASS), "STANDARD", TARGET, 'State "T" is not reachable.', "/States/T"),
    (
        machine({**TASK, "Catch": FIRST_ALL}, Z=PASS),
        "STANDARD",
        SCHEMA,
        "States.ALL must appear alone and at end of list",
        "/States/S/Catch[0]/ErrorEquals[0]",
    ),
]


def test_every_error_that_is_raised_can_be_caught_by_its_name() -> None:
    """What a source of the plane names, and a definition may name in ErrorEquals."""
    sources = Path(inspect.getfile(grammar)).parents[1].rglob("*.py")
    raised = {name for source in sources for name in re.findall(r"[\"'](States\.[A-Za-z]+)[\"']", source.read_text())}
    assert "States.ReferencePathConflict" in raised
    assert raised <= grammar.ERROR_NAMES
    for name in raised - {"States.ALL"}:
        assert diagnose(retry(ErrorEquals=[name]), "STANDARD") == []


@pytest.mark.parametrize("path", ["$['']", '$[""]', "$.a['']"])
def test_a_name_of_nothing_is_a_name(path: str) -> None:
    assert diagnose(machine({**PASS, "ResultPath": path}), "STANDARD") == []


def test_the_account_of_a_function_is_not_looked_at() -> None:
    """As in an example of AWS's (AWS::StepFunctions::StateMachine)."""
    function = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111122223333;:function:F", "End": True}
    assert diagnose(machine(function), "STANDARD") == []


@pytest.mark.parametrize(("text", "kind", "code", "message", "location"), RECORDED)
def test_what_was_recorded(text: str, kind: str, code: str, message: str, location: str | None) -> None:
    problem = diagnose(text, kind)[0]
    assert (problem.severity, problem.code, problem.message, problem.location) == ("ERROR", code, message, location)


DOCUMENTED = [
    (machine({"Type": "Nothing"}), SCHEMA, "/States/S/Type"),
    (machine({"End": True}), SCHEMA, "/States/S"),
    (machine({"Type": "Pass"}), SCHEMA, "/States/S"),
    (machine({"Type": "Pass", "Next": "Z", "End": True}, Z=PASS), SCHEMA, "/States/S"),
    (machine({"Type": "Succeed", "End": True}), SCHEMA, "/States/S"),
    (machine({**PASS, "Comment": "c", "Colour": 1}), SCHEMA, "/States/S"),
    (machine({**PASS, "End": "yes"}), SCHEMA, "/States/S/End"),
    (machine({**PASS, "InputPath": "a"}), SCHEMA, "/States/S/InputPath"),
    (machine({**PASS, "InputPath": "$.a["}), SCHEMA, "/States/S/InputPath"),
    (machine({**PASS, "ResultPath": "$.a[*]"}), SCHEMA, "/States/S/ResultPath"),
    (machine({**PASS, "ResultPath": "$.a[?(@.b)]"}), SCHEMA, "/States/S/ResultPath"),
    (machine({**PASS, "Parameters": {"a.$": "b"}}), SCHEMA, "/States/S/Parameters"),
    (machine({**PASS, "Parameters": {"a": {"b.$": 5}}}), SCHEMA, "/States/S/Parameters/a"),
    (machine({**PASS, "Parameters": {"a.$": "States.Nope()"}}), SCHEMA, "/States/S/Parameters"),
    (machine({**PASS, "Parameters": {"a.$": "States.UUID(1)"}}), SCHEMA, "/States/S/Parameters"),
    (machine({**PASS, "Parameters": {"a.$": "States.Array(1"}}), SCHEMA, "/States/S/Parameters"),
    (machine({**PASS, "Parameters": {"a.$": "States.Format('x)"}}), SCHEMA, "/States/S/Parameters"),
    (machine({**PASS, "Assign": {"1a": 1}}), SCHEMA, "/States/S/Assign"),
    (machine({"Type": "Task", "End": True}), SCHEMA, "/States/S"),
    (machine({**TASK, "Resource": "nothing"}), "INVALID_RESOURCE", "/States/S/Resource"),
    (machine({**TASK, "TimeoutSeconds": 0}), SCHEMA, "/States/S/TimeoutSeconds"),
    (machine({**TASK, "TimeoutSeconds": 5, "HeartbeatSeconds": 5}), SCHEMA, "/States/S/HeartbeatSeconds"),
    (machine({**TASK, "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.a"}), SCHEMA, "/States/S"),
    (retry(IntervalSeconds=0), SCHEMA, "/States/S/Retry[0]/IntervalSeconds"),
    (retry(MaxAttempts=-1), SCHEMA, "/States/S/Retry[0]/MaxAttempts"),
    (retry(BackoffRate=0.5), SCHEMA, "/States/S/Retry[0]/BackoffRate"),
    (retry(JitterStrategy="SOME"), SCHEMA, "/States/S/Retry[0]/JitterStrategy"),
    (retry(IntervalSeconds=5, MaxDelaySeconds=5), SCHEMA, "/States/S/Retry[0]/MaxDelaySeconds"),
    (retry(Next="S"), SCHEMA, "/States/S/Retry[0]"),
    (retry(ErrorEquals=[]), SCHEMA, "/States/S/Retry[0]/ErrorEquals"),
    (retry(ErrorEquals=["States.Nope"]), SCHEMA, "/States/S/Retry[0]/ErrorEquals[0]"),
    (retry(ErrorEquals=["E", "States.ALL"]), SCHEMA, "/States/S/Retry[0]/ErrorEquals[1]"),
    (machine({**TASK, "Catch": [{"ErrorEquals": ["E"]}]}), SCHEMA, "/States/S/Catch[0]"),
    (machine({**TASK, "Catch": [{"ErrorEquals": ["E"], "Next": "N"}]}), TARGET, "/States/S/Catch[0]/Next"),
    (machine({"Type": "Choice"}), SCHEMA, "/States/S"),
    (machine({"Type": "Choice", "Choices": []}), SCHEMA, "/States/S/Choices"),
    (machine({"Type": "Choice", "Choices": [RULE], "Default": "D"}, Z=PASS), TARGET, "/States/S/Default"),
    (choice({"Variable": "$.a", "NumericEquals": 1}), SCHEMA, "/States/S/Choices[0]"),
    (choice({"NumericEquals": 1, "Next": "Z"}), SCHEMA, "/States/S/Choices[0]"),
    (choice({"Variable": "$.a", "Next": "Z"}), SCHEMA, "/States/S/Choices[0]"),
    (choice({**RULE, "StringEquals": "a"}), SCHEMA, "/States/S/Choices[0]"),
    (choice({"Variable": "$.a", "NumericIs": 1, "Next": "Z"}), SCHEMA, "/States/S/Choices[0]"),
    (choice({**RULE, "NumericEquals": "1"}), SCHEMA, "/States/S/Choices[0]/NumericEquals"),
    (choice({"Variable": "$.a", "TimestampEquals": "now", "Next": "Z"}), SCHEMA, "/States/S/Choices[0]/TimestampEquals"),
    (choice({**RULE, "Variable": "$.a[*]"}), SCHEMA, "/States/S/Choices[0]/Variable"),
    (choice({"And": [], "Next": "Z"}), SCHEMA, "/States/S/Choices[0]/And"),
    (choice({"Not": {"Or": [{"Variable": "$.a"}]}, "Next": "Z"}), SCHEMA, "/States/S/Choices[0]/Not/Or[0]"),
    (machine({"Type": "Wait", "End": True}), SCHEMA, "/States/S"),
    (machine({"Type": "Wait", "Seconds": 1, "SecondsPath": "$.s", "End": True}), SCHEMA, "/States/S"),
    (machine({"Type": "Wait", "Timestamp": "soon", "End": True}), SCHEMA, "/States/S/Timestamp"),
    (machine({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}), SCHEMA, "/States/S"),
    (machine({"Type": "Fail", "CausePath": "States.Format("}), SCHEMA, "/States/S/CausePath"),
    (machine({"Type": "Parallel", "Branches": [], "End": True}), SCHEMA, "/States/S/Branches"),
    (machine({"Type": "Parallel", "Branches": [{"StartAt": "X", "States": {}}], "End": True}), SCHEMA, "/States/S/Branches[0]/States"),
    (machine({"Type": "Parallel", "Branches": [{"StartAt": "X", "States": {"Y": PASS}}], "End": True}), TARGET, "/States/S/Branches[0]/StartAt"),
    (machine({"Type": "Parallel", "Branches": [BRANCH, BRANCH], "End": True}), "DUPLICATE_STATE_NAME", "/States/S/Branches[1]/States/B"),
    (machine({"Type": "Map", "End": True}), SCHEMA, "/States/S"),
    (machine({**MAP, "Iterator": BRANCH}), SCHEMA, "/States/S"),
    (machine({**MAP, "ItemsPath": "$.a[1:]"}), SCHEMA, "/States/S/ItemsPath"),
    (machine({**MAP, "MaxConcurrency": -1}), SCHEMA, "/States/S/MaxConcurrency"),
    (machine({**MAP, "ToleratedFailureCount": 1}), SCHEMA, "/States/S"),
    (machine({"x" * 81: PASS} | PASS, **{"x" * 81: PASS}), "INVALID_STATE_NAME", f"/States/{'x' * 81}"),
    ('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "A": {"Type": "Succeed"}}}', JSON, "/"),
    ('{"StartAt": "A", "States": {"A": []}}', SCHEMA, "/States/A"),
    ('{"StartAt": "A", "States": [], "Speed": 1}', SCHEMA, "/"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "location"), DOCUMENTED)
def test_what_the_pages_say(text: str, code: str, location: str) -> None:
    """AWS: the page of each state, and ValidateStateMachineDefinitionDiagnostic for the codes."""
    found = [(problem.code, problem.location) for problem in diagnose(text) if problem.severity == "ERROR"]
    assert (code, location) in found


GOOD = [
    machine({**PASS, "Parameters": {"a.$": "$['x y'][0].é[?(@.b==1)]", "b.$": "$$.Execution.Id", "c.$": "$v.w[0]"}}),
    machine({**TASK, "Retry": [{"ErrorEquals": ["E", "States.Timeout"], "MaxDelaySeconds": 5}, {"ErrorEquals": ["States.ALL"]}]}),
    machine({**TASK, "ResultPath": None, "InputPath": None, "OutputPath": None, "Credentials": {"RoleArn.$": "$.r"}}),
    machine({**MAP, "ItemProcessor": {**BRANCH, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, "ToleratedFailureCount": 1, "Label": "l"}),
    machine({"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('{}', $.c)"}),
    machine({"Type": "Pass", "Next": "Ü n"}, **{"Ü n": PASS}),
    choice({"Or": [{"Not": {"Variable": "$$.State.Name", "StringEqualsPath": "$v.x"}}], "Next": "Z", "Comment": "c", "Assign": {"a": 1}}),
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_what_is_well(text: str) -> None:
    assert diagnose(text) == []


def test_the_api(bench: Any) -> None:
    """severity, maxResults and truncated; CreateStateMachine and UpdateStateMachine say the same in one sentence."""
    broken = machine({"Type": "Pass", "Next": "N", "Parameters": {"a": "$.b"}}, T=PASS)
    judge = bench.sfn.validate_state_machine_definition
    assert [item["code"] for item in judge(definition=broken)["diagnostics"]] == [TARGET, TARGET]
    found = judge(definition=broken, severity="WARNING")
    assert {"NO_DOLLAR", TARGET} == {item["code"] for item in found["diagnostics"]}
    assert (found["result"], found["truncated"]) == ("FAIL", False)
    first = judge(definition=broken, maxResults=1)
    assert (len(first["diagnostics"]), first["truncated"]) == (1, True)
    warned = judge(definition=machine({**PASS, "Result": {"a.$": "$.b"}}), severity="WARNING")
    assert (warned["result"], warned["diagnostics"][0]["code"]) == ("OK", "PASS_RESULT_IS_STATIC")
    said = f"Invalid State Machine Definition: '{TARGET}: Missing 'Next' target: N at /States/S/Next, "
    said += f'{TARGET}: State "T" is not reachable. at /States/T\''
    with pytest.raises(bench.sfn.exceptions.InvalidDefinition) as refused:
        bench.sfn.create_state_machine(name=bench.name, definition=broken, roleArn=bench.role)
    assert refused.value.response["Error"]["Message"] == said
    arn = bench.machine({"S": PASS})
    with pytest.raises(bench.sfn.exceptions.InvalidDefinition, match="no terminal state at null"):
        bench.sfn.update_state_machine(stateMachineArn=arn, definition=machine({"Type": "Pass", "Next": "S"}))
