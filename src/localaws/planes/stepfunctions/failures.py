"""Failures that the interpreter itself finds (AWS: "Handling errors in Step Functions workflows").

A `StateError` can be retried and caught by its name. A `Fatal` one, States.Runtime, ends the execution wherever it
happens: no retrier and no catcher sees it, and no state, branch or iteration is recorded as failed.
"""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.texts import written

RUNTIME = "States.Runtime"


class StateError(Exception):
    """A state failed with this error and cause; `at` says in the cause which state, once."""

    def __init__(self, error: str, cause: str, *, located: bool = False) -> None:
        super().__init__(cause)
        self.error, self.cause, self.located = error, cause, located

    def at(self, state: str, entered: int) -> StateError:
        """The same failure, whose cause names the innermost state that it happened in, as AWS does."""
        if not self.located:
            place = f"An error occurred while executing the state '{state}' (entered at the event id #{entered})."
            self.cause, self.located = f"{place} {self.cause}", True
        return self

    def details(self) -> dict[str, str]:
        """What ExecutionFailed says of it."""
        return {"error": self.error, "cause": self.cause}


class Fatal(StateError):
    """The execution fails with States.Runtime, whatever its retriers and catchers say."""

    def __init__(self, cause: str, *, error: str = RUNTIME, located: bool = False) -> None:
        super().__init__(error, cause, located=located)


def text_of(env: Any, data: Any) -> str:
    """The data as a cause shows it: the execution's input as it was given, anything else without spaces."""
    given = getattr(env.event_manager, "given_input", None)
    if given is not None and given[0] == data:
        return str(given[1])
    return written(data)


def as_state_error(env: Any, error: Exception) -> StateError | None:
    """The failure of the interpreter that moto's exception stands for; None for a task's, branch's or Fail state's."""
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

    if isinstance(error, StateError):
        return error
    if isinstance(error, NoSuchJsonPathError):
        return Fatal(
            f"The JSONPath '{error.json_path}' specified for the field '{env.next_field_name}' could not be found "
            f"in the input '{text_of(env, error.data)}'"
        )
    if isinstance(error, FailureEventException):
        return _of_event(error.failure_event)
    return Fatal(f"{type(error).__name__}: {error}")


def _of_event(failure: Any) -> Fatal | None:
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName

    if isinstance(failure.error_name, StatesErrorName) and failure.error_name.error_name == RUNTIME:
        details: dict[str, Any] = next(iter((failure.event_details or {}).values()), {})
        return Fatal(str(details.get("cause", "")))
    return None


def as_failure_event(env: Any, error: StateError) -> Any:
    """The failure as moto's retriers and catchers take it; it has no event of its own."""
    from moto.stepfunctions.parser.api import HistoryEventType
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent

    from localaws.planes.stepfunctions.errors import error_name_of

    details = {"executionFailedEventDetails": error.details()}
    return FailureEvent(env, error_name_of(error.error), HistoryEventType.ExecutionFailed, details)
