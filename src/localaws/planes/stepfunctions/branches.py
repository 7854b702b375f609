"""Branches of a Parallel state, side by side (AWS: "Parallel workflow state")."""

from __future__ import annotations

import threading
from typing import Any

from localaws.planes.stepfunctions import parts

#: How often a Parallel state looks whether its execution was stopped.
_LOOK = 0.1


def apply() -> None:
    """The branches' outputs in their order, or the failure of the first that failed, which cuts the others."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import BranchesDecl

    BranchesDecl._eval_body = run


def run(self: Any, env: Any) -> None:
    """The list of outputs is on the stack.

    Raises:
        FailureEventException: a branch failed.
        StateError: a branch met States.Runtime.
    """
    data = env.stack.pop()
    frames = []
    for index in range(len(self.programs)):
        frame = parts.open_frame(env, index)
        frame.states.reset(input_value=data)
        frames.append(frame)
    failed = _first_failure(env, self.programs, frames)
    if failed is not None:
        _cut(env, frames, failed)
    for frame in frames:
        env.close_frame(frame)
    env.stack.append([frame.states.get_input() for frame in frames])


def _first_failure(env: Any, programs: list[Any], frames: list[Any]) -> Any:
    """The frame that failed first; None once all have ended, or the execution has."""
    ended: list[Any] = []
    changed = threading.Condition()

    def work(program: Any, frame: Any) -> None:
        try:
            program.eval(frame)
        finally:
            with changed:
                ended.append(frame)
                changed.notify_all()

    for program, frame in zip(programs, frames, strict=True):
        threading.Thread(target=work, args=(program, frame), daemon=True).start()
    with changed:
        while env.is_running():
            failed = next((frame for frame in ended if parts.failure_of(frame) is not None), None)
            if failed is not None or len(ended) == len(frames):
                return failed
            changed.wait(_LOOK)
    return None


def _cut(env: Any, frames: list[Any], failed: Any) -> None:
    running = [frame for frame in frames if frame is not failed and frame.is_running()]
    for frame in running:
        parts.silence(frame)
    for frame in frames:
        env.delete_frame(frame)
    parts.raise_fatal(env, failed)
    source = parts.last_event(failed)
    for frame in [frame for frame in frames if frame is failed or frame in running]:
        parts.aborted(env, frame, source)
    env.event_history_context.source_event_id = source
    raise parts.failure_event(env, parts.failure_of(failed) or {})
