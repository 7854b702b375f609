"""One run through a list of states: of a state machine, of a branch or of an iteration."""

from __future__ import annotations

import logging
import threading
from typing import Any

from localaws.planes.stepfunctions.failures import Fatal, StateError, as_state_error
from localaws.planes.stepfunctions.journal import Done

_LOG = logging.getLogger(__name__)


def apply() -> None:
    """Programs keep the journal and end in a state, whatever happens inside; terminal events are the execution's."""
    from moto.stepfunctions.parser.asl.component.program.program import Program
    from moto.stepfunctions.parser.asl.eval.environment import Environment

    Program.eval = run
    Environment.fatal = None


def run(program: Any, env: Any) -> None:
    """The program has ended, failed, or was stopped: `env.program_state()` tells."""
    if env.program_state() is not None and not env.is_running():
        return  # stopped before its turn
    record = env.journal.restore(env) if env.journal is not None else None
    env.next_state_name = program.start_at.start_at_name
    if isinstance(record, Done):
        env.set_ended()
    elif record is not None:
        env.next_state_name = record.state
    timer = _deadline(program, env)
    try:
        _run_states(program, env)
    finally:
        if timer:
            timer.cancel()
    _note_end(env)


def _run_states(program: Any, env: Any) -> None:
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException

    try:
        while env.is_running():
            name = env.next_state_name
            if env.journal is not None:
                env.journal.enter(env, name)
            program._get_state(name).eval(env)
            env.stack.clear()
            env.heap.clear()
    except FailureEventException as failure:
        _fail(env, as_state_error(env, failure) or failure.get_execution_failed_event_details())
    except StateError as failure:
        _fail(env, failure)
    except Exception as error:  # noqa: BLE001 - whatever the interpreter trips over is the execution's failure
        _LOG.warning("the interpreter failed", exc_info=error)
        _fail(env, Fatal(f"{type(error).__name__}: {error}"))


def _fail(env: Any, failure: Any) -> None:
    if not env.is_running():  # what was stopped does not fail any more
        return
    if isinstance(failure, Fatal):
        env.fatal = failure
        env.event_history_context.source_event_id = env.event_history_context.last_published_event_id
    env.set_error(error=failure.details() if isinstance(failure, StateError) else failure or {})


def _note_end(env: Any) -> None:
    from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded

    if env.journal is not None and isinstance(env.program_state(), ProgramEnded):
        env.journal.done(env)


def _deadline(program: Any, env: Any) -> threading.Timer | None:
    """TimeoutSeconds of a whole state machine; a redrive begins it anew."""
    if program.timeout_seconds is None:
        return None
    timer = threading.Timer(program.timeout_seconds.timeout_seconds, _time_out, [env])
    timer.daemon = True
    timer.start()
    return timer


def _time_out(env: Any) -> None:
    if env.is_running():
        env.set_timed_out()
