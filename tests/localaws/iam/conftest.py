from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server

ACCOUNT = "123456789012"

Statement = dict[str, Any]


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(**principal: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal or {"AWS": "*"}, "Action": "sts:AssumeRole"})


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


@dataclass
class Actor:
    """A role of the test's own, and clients that act as it."""

    server: Server
    name: str
    arn: str
    credentials: dict[str, str]

    def client(self, service: str) -> Any:
        return self.server.client(service, **self.credentials)

    def may(self, *statements: Statement) -> None:
        """From now on the role has these statements and no others."""
        self.server.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="policy", PolicyDocument=document(*statements)
        )

    def report(self, name: str) -> Any:
        import urllib.request

        with urllib.request.urlopen(f"{self.server.endpoint}/_localaws/iam/{name}") as answer:
            return json.load(answer)

    def used(self) -> set[tuple[str, str]]:
        return {(action, resource) for who, action, resource in self.report("used") if who == self.name}


NewActor = Callable[..., Actor]


@pytest.fixture
def actor(aws: Server) -> NewActor:
    """Makes a role with the given statements and takes it."""

    def make(*statements: Statement, **role: Any) -> Actor:
        name = unique("actor")
        made = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust(), **role)["Role"]
        keys = aws.client("sts").assume_role(RoleArn=made["Arn"], RoleSessionName="session")["Credentials"]
        found = Actor(
            aws,
            name,
            made["Arn"],
            {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            },
        )
        if statements:
            found.may(*statements)
        return found

    return make


@pytest.fixture
def bucket(aws: Server) -> str:
    name = unique("iam-bucket")
    aws.client("s3").create_bucket(Bucket=name)
    return name


def denied(call: Callable[..., Any], **arguments: Any) -> str:
    """The message of the denial that the call ends in."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError", "403"), error
    return str(error["Message"])
