"""ResultPath (AWS: "Specifying state output using ResultPath in Step Functions")."""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.failures import StateError, text_of
from localaws.planes.stepfunctions.reference import put, steps


def apply() -> None:
    """A result goes where ResultPath says, or the state fails with States.ResultPathMatchFailure."""
    from moto.stepfunctions.parser.asl.component.common.path.result_path import ResultPath

    ResultPath._eval_body = _place


def _place(self: Any, env: Any) -> None:
    data = env.states.get_input()
    if self.result_path_src is None:
        env.stack.clear()
        env.stack.append(data)
        return
    result = env.stack.pop()
    try:
        env.stack.append(put(data, steps(self.result_path_src), result))
    except LookupError as step:
        cause = f'Unable to apply step "{step.args[0]}" to input {text_of(env, data)}'
        raise StateError("States.ResultPathMatchFailure", cause) from step
