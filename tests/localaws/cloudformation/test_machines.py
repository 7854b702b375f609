"""AWS::StepFunctions::StateMachine in the interpreter's own backend (page "AWS::StepFunctions::StateMachine")."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.cloudformation.conftest import Stacks

DEFINITION = '{"StartAt":"S","States":{"S":{"Type":"Pass","Result":"${Said}","End":true}}}'
ROLE = """
R:
  Type: AWS::IAM::Role
  Properties: {RoleName: r-<id>, AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}}
"""


def machine(definition: str, *more: str) -> str:
    props = ["StateMachineName: m-<id>", "RoleArn: !GetAtt R.Arn", definition, *more]
    return f"{ROLE}M: {{Type: AWS::StepFunctions::StateMachine, Properties: {{{', '.join(props)}}}}}"


def described(stacks: Stacks) -> dict[str, Any]:
    machines = stacks.aws.client("stepfunctions")
    found: dict[str, Any] = machines.describe_state_machine(stateMachineArn=stacks.resources()["M"])
    return found


def result(stacks: Stacks) -> Any:
    return json.loads(described(stacks)["definition"])["States"]["S"]["Result"]


@pytest.mark.parametrize(
    "definition",
    [
        f"DefinitionString: '{DEFINITION}'",
        f"Definition: {DEFINITION}",
        "DefinitionS3Location: {Bucket: d-<id>, Key: m.asl.json}",
        "DefinitionS3Location: {Bucket: d-<id>, Key: m.asl.yaml}",
    ],
)
def test_a_definition_comes_from_text_data_or_s3(stacks: Stacks, definition: str) -> None:
    s3 = stacks.aws.client("s3")
    s3.create_bucket(Bucket=f"d-{stacks.suffix}")
    s3.put_object(Bucket=f"d-{stacks.suffix}", Key="m.asl.json", Body=DEFINITION.encode())
    yaml = b"StartAt: S\nStates: {S: {Type: Pass, Result: '${Said}', End: true}}"
    s3.put_object(Bucket=f"d-{stacks.suffix}", Key="m.asl.yaml", Body=yaml)
    assert stacks.create(machine(definition, "DefinitionSubstitutions: {Said: hello}")) == "CREATE_COMPLETE"
    assert result(stacks) == "hello"


def test_a_machine_is_updated_in_place_and_runs(stacks: Stacks) -> None:
    first = machine(f"DefinitionString: '{DEFINITION}'", "DefinitionSubstitutions: {Said: one}")
    stacks.create(first)
    arn = stacks.resources()["M"]
    assert stacks.update(first.replace("Said: one", "Said: two")) == "UPDATE_COMPLETE"
    assert stacks.resources()["M"] == arn
    machines = stacks.aws.client("stepfunctions")
    execution = machines.start_execution(stateMachineArn=arn)["executionArn"]
    found = machines.describe_execution(executionArn=execution)
    while found["status"] == "RUNNING":
        found = machines.describe_execution(executionArn=execution)
    assert json.loads(found["output"]) == "two"


def test_logging_and_tracing_are_passed_on(stacks: Stacks) -> None:
    logging = (
        "LoggingConfiguration: {Level: ERROR, IncludeExecutionData: false,"
        " Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt L.Arn}}]}"
    )
    text = machine(f"DefinitionString: '{DEFINITION}'", logging, "TracingConfiguration: {Enabled: true}")
    assert stacks.create(f"L: {{Type: AWS::Logs::LogGroup}}\n{text}") == "CREATE_COMPLETE"
    found = described(stacks)
    assert (found["loggingConfiguration"]["level"], found["tracingConfiguration"]["enabled"]) == ("ERROR", True)
    group = found["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    assert group.endswith(":*")
