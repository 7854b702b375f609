from __future__ import annotations

import uuid
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest

from localaws.testing import Server

CAPABILITIES = ["CAPABILITY_NAMED_IAM"]


class Stacks:
    """Stacks of one test: names of its own, and gone after it."""

    def __init__(self, aws: Server) -> None:
        self.aws = aws
        self.api = aws.client("cloudformation")
        self.suffix = uuid.uuid4().hex[:8]
        self.made: list[str] = []

    def name(self, stem: str = "stack") -> str:
        return f"{stem}-{self.suffix}"

    def create(self, resources: str, stem: str = "stack", **more: Any) -> str:
        """Create, and answer the status; `${id}` in the text is the test's own suffix."""
        name = self.name(stem)
        self.made.append(name)
        self.api.create_stack(StackName=name, TemplateBody=self.text(resources), Capabilities=CAPABILITIES, **more)
        return self.status(stem)

    def update(self, resources: str, stem: str = "stack", **more: Any) -> str:
        self.api.update_stack(
            StackName=self.name(stem), TemplateBody=self.text(resources), Capabilities=CAPABILITIES, **more
        )
        return self.status(stem)

    def delete(self, stem: str = "stack") -> str:
        stack_id = self.describe(stem)["StackId"]
        self.api.delete_stack(StackName=stack_id)
        return str(self.api.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])

    def text(self, resources: str) -> str:
        text = dedent(resources).replace("<id>", self.suffix)
        return text if "Resources:" in text else "Resources:\n" + "".join(f"  {line}\n" for line in text.splitlines())

    def describe(self, stem: str = "stack") -> dict[str, Any]:
        found: dict[str, Any] = self.api.describe_stacks(StackName=self.name(stem))["Stacks"][0]
        return found

    def status(self, stem: str = "stack") -> str:
        return str(self.describe(stem)["StackStatus"])

    def outputs(self, stem: str = "stack") -> dict[str, str]:
        return {found["OutputKey"]: found["OutputValue"] for found in self.describe(stem).get("Outputs", [])}

    def resources(self, stem: str = "stack") -> dict[str, str]:
        found = self.api.describe_stack_resources(StackName=self.name(stem))["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    def reasons(self, stem: str = "stack") -> str:
        events = self.api.describe_stack_events(StackName=self.name(stem))["StackEvents"]
        told = [event for event in events if "ResourceStatusReason" in event]
        return "\n".join(f"{event['LogicalResourceId']} {event['ResourceStatusReason']}" for event in told)


@pytest.fixture
def stacks(aws: Server) -> Iterator[Stacks]:
    found = Stacks(aws)
    yield found
    for name in reversed(found.made):
        found.api.delete_stack(StackName=name)
