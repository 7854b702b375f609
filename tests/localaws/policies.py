"""Roles that tests make, and what they may."""

from __future__ import annotations

import json
from typing import Any

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def trust(*services: str) -> dict[str, Any]:
    """These services may take the role."""
    principal = {"Service": [f"{name}.amazonaws.com" for name in services]}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def make_role(iam: Any, name: str, *services: str, may: dict[str, Any] = EVERYTHING) -> str:
    """The ARN of a role that the services may take, and of what it may."""
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(*services)))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(may))
    return arn
