"""What RedriveExecution needs to know: where each part of an execution stood when it ended.

AWS: "Restarting state machine executions with redrive". A *path* names a part: `()` is the state machine itself,
and each further step `(state, index)` one branch of a Parallel state or one iteration of a Map state.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from localaws import state as saved

Path = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Entered:
    """The part stood in this state, which had been given this input and these variables."""

    state: str
    input: Any
    variables: dict[str, Any]


@dataclass(frozen=True)
class Done:
    """The part had ended with this output."""

    output: Any


Records = dict[Path, Entered | Done]


@dataclass
class Journal:
    """The records of an execution while it runs; those of an earlier run in `resume` until they were used.

    A record is never changed once written, so that a copy of the dictionary is a moment's truth.
    """

    records: Records
    resume: Records = field(default_factory=dict)
    open: bool = True  # what the program does as it winds down after the end is not recorded

    def enter(self, env: Any, state: str) -> None:
        """The part stands in the state; what was known of its branches or iterations is forgotten, unless resumed."""
        if not env.resuming:
            self.forget_below(env.path)
        env.resuming = False
        if not self.open:
            return
        variables = copy.deepcopy(env.variable_store._inner_scope)
        saved.changed()
        self.records[env.path] = Entered(state, env.states.get_input(), variables)

    def done(self, env: Any) -> None:
        """The part has ended with what it holds now."""
        if self.open:
            self.records[env.path] = Done(env.states.get_input())

    def forget_below(self, path: Path) -> None:
        """Nothing is known of what lies inside the part: its next entry begins anew."""
        for records in (self.records, self.resume):
            for deeper in [other for other in list(records) if len(other) > len(path) and other[: len(path)] == path]:
                records.pop(deeper, None)

    def restore(self, env: Any) -> Entered | Done | None:
        """Where the part goes on, once: its input and variables are as they were."""
        record = self.resume.pop(env.path, None)
        if isinstance(record, Entered):
            env.states.reset(input_value=record.input)
            env.variable_store._inner_scope.update(copy.deepcopy(record.variables))
            env.resuming = True
        elif record is not None:
            env.states.reset(input_value=record.output)
        return record


def below(env: Any, index: int) -> Path:
    """The path of a branch or iteration of the state that env is in."""
    state = env.states.context_object.context_object_data["State"]["Name"]
    path: Path = env.path
    return (*path, (state, index))


def apply() -> None:
    """Every part of an execution has the journal and knows its path."""
    from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
    from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
    from moto.stepfunctions.parser.asl.eval.environment import Environment

    Environment.path, Environment.journal, Environment.resuming = (), None, False
    framed = Environment.as_inner_frame_of.__func__

    def as_inner_frame_of(cls: Any, env: Any, variable_store: Any, event_history_frame_cache: Any = None) -> Any:
        frame = framed(cls, env, variable_store, event_history_frame_cache)
        frame.path, frame.journal = env.path, env.journal
        frame.event_history_context.silent = getattr(env.event_history_context, "silent", False)
        return frame

    Environment.as_inner_frame_of = classmethod(as_inner_frame_of)
    retried = ExecutionState._handle_retry

    def _handle_retry(self: Any, env: Any, failure_event: Any) -> Any:
        outcome = retried(self, env, failure_event)
        if env.journal is not None and outcome == RetryOutcome.CanRetry:
            env.journal.forget_below(env.path)  # a new try of a Parallel or Map state is one of all its parts
        return outcome

    ExecutionState._handle_retry = _handle_retry
