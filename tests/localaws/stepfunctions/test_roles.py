"""Tasks act as the machine's role (AWS: "Creating an IAM role for your state machine")."""

from __future__ import annotations

import json
from typing import Any

import pytest


def policy(*actions: str) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [allow]}


def task(resource: str, parameters: dict[str, Any]) -> dict[str, Any]:
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True}
    return {"S": state}


@pytest.mark.parametrize(("actions", "status"), [(("dynamodb:GetItem",), "SUCCEEDED"), (("s3:*",), "FAILED")])
def test_what_the_role_may(bench: Any, actions: tuple[str, ...], status: str) -> None:
    table = bench.table()
    role = bench.make_role("some", policy(*actions))
    machine = bench.machine(task("dynamodb:getItem", {"TableName": table, "Key": {"id": {"S": "x"}}}), roleArn=role)
    ended = bench.run(machine)
    assert ended["status"] == status
    if status == "FAILED":
        assert ended["error"] == "DynamoDB.AccessDeniedException"
        assert "is not authorized to perform: dynamodb:GetItem" in ended["cause"]


def test_a_child_runs_as_its_own_role(bench: Any) -> None:
    """The parent may start and watch it, the child may read the table."""
    table = bench.table()
    reads = bench.make_role("reads", policy("dynamodb:GetItem"))
    item = {"TableName": table, "Key": {"id": {"S": "x"}}}
    inner = bench.machine(task("dynamodb:getItem", item), roleArn=reads)
    starts = bench.make_role("starts", policy("states:StartExecution", "states:DescribeExecution"))
    outer = bench.machine(task("states:startExecution.sync:2", {"StateMachineArn": inner, "Input": {}}), roleArn=starts)
    assert bench.output(outer)["Status"] == "SUCCEEDED"


def test_a_role_that_does_not_trust_step_functions(bench: Any) -> None:
    role = bench.make_role("closed", policy("*"))
    allow = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    name = role.rpartition("/")[2]
    bench.aws.client("iam").update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    machine = bench.machine(task("aws-sdk:sfn:listStateMachines", {}), roleArn=role)
    error, cause = bench.failure(machine)
    assert error == "States.Permissions"
    assert "sts:AssumeRole" in cause
