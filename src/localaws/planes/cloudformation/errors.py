"""What CloudFormation refuses, as the client sees it and as the engine passes it on."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request or a resource that CloudFormation does not accept; `code` is the error code of the API."""

    def __init__(self, message: str, code: str = "ValidationError") -> None:
        super().__init__(message)
        self.code = code


def unknown_stack(name: str) -> Refused:
    """What every operation answers for a stack that is not there."""
    return Refused(f"Stack with id {name} does not exist")


def answer(refused: Refused) -> Any:
    """The same as an exception that moto serializes."""
    from moto.cloudformation.exceptions import CloudFormationError

    return CloudFormationError(refused.code, str(refused))


def said(error: Exception) -> str:
    """An error of a service, in the words that stack events use (page "Troubleshooting CloudFormation")."""
    response: dict[str, Any] = getattr(error, "response", {})
    told = response.get("Error")
    if not told:
        return str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return f"{told.get('Message')} (Error Code: {told.get('Code')}, Status Code: {status})"
