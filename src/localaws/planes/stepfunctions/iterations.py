"""Iterations of an inline Map state, side by side (AWS: "Using Map state in Inline mode")."""

from __future__ import annotations

import threading
from typing import Any

from localaws.planes.stepfunctions import parts
from localaws.planes.stepfunctions.failures import Fatal, as_state_error
from localaws.planes.stepfunctions.journal import Done

#: AWS: "Map state processing modes": at most 40 at the same time in inline mode.
MOST = 40
_LOOK = 0.1


def apply() -> None:
    """The iterations' outputs in the items' order, or the failure of the first that failed, which cuts the others."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import inline_iteration_component

    inline_iteration_component.InlineIterationComponent._eval_body = run


def run(self: Any, env: Any) -> None:
    """The list of outputs is on the stack.

    Raises:
        FailureEventException: an iteration failed.
        StateError: an iteration, or the selection of its input, met States.Runtime or another error of its own.
    """
    plan = env.stack.pop()
    env.stack.append(Iterations(env, self._get_iteration_program(), plan).outputs())


class Iterations:
    """One run through all items."""

    def __init__(self, env: Any, program: Any, plan: Any) -> None:
        self.env, self.program, self.plan = env, program, plan
        self.results: dict[int, Any] = {}
        self.frames: dict[int, Any] = {}
        self.failed: tuple[int, Exception | None] | None = None
        self.succeeded = 0
        self.next = 0
        self.workers = 0
        self.waits = False  # an iteration waits for its turn, and follows the one that made room for it
        self.changed = threading.Condition()

    def outputs(self) -> list[Any]:
        """What each item became.

        Raises:
            Exception: as `run` says.
        """
        count = len(self.plan.input_items)
        wanted = min(self.plan.max_concurrency or MOST, MOST, count)
        self.workers, self.waits = wanted, wanted < count
        begin = parts.last_event(self.env)
        first = self._begin_first(wanted, begin)
        self.next = wanted
        for index, frame in first if self.failed is None else ():
            threading.Thread(target=self._work, args=(index, frame, begin), daemon=True).start()
        with self.changed:
            while self.workers and self.failed is None and self.env.is_running():
                self.changed.wait(_LOOK)
        if self.failed is not None:
            self._cut(*self.failed)
        if self.succeeded:
            self.env.event_history_context.source_event_id = self.succeeded
        return [self.results.get(index) for index in range(count)]

    def _begin_first(self, wanted: int, source: int) -> list[tuple[int, Any]]:
        """As many iterations as may run at once have started: AWS records these before any of their states."""
        first = []
        for index in range(wanted):
            try:
                first.append((index, self._begin(index, source)))
            except Exception as error:  # noqa: BLE001 - what cannot be selected fails the Map state
                self._fail(index, as_state_error(self.env, error) or error)
                break
        return first

    def _work(self, index: int | None, frame: Any, begin: int) -> None:
        try:
            while index is not None:
                self._iterate(index, frame)
                source = parts.last_event(frame) if self.waits and frame is not None else begin
                index = self._take()
                frame = self._begin(index, source) if index is not None else None
        except Exception as error:  # noqa: BLE001 - the Map state waits for every worker, whatever becomes of it
            self._fail(index if index is not None else 0, as_state_error(self.env, error) or error)
        finally:
            with self.changed:
                self.workers -= 1
                self.changed.notify_all()

    def _take(self) -> int | None:
        with self.changed:
            if self.failed is not None or not self.env.is_running() or self.next >= len(self.plan.input_items):
                return None
            self.next += 1
            return self.next - 1

    def _begin(self, index: int, source: int) -> Any:
        """The frame of an iteration that has started; None for one that a redrive finds done, or that is too late."""
        frame = parts.open_frame(self.env, index, source)
        record = frame.journal.resume.get(frame.path) if frame.journal is not None else None
        if isinstance(record, Done):
            frame.journal.resume.pop(frame.path)
            self.results[index] = record.output
            self.env.delete_frame(frame)
            return None
        self._select(frame, index)
        with self.changed:
            if self.failed is not None or parts.is_cut(self.env):
                self.env.delete_frame(frame)
                return None
            self.frames[index] = frame
            self._event(frame, "Started", index)
        return frame

    def _iterate(self, index: int, frame: Any) -> None:
        if frame is not None:
            self.program.eval(frame)
            self._end(frame, index)

    def _select(self, frame: Any, index: int) -> None:
        item = self.plan.input_items[index]
        frame.states.context_object.context_object_data["Map"] = {"Item": {"Index": index, "Value": item}}
        selector = self.plan.item_selector or self.plan.parameters
        if selector is None:
            frame.states.reset(input_value=item)
            return
        data = self.env.stack[-1]
        frame.states.reset(input_value=data)
        frame.stack.append(data)
        frame.next_state_name = self.plan.state_name
        selector.eval(frame)
        frame.states.reset(input_value=frame.stack[-1])
        frame.stack.clear()

    def _end(self, frame: Any, index: int) -> None:
        from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded

        if parts.failure_of(frame) is not None:
            self._fail(index, None)
            return
        if not isinstance(frame.program_state(), ProgramEnded):
            return  # stopped
        self.results[index] = frame.states.get_input()
        with self.changed:
            event = self._event(frame, "Succeeded", index, follows=False)
            self.succeeded = max(self.succeeded, event)
            self.frames.pop(index, None)
        self.env.delete_frame(frame)

    def _event(self, frame: Any, what: str, index: int, *, follows: bool = True) -> int:
        from moto.stepfunctions.parser.api import HistoryEventType

        event: int = frame.event_manager.add_event(
            frame.event_history_context,
            HistoryEventType(f"MapIteration{what}"),
            {f"mapIteration{what}EventDetails": {"name": self.plan.state_name, "index": index}},
            update_source_event_id=follows,
        )
        return event

    def _fail(self, index: int, error: Exception | None) -> None:
        with self.changed:
            if self.failed is None:
                self.failed = (index, error)
            self.changed.notify_all()

    def _cut(self, index: int, error: Exception | None) -> None:
        with self.changed:  # what has not begun by now never does
            failed = self.frames.get(index)
            cut = {other: frame for other, frame in sorted(self.frames.items()) if other == index or frame.is_running()}
            for other, frame in cut.items():
                if other != index:
                    parts.silence(frame)
        for frame in list(self.env._frames):
            self.env.delete_frame(frame)
        if failed is not None:
            parts.raise_fatal(self.env, failed)
        if isinstance(error, Fatal):
            raise error
        source = parts.last_event(failed if failed is not None else self.env)
        for other, frame in cut.items():
            self._ended(other, frame, "Failed" if other == index else "Aborted", source)
        self.env.event_history_context.source_event_id = source
        if error is not None or failed is None:
            raise error or RuntimeError("an iteration failed without a word")
        raise parts.failure_event(self.env, parts.failure_of(failed) or {})

    def _ended(self, index: int, frame: Any, how: str, source: int) -> None:
        details = {f"mapIteration{how}EventDetails": {"name": self.plan.state_name, "index": index}}
        parts.add(self.env, f"MapIteration{how}", details, source)
        parts.aborted(self.env, frame, source)
