"""What branches of a Parallel state and iterations of a Map state have in common: frames, and how they are cut.

The order of events and which event each one follows are those of histories recorded on AWS (issue 2868 of Floci,
September 2026): what one part fails with cuts the others, and the states that they stood in are recorded as aborted,
after the failed part's last event.
"""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.errors import error_name_of
from localaws.planes.stepfunctions.failures import StateError
from localaws.planes.stepfunctions.journal import below

#: Kinds of states that have an event for being aborted (AWS: HistoryEvent, type).
_ABORTED = ("Map", "Parallel", "Task", "Wait")


def open_frame(env: Any, index: int, source: int | None = None) -> Any:
    """Where the part runs: its own scope of variables, its own chain of events after `source`, its place."""
    from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext

    context = EventHistoryContext(env.event_history_context.source_event_id if source is None else source)
    context.silent = _is_silent(env)
    frame = env.open_inner_frame(context)
    frame.path = below(env, index)
    return frame


def failure_of(frame: Any) -> dict[str, str] | None:
    """Error and cause of a part that failed; None for one that ended well, runs, or was stopped."""
    from moto.stepfunctions.parser.asl.eval.program_state import ProgramError

    state = frame.program_state()
    return dict(state.error or {}) if isinstance(state, ProgramError) else None


def last_event(frame: Any) -> int:
    """The last event in the part's chain."""
    event: int = frame.event_history_context.source_event_id
    return event


def add(env: Any, kind: str, details: dict[str, Any] | None, source: int) -> None:
    """The event is in the history, after `source`; nothing follows it."""
    from moto.stepfunctions.parser.api import HistoryEventType
    from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext

    env.event_manager.add_event(EventHistoryContext(source), HistoryEventType(kind), details)


def aborted(env: Any, frame: Any, source: int) -> None:
    """The state that the part stood in is recorded as aborted, if there is an event for its kind."""
    kind = _kind(frame)
    if kind is not None:
        add(env, f"{kind}StateAborted", None, source)


def _kind(frame: Any) -> str | None:
    name = frame.current.kind if frame.current is not None else ""
    return next((kind for kind in _ABORTED if name.startswith(kind)), None)


def is_cut(env: Any) -> bool:
    """Whether what runs there was stopped, or its part cut: nothing may begin in it."""
    return _is_silent(env) or not env.is_running()


def _is_silent(env: Any) -> bool:
    return bool(getattr(env.event_history_context, "silent", False))


def silence(frame: Any) -> None:
    """The part was cut: it winds down, and what it still does is not recorded."""
    frame.event_history_context.silent = True
    for inner in list(frame._frames):
        silence(inner)
    frame.set_stop(stop_date=None, cause=None, error=None)


def raise_fatal(env: Any, frame: Any) -> None:
    """A part that met States.Runtime ends the execution.

    Raises:
        StateError: it did; the next event follows the part's last one.
    """
    fatal: StateError | None = frame.fatal
    if fatal is not None:
        last = frame.event_history_context.last_published_event_id
        env.event_history_context.source_event_id = env.event_history_context.last_published_event_id = last
        raise fatal


def failure_event(env: Any, details: dict[str, str]) -> Exception:
    """The failure of the whole state that the failure of one of its parts is."""
    from moto.stepfunctions.parser.api import HistoryEventType
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
        FailureEvent,
        FailureEventException,
    )

    error = details.get("error")
    name = error_name_of(error) if error is not None else None
    event = FailureEvent(env, name, HistoryEventType.ExecutionFailed, {"executionFailedEventDetails": details})
    failure: Exception = FailureEventException(event)
    return failure
