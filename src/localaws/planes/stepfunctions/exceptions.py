"""Errors of the Step Functions API (AWS: Step Functions API Reference, "Errors")."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.exceptions import AWSError


class ExecutionNotRedrivable(AWSError):  # type: ignore[misc]
    """The execution runs, has succeeded, or ended too long ago."""

    TYPE = "ExecutionNotRedrivable"
    STATUS = 400


class StateMachineAlreadyExists(AWSError):  # type: ignore[misc]
    """Another state machine, with another definition or configuration, has the name."""

    TYPE = "StateMachineAlreadyExists"
    STATUS = 400


class StateMachineTypeNotSupported(AWSError):  # type: ignore[misc]
    """The operation is for the other type of state machine."""

    TYPE = "StateMachineTypeNotSupported"
    STATUS = 400


class NotEmulated(AWSError):  # type: ignore[misc]
    """localaws does not have the operation."""

    TYPE = "NotImplemented"
    STATUS = 501


def apply() -> None:
    """The interpreter's own errors reach the client with their names; moto sends them without, or as 500."""
    from moto.stepfunctions.parser import api

    named: list[Any] = [each for each in vars(api).values() if isinstance(each, type) and issubclass(each, AWSError)]
    for error in named:
        if error is not AWSError:
            error.TYPE = vars(error)["code"]
            error.__init__ = _initialise


#: What AWS says where the interpreter says nothing.
_WORDS = {"InvalidToken": "Invalid Token: 'Invalid token'"}


def _initialise(self: Any, message: str = "", **_: Any) -> None:
    AWSError.__init__(self, message or _WORDS.get(self.TYPE, self.TYPE))
