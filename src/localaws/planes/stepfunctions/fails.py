"""Fail states (AWS: "Fail workflow state")."""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.errors import error_name_of
from localaws.planes.stepfunctions.failures import Fatal


def apply() -> None:
    """A Fail state fails with its error and cause, which must be text where they come from a path."""
    from moto.stepfunctions.parser.asl.component.state.fail.state_fail import StateFail

    StateFail._eval_state = _fail


def _fail(self: Any, env: Any) -> None:
    from moto.stepfunctions.parser.api import HistoryEventType
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
        FailureEvent,
        FailureEventException,
    )

    details = {}
    for key, declared in (("error", self.error), ("cause", self.cause)):
        if declared is not None:
            details[key] = _text(env, declared, key)
    name = error_name_of(details["error"]) if details.get("error") else None
    event = FailureEvent(env, name, HistoryEventType.TaskFailed, {"taskFailedEventDetails": details})
    raise FailureEventException(event)


def _text(env: Any, declared: Any, key: str) -> str:
    declared.eval(env=env)
    value = env.stack.pop()
    if not isinstance(value, str):
        raise Fatal(f"The {key.capitalize()}Path field must refer to a string, but it refers to {value!r}")
    return value
