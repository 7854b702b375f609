"""Errors of the Step Functions API that moto does not have (AWS: Step Functions API Reference, "Errors")."""

from __future__ import annotations

from moto.stepfunctions.exceptions import AWSError


class ExecutionNotRedrivable(AWSError):  # type: ignore[misc]
    """The execution runs, has succeeded, or ended too long ago."""

    TYPE = "ExecutionNotRedrivable"
    STATUS = 400


class StateMachineAlreadyExists(AWSError):  # type: ignore[misc]
    """Another state machine, with another definition or configuration, has the name."""

    TYPE = "StateMachineAlreadyExists"
    STATUS = 400


class NotEmulated(AWSError):  # type: ignore[misc]
    """localaws does not have the operation."""

    TYPE = "NotImplemented"
    STATUS = 501
