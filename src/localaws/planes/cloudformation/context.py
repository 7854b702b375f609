"""What a row is given to do its work with."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localaws import clients
from localaws.planes.cloudformation.stacks import Stack


@dataclass
class Context:
    """One resource's create, update or delete within an operation on its stack."""

    stack: Stack
    logical_id: str
    physical_id: str = ""  # set by `made` as soon as something exists that a rollback has to delete
    undo: list[Callable[[], None]] = field(default_factory=list)  # how to go back, where it is not an update back
    clean: list[Callable[[], None]] = field(default_factory=list)  # what may only go once nothing can fail any more

    @property
    def account(self) -> str:
        """The account that the stack is in."""
        return self.stack.account_id

    @property
    def region(self) -> str:
        """The region that the stack is in."""
        return self.stack.region

    def client(self, service: str) -> Any:
        """A client that acts as the stack's service role, or as the administrator when it has none."""
        return clients.client(service, self.region, self.stack.role_arn)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def made(self, physical_id: str) -> str:
        """Remembers that the resource exists, so that whatever fails later, it is deleted; returns its id."""
        self.physical_id = physical_id
        return physical_id

    def generated_name(self, limit: int = 63, lower: bool = False) -> str:
        """A name as CloudFormation makes it up (page "Name type"): stack, logical id and a random suffix."""
        suffix = "".join(random.choices(string.ascii_uppercase + string.digits, k=12))  # noqa: S311 - no secret
        room = limit - len(self.logical_id[:24]) - len(suffix) - 2
        name = f"{self.stack.name[:room]}-{self.logical_id[:24]}-{suffix}"
        return name.lower() if lower else name
