"""Tasks call AWS as the state machine's role (AWS: "Creating an IAM role for your state machine")."""

from __future__ import annotations

from typing import Any

from localaws.clients import client
from localaws.iam.trust import may_assume
from localaws.planes.stepfunctions.rebind import rebind


def apply() -> None:
    """A task's client is built once, points at this process and acts as the role that the task runs under."""
    rebind("boto_client_for", boto_client_for, at_least=10)


def boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """A client with the spelling of moto's own factory.

    Raises:
        AccessDenied: there is no such role, or it does not trust Step Functions.
    """
    role = getattr(state_credentials, "role_arn", None)
    if role is not None:
        may_assume(role, "states")
    return client(service, region, role)
