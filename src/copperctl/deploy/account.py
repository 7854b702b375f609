"""The account that the environment names: clients of boto3, and the AWS CLI as a program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import boto3

from copperctl.errors import DeploymentError


class Account:
    """Whatever AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL and their like lead to."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self.environment = dict(os.environ if environment is None else environment)

    def client(self, service: str) -> Any:
        """A boto3 client that sees the same account as the AWS CLI does."""
        get = self.environment.get
        session = boto3.session.Session(
            aws_access_key_id=get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=get("AWS_SESSION_TOKEN"),
            region_name=get("AWS_REGION") or get("AWS_DEFAULT_REGION"),
            profile_name=get("AWS_PROFILE"),
        )
        return session.client(service, endpoint_url=get("AWS_ENDPOINT_URL"))

    def cli(self, *arguments: str) -> str:
        """What the AWS CLI printed.

        Raises:
            DeploymentError: it ended with another code than 0; its own words are in the message.
        """
        command = [sys.executable, "-m", "awscli", *arguments]
        done = subprocess.run(command, env=self._for_cli(), capture_output=True, text=True, check=False)
        if done.returncode:
            words = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise DeploymentError(f"aws {' '.join(arguments[:2])} ended with {done.returncode}: {' '.join(words)}")
        return done.stdout

    def _for_cli(self) -> dict[str, str]:
        region = self.environment.get("AWS_REGION")  # the CLI's version 1 reads the older name alone
        return {**self.environment, **({"AWS_DEFAULT_REGION": region} if region else {}), "AWS_PAGER": ""}
