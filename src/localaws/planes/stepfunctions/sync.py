"""`.sync` tasks: waited for, and cancelled when nobody waits any more (AWS: "Run a Job (.sync)")."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from localaws import endings
from localaws.clients import GOING_DOWN
from localaws.mend import edit
from localaws.planes.stepfunctions.clients import boto_client_for
from localaws.planes.stepfunctions.parameters import is_sdk, plain

_LOG = logging.getLogger(__name__)

#: AWS polls about once a minute. Here an end is announced; what has another kind of end is asked, less and less often.
_SHORTEST, _LONGEST = 0.05, 1.0

_POLL = """\
        sync_result = sync_resolver()
        if callback_output or sync_result:
            break
        else:
            time.sleep(_DELAY_SECONDS_SYNC_CONDITION_CHECK)
"""
_MENDED = """\
        sync_result = ask(env, sync_resolver)
        if callback_output or sync_result:
            break
        pause_between_polls(env)
"""

_CANCEL: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "glue": lambda glue, job: glue.batch_stop_job_run(JobName=job["JobName"], JobRunIds=[job["JobRunId"]]),
    "states": lambda sfn, child: sfn.stop_execution(executionArn=child["ExecutionArn"]),
}


def pause_between_polls(env: Any) -> None:
    """It is time to ask again: soon at first, later less often."""
    began = env.__dict__.setdefault("polling_since", time.monotonic())
    interval = min(_LONGEST, _SHORTEST + (time.monotonic() - began) / 20)
    endings.wait(env.__dict__["seen_endings"], interval, given_up=lambda: not env.is_running())


def ask(env: Any, resolver: Callable[[], Any]) -> Any:
    """What the resolver answers; None, so that it is asked again, when the answer got lost on the way."""
    env.__dict__["seen_endings"] = endings.count()
    try:
        return resolver()
    except GOING_DOWN as error:
        _LOG.info("a poll got no answer: %s", error)
        return None


def apply() -> None:
    """The integration waits, converts its result, and cancels what a stop, a timeout or a sibling's failure ended."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service,
        state_task_service_callback,
        state_task_service_glue,
    )

    callback = state_task_service_callback.StateTaskServiceCallback
    state_task_service_callback.ask, state_task_service_callback.pause_between_polls = ask, pause_between_polls
    edit(callback, "_eval_sync", _POLL, _MENDED)
    edit(
        callback,
        "_eval_integration_pattern",
        "callback_endpoint.interrupt_all()",
        "callback_endpoint and callback_endpoint.interrupt_all()",
    )
    for states in ("_JOB_RUN_STATE_ABNORMAL_TERMINAL_VALUE", "_JOB_RUN_STATE_TERMINAL_VALUES"):
        getattr(state_task_service_glue, states).add("EXPIRED")  # JobRunState, Glue API reference
    _mend_pattern(callback)
    _mend_success(state_task_service.StateTaskService)


def _mend_pattern(callback: Any) -> None:
    waited = callback._eval_integration_pattern

    def _eval_integration_pattern(self: Any, env: Any, **named: Any) -> None:
        submitted = dict(env.stack[-1]) if isinstance(env.stack[-1], dict) else {}
        waited(self, env=env, **named)
        if env.stack[-1] is None and not env.is_running():
            cancel(self, submitted, named["resource_runtime_part"].region, named["state_credentials"])
        env.stack[-1] = plain(env.stack[-1], milliseconds=not is_sdk(self))

    callback._eval_integration_pattern = _eval_integration_pattern


def cancel(task: Any, submitted: dict[str, Any], region: str, credentials: Any) -> None:
    """The job or execution that the task had started has been told to stop, as its own role may or may not."""
    act = _CANCEL.get(task.resource.service_name)
    if act is None or task.resource.condition == "waitForTaskToken":
        return
    try:
        act(boto_client_for(region, task._get_boto_service_name(), credentials), submitted)
    except GOING_DOWN as error:
        _LOG.info("could not cancel %s: %s", submitted, error)
    except Exception as error:  # noqa: BLE001 - AWS too only tries
        _LOG.warning("could not cancel %s: %s", submitted, error)


def _mend_success(task: Any) -> None:
    """A task that nobody waits for any more does not succeed later."""
    succeeded = task._after_eval_execution

    def _after_eval_execution(self: Any, env: Any, **named: Any) -> None:
        if env.is_running():
            succeeded(self, env=env, **named)

    task._after_eval_execution = _after_eval_execution
