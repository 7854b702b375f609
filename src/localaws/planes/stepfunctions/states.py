"""One state from its entry to its exit (AWS: "Processing input and output in Step Functions")."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from localaws.planes.stepfunctions.failures import as_state_error
from localaws.planes.stepfunctions.parameters import iso


class Current(NamedTuple):
    """The state that a program stands in, and the event that recorded its entry."""

    name: str
    kind: str
    entered: int


def apply() -> None:
    """A state's failure names it, and a program knows the state that it stands in."""
    from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
    from moto.stepfunctions.parser.asl.eval.environment import Environment

    Environment.current = None
    CommonStateField._eval_body = run


def run(self: Any, env: Any) -> None:
    """The state was entered, evaluated and left, or it failed, or the execution ended meanwhile.

    Raises:
        StateError: the interpreter could not evaluate it; the cause names the state.
    """
    env.current = Current(self.name, type(self).__name__.removeprefix("State"), _enter(self, env))
    data = env.states.context_object.context_object_data
    data["State"] = {"EnteredTime": iso(datetime.now(UTC)), "Name": self.name}
    try:
        self._eval_state_input(env=env)
        self._eval_state(env)
        if not env.is_running():
            return
        self._eval_state_output(env=env)
        self._verify_size_quota(env=env, value=env.states.get_input())
        self._set_next(env)
    except Exception as error:
        found = as_state_error(env, error)
        if found is None:
            raise
        raise found.at(self.name, env.current.entered) from error
    _exit(self, env)
    env.current = None


def _enter(state: Any, env: Any) -> int:
    details = {"stateEnteredEventDetails": state._get_state_entered_event_details(env=env)}
    entered: int = env.event_manager.add_event(
        context=env.event_history_context, event_type=state.state_entered_event_type, event_details=details
    )
    return entered


def _exit(state: Any, env: Any) -> None:
    if state.state_exited_event_type is not None:
        details = {"stateExitedEventDetails": state._get_state_exited_event_details(env=env)}
        env.event_manager.add_event(
            context=env.event_history_context, event_type=state.state_exited_event_type, event_details=details
        )
