"""TestState (AWS: "Using TestState API to test a state in Step Functions"); shapes follow recordings of AWS."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

GONE: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:startCrawler", "Next": "N"}
GONE["Parameters"] = {"Name.$": "$.name"}
ERROR = "Glue.EntityNotFoundException"
DATA = {"in": {"a": 1, "b": 2}, "other": 3}
KEPT = {**DATA, "new": {"x": 1}}
CHOICE = {"Type": "Choice", "Choices": [{"Variable": "$.in.a", "NumericEquals": 1, "Next": "One"}], "Default": "D"}


@pytest.fixture(scope="module")
def sfn(fast: Any) -> Any:
    """A client that does not put `sync-` before the host's name."""
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1}, parameter_validation=False)
    keys = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws", "region_name": "us-east-1"}
    return boto3.session.Session().client("stepfunctions", endpoint_url=fast.endpoint, config=config, **keys)


def tried(sfn: Any, bench: Any, state: dict[str, Any], data: Any = None, **more: Any) -> dict[str, Any]:
    text = json.dumps(DATA if data is None else data)
    answer = sfn.test_state(definition=json.dumps(state), roleArn=bench.role, input=text, **more)
    answer.pop("ResponseMetadata")
    answer.get("inspectionData", {}).pop("input", None)
    if "inspectionData" in answer:
        answer["inspectionData"] = {key: json.loads(value) for key, value in answer["inspectionData"].items()}
    return {**answer, "output": json.loads(answer["output"])} if "output" in answer else dict(answer)


PASS = {"Type": "Pass", "InputPath": "$.in", "Parameters": {"x.$": "$.a"}, "ResultPath": "$.new", "Next": "N"}
STEPS = {"afterInputPath": DATA["in"], "afterParameters": {"x": 1}, "afterResultSelector": {"x": 1}}


@pytest.mark.parametrize(
    ("state", "expected", "steps"),
    [
        (PASS, {"output": KEPT, "nextState": "N"}, {**STEPS, "afterResultPath": KEPT}),
        (
            {"Type": "Pass", "Result": {"x": 1}, "ResultPath": "$.new", "End": True},
            {"output": KEPT},
            {"result": {"x": 1}, "afterResultSelector": {"x": 1}, "afterResultPath": KEPT},
        ),
        (
            {"Type": "Pass", "End": True},
            {"output": DATA},
            dict.fromkeys(("afterInputPath", "afterParameters", "afterResultSelector", "afterResultPath"), DATA),
        ),
        (CHOICE, {"output": DATA, "nextState": "One"}, {"afterInputPath": DATA}),
        ({"Type": "Succeed"}, {"output": DATA}, {"afterInputPath": DATA}),
        ({"Type": "Wait", "Seconds": 1, "Next": "N"}, {"output": DATA, "nextState": "N"}, {"afterInputPath": DATA}),
        ({"Type": "Fail", "Error": "E", "Cause": "c"}, {"error": "E", "cause": "c"}, {"afterInputPath": DATA}),
    ],
)
def test_a_state(sfn: Any, hasty: Any, state: dict[str, Any], expected: Any, steps: dict[str, Any]) -> None:
    status = "FAILED" if "error" in expected else "SUCCEEDED"
    assert tried(sfn, hasty, state) == {"status": status, **expected}
    for level in ("DEBUG", "TRACE"):
        answer = tried(sfn, hasty, state, inspectionLevel=level)
        assert answer == {"status": status, **expected, "inspectionData": steps}


def test_a_task(sfn: Any, hasty: Any) -> None:
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:glue:getCrawlers",
        "Parameters": {"MaxResults.$": "$.in.a"},
        "ResultSelector": {"n.$": "States.ArrayLength($.Crawlers)"},
        "OutputPath": "$.n",
        "Next": "N",
    }
    answer = tried(sfn, hasty, state, inspectionLevel="DEBUG")
    assert (answer["status"], answer["output"], answer["nextState"]) == ("SUCCEEDED", 0, "N")
    steps = {"afterInputPath": DATA, "afterParameters": {"MaxResults": 1}, "result": {"Crawlers": []}}
    assert answer["inspectionData"] == {**steps, "afterResultSelector": {"n": 0}, "afterResultPath": {"n": 0}}


def test_a_task_that_would_be_tried_again(sfn: Any, hasty: Any) -> None:
    retry = [{"ErrorEquals": ["Other"]}, {"ErrorEquals": [ERROR], "MaxAttempts": 2}]
    answer = tried(sfn, hasty, {**GONE, "Retry": retry}, {"name": "none"})
    assert (answer["status"], answer["error"]) == ("RETRIABLE", ERROR)
    assert "nextState" not in answer


def test_a_task_whose_error_is_caught(sfn: Any, hasty: Any) -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught", "ResultPath": "$.e"}]
    answer = tried(sfn, hasty, {**GONE, "Catch": catch}, {"name": "none"})
    assert (answer["status"], answer["error"], answer["nextState"]) == ("CAUGHT_ERROR", ERROR, "Caught")
    assert answer["output"] == {"name": "none", "e": {"Error": ERROR, "Cause": answer["cause"]}}


def test_a_task_that_fails(sfn: Any, hasty: Any) -> None:
    answer = tried(sfn, hasty, GONE, {"name": "none"})
    assert (answer["status"], answer["error"]) == ("FAILED", ERROR)


def test_a_runtime_error(sfn: Any, hasty: Any) -> None:
    answer = tried(sfn, hasty, {**GONE, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}]}, {})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Runtime")
    assert "'Name.$'" in answer["cause"]


def test_variables_and_the_context(sfn: Any, hasty: Any) -> None:
    state = {
        "Type": "Pass",
        "Parameters": {"v.$": "$v.deep", "s.$": "$$.State.Name", "e.$": "$$.Execution"},
        "End": True,
    }
    output = tried(sfn, hasty, state, variables=json.dumps({"v": {"deep": 5}}))["output"]
    assert (output["v"], output["s"]) == (5, "StateName")
    assert sorted(output["e"]) == ["Id", "Input", "Name", "RoleArn", "StartTime"]
    assert ":express:" in output["e"]["Id"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        ({"definition": "{"}, "InvalidDefinition", "INVALID_JSON_DESCRIPTION|Expecting"),
        ({"definition": '{"Type":"Pass"}'}, "InvalidDefinition", "Next, End"),
        ({"definition": '{"Type":"Pass","End":true}', "input": "not"}, "InvalidExecutionInput", "Unrecognized token"),
        ({"definition": '{"Type":"Pass","End":true}', "variables": "{"}, "InvalidExecutionInput", "end-of-input"),
        ({"definition": '{"Type":"Pass","End":true}', "variables": "[]"}, "InvalidExecutionInput", "a JSON object"),
        ({"definition": '{"Type":"Map"}'}, "NotImplemented", "Map"),
        ({"definition": '{"Type":"Parallel"}'}, "NotImplemented", "Parallel"),
        (
            {"definition": '{"Type":"Task","Resource":"arn:aws:states:::glue:startJobRun.sync","End":true}'},
            "InvalidDefinition",
            "does not support",
        ),
    ],
)
def test_what_is_refused(sfn: Any, hasty: Any, call: dict[str, Any], error: str, words: str) -> None:
    with pytest.raises(ClientError, match=words) as refused:
        sfn.test_state(roleArn=hasty.role, **call)
    assert refused.value.response["Error"]["Code"] == error
