"""Waiting: for a task, between two tries and in a Wait state. A stopped execution waits no longer."""

from __future__ import annotations

import threading
import time
from typing import Any

from localaws.mend import edit
from localaws.planes.stepfunctions.failures import Fatal
from localaws.settings import current

#: How often a wait looks whether its execution was stopped.
_LOOK = 0.05

_WAITED = """\
    finished_on_time: bool = terminated_event.wait(timeout_seconds)
    frame.set_ended()
    env.close_frame(frame)
"""
_MENDED = """\
    finished_on_time: bool = wait_for_task(env, terminated_event, timeout_seconds)
    frame.set_stop(stop_date=None, cause=None, error=None)
    env.close_frame(frame)
    if not env.is_running():
        env.stack.append(None)
        return
"""


def pause(env: Any, seconds: float) -> None:
    """As many seconds of the scaled clock have passed, or the execution has ended before."""
    end = time.monotonic() + seconds * current().time_scale
    while env.is_running() and (left := end - time.monotonic()) > 0:
        env.program_state_event.wait(min(left, _LOOK))


def wait_for_task(env: Any, done: threading.Event, seconds: float) -> bool:
    """Whether the task ended within its time; the answer for a stopped execution does not matter.

    A task's timeout is not scaled: jobs and functions take the time that they take.
    """
    end = time.monotonic() + seconds
    while env.is_running() and (left := end - time.monotonic()) > 0:
        if done.wait(min(left, _LOOK)):
            return True
    return done.is_set()


def apply() -> None:
    """What waits can be stopped; what overran its time, or was stopped, is told so and its work is discarded."""
    from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
    from moto.stepfunctions.parser.asl.component.state.exec import execute_state
    from moto.stepfunctions.parser.asl.component.state.wait.wait_function import timestamp, wait_function

    execute_state.wait_for_task = wait_for_task
    edit(execute_state.ExecutionState, "_evaluate_with_timeout", _WAITED, _MENDED)
    retrier_decl.pause = pause
    edit(retrier_decl.RetrierDecl, "_eval_body", "time.sleep(interval_seconds)", "pause(env, interval_seconds)")
    _mend_paths()
    wait_function.WaitFunction._wait_interval = _wait_interval
    edit(  # the timestamp is UTC, whatever the machine's time zone
        timestamp.Timestamp,
        "_get_wait_seconds",
        "datetime.datetime.now()",
        "datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)",
    )


def _mend_paths() -> None:
    """TimeoutSecondsPath and HeartbeatSecondsPath must lead to positive integers (AWS: "Task workflow state")."""
    from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import HeartbeatSecondsPath
    from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSecondsPath

    for owner in (TimeoutSecondsPath, HeartbeatSecondsPath):
        owner._eval_seconds = _positive(owner._eval_seconds, owner.__name__)


def _positive(evaluated: Any, name: str) -> Any:
    def _eval_seconds(self: Any, env: Any) -> int:
        try:
            seconds = evaluated(self, env)
        except TypeError:  # moto compares what is no number
            seconds = None
        if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds <= 0:
            path = self.string_sampler.literal_value
            raise Fatal(f"The {name} parameter does not reference a positive integer: {path}")
        return seconds

    return _eval_seconds


def _wait_interval(self: Any, env: Any, wait_seconds: float) -> None:
    pause(env, wait_seconds)
