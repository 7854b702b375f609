"""Task, Parallel and Map states: tried, retried, caught (AWS: "Handling errors in Step Functions workflows")."""

from __future__ import annotations

import copy
from typing import Any

from localaws.planes.stepfunctions.failures import Fatal, StateError, as_failure_event, as_state_error


def apply() -> None:
    """All three go through `run`, so that States.Runtime ends the execution and is never recorded as a task's."""
    from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
    from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel

    ExecutionState._eval_state = StateMap._eval_state = run
    StateParallel._eval_state = _run_parallel


def run(self: Any, env: Any) -> None:
    """The state has its result, or a catcher has its error.

    Raises:
        StateError: States.Runtime.
        FailureEventException: any other failure that nothing retried or caught.
    """
    env.states.context_object.context_object_data["State"]["RetryCount"] = 0
    while env.is_running():
        try:
            self._evaluate_with_timeout(env)
        except Exception as error:  # noqa: BLE001 - every failure of a state may be retried or caught
            failure = _failure(self, env, error)
        else:
            return
        if not _retried(self, env, failure):
            _give_up(self, env, failure)
            return


def _run_parallel(self: Any, env: Any) -> None:
    if self.parargs is not None:
        self.parargs.eval(env=env)
    data = copy.deepcopy(env.stack[-1])
    env.stack.clear()
    env.stack.append(data)
    run(self, env)


def _failure(state: Any, env: Any, error: Exception) -> Any:
    """What retriers and catchers see; a task's failure is in the history by now."""
    found = as_state_error(env, error) if isinstance(error, StateError) else None
    if found is None:
        failure = state._from_error(env=env, ex=error)
        if type(error).__name__ == "HeartbeatTimeoutError" and failure.error_name is not None:
            failure.error_name.heartbeat = True  # it is called States.Timeout, but has a name to be caught by
        found = as_state_error(env, _raised(failure))
    if isinstance(found, Fatal):
        raise found
    if found is not None:
        failure = as_failure_event(env, found.at(state.name, env.current.entered))
    _publish(state, env, failure)
    output = state._construct_error_output_value(failure_event=failure)
    env.states.set_error_output(output)
    env.states.set_result(output)
    return failure


def _raised(failure: Any) -> Exception:
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException

    raised: Exception = FailureEventException(failure)
    return raised


def _publish(state: Any, env: Any, failure: Any) -> None:
    if _closing_event(state) is None and failure.event_type != "ExecutionFailed":
        env.event_manager.add_event(
            context=env.event_history_context, event_type=failure.event_type, event_details=failure.event_details
        )


def _retried(state: Any, env: Any, failure: Any) -> bool:
    from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome

    if state.retry is None:
        return False
    return bool(state._handle_retry(env=env, failure_event=failure) == RetryOutcome.CanRetry)


def _give_up(state: Any, env: Any, failure: Any) -> None:
    from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome

    if not env.is_running():
        return
    if event := _closing_event(state):
        env.event_manager.add_event(context=env.event_history_context, event_type=event)
    if state.catch is not None:
        state._handle_catch(env=env, failure_event=failure)
        if env.stack and env.stack[-1] == CatchOutcome.Caught:
            return
    state._handle_uncaught(env=env, failure_event=failure)


def _closing_event(state: Any) -> Any:
    """What the history says once a Parallel or Map state has failed for good; a task's failures are said one by one."""
    from moto.stepfunctions.parser.api import HistoryEventType

    kind = type(state).__name__
    return {"StateParallel": HistoryEventType.ParallelStateFailed, "StateMap": HistoryEventType.MapStateFailed}.get(
        kind
    )
