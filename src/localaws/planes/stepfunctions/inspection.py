"""What a state's data becomes, step by step (AWS: InspectionData)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.planes.stepfunctions.texts import written


class Retriable(BaseException):
    """A retrier would try the state again: TestState says so and does not. No failure, so nothing handles it as one."""

    def __init__(self, details: dict[str, Any]) -> None:
        super().__init__(details)
        self.details = details


def watch(state: Any, data: dict[str, str]) -> None:
    """As the state runs, `data` fills with the members that AWS gives for its type; its retriers only answer."""
    kind = type(state).__name__
    if kind == "StatePass" and state.result is not None:
        _watch_result(state, data)
        return
    _after(state, "_eval_state_input", lambda env: data.__setitem__("afterInputPath", written(env.stack[-1])))
    if kind == "StatePass":
        _watch_pass(state, data)
    elif kind.startswith("StateTask"):
        _watch_task(state, data)


def _after(owner: Any, name: str, note: Callable[[Any], None]) -> None:
    """The object's own method, followed by the note."""
    method = getattr(owner, name)

    def noted(env: Any) -> None:
        method(env=env)
        note(env)

    setattr(owner, name, noted)


def _watch_result(state: Any, data: dict[str, str]) -> None:
    def note(env: Any) -> None:
        data["result"] = data["afterResultSelector"] = written(env.stack[-1])

    _after(state.result, "_eval_body", note)
    _after(state.result_path, "_eval_body", lambda env: data.__setitem__("afterResultPath", written(env.stack[-1])))


def _watch_pass(state: Any, data: dict[str, str]) -> None:
    def note(env: Any) -> None:
        data["afterParameters"] = data["afterResultSelector"] = written(env.stack[-1])

    if state.parameters is not None:
        _after(state.parameters, "_eval_body", note)
    else:
        _after(state, "_eval_state_input", note)
    _after(state.result_path, "_eval_body", lambda env: data.__setitem__("afterResultPath", written(env.stack[-1])))


def _watch_task(state: Any, data: dict[str, str]) -> None:
    def result(env: Any) -> None:
        data["result"] = data["afterResultSelector"] = written(env.stack[-1])

    def put(name: str) -> Callable[[Any], None]:
        return lambda env: data.__setitem__(name, written(env.stack[-1]))

    if state.parargs is not None:
        _after(state.parargs, "_eval_body", put("afterParameters"))
    else:
        _after(state, "_eval_state_input", put("afterParameters"))
    _after(state, "_eval_execution", result)
    if state.result_selector is not None:
        _after(state.result_selector, "_eval_body", put("afterResultSelector"))
    _after(state.result_path, "_eval_body", put("afterResultPath"))
    _watch_handlers(state)


def _watch_handlers(state: Any) -> None:
    retried, caught = state._handle_retry, state._handle_catch

    def _handle_retry(env: Any, failure_event: Any) -> Any:
        matching = [retrier for retrier in state.retry.retriers if _matches(retrier, env, failure_event)]
        if any(retrier.max_attempts.attempts > 0 for retrier in matching[:1]):
            raise Retriable(_details(failure_event))
        return retried(env=env, failure_event=failure_event)

    def _handle_catch(env: Any, failure_event: Any) -> None:
        from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome

        caught(env=env, failure_event=failure_event)
        if env.stack and env.stack[-1] == CatchOutcome.Caught:
            state.caught = _details(failure_event)

    state._handle_retry, state._handle_catch = _handle_retry, _handle_catch


def _matches(retrier: Any, env: Any, failure_event: Any) -> bool:
    env.stack.append(failure_event.error_name)
    retrier.error_equals.eval(env)
    return bool(env.stack.pop())


def _details(failure_event: Any) -> dict[str, Any]:
    details: dict[str, Any] = next(iter((failure_event.event_details or {}).values()), {})
    return {name: details[name] for name in ("error", "cause") if name in details}
