"""The thread that fires what is due."""

from __future__ import annotations

import logging
import threading

from localaws.planes.events import clock
from localaws.planes.events.schedules import Scheduled, scheduled

_LOG = logging.getLogger(__name__)
_SECONDS = 0.1


class Ticker:
    """What is due between two ticks fires once at the second of them; what was missed while nothing ran is skipped."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._due: dict[str, tuple[str, float | None]] = {}

    def start(self) -> None:
        """Schedules fire."""
        threading.Thread(target=self._run, daemon=True, name="events-ticker").start()

    def stop(self) -> None:
        """They do not any more."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(_SECONDS):
            self.tick(clock.now())

    def tick(self, now: float) -> None:
        """Everything that has become due has fired, and what is not there any more is forgotten."""
        seen = set()
        for item in scheduled(now):
            seen.add(item.key)
            try:
                self._look_at(item, now)
            except Exception:  # noqa: BLE001 - one schedule's trouble is not another's
                _LOG.exception("schedule %s", item.key)
        for gone in set(self._due) - seen:
            del self._due[gone]

    def _look_at(self, item: Scheduled, now: float) -> None:
        expression = _expression(item)
        known = self._due.get(item.key)
        if known is None or known[0] != expression:
            self._due[item.key] = known = (expression, self._first(item, now))
        due = known[1]
        if due is None or due > now or self._ended.is_set():
            return
        self._due[item.key] = (expression, _next(item, now))
        if item.end is None or due <= item.end:
            item.fire(due)

    def _first(self, item: Scheduled, now: float) -> float | None:
        new = item.at_once and item.thing.__dict__.get("since", 0) >= now  # since: set when it is first seen
        return _next(item, now - 1e-6 if new else now)


def _next(item: Scheduled, moment: float) -> float | None:
    due = item.when.after(max(moment, (item.begin or 0) - 1e-6))
    return None if due is None else due + item.window


def _expression(item: Scheduled) -> str:
    thing = item.thing
    return repr(
        (
            getattr(thing, "scheduled_expression", None) or getattr(thing, "schedule_expression", None),
            getattr(thing, "schedule_expression_timezone", None),
            item.begin,
            thing.__dict__.get("since"),
        )
    )


_running: list[Ticker] = []


def start() -> None:
    """Schedules fire."""
    ticker = Ticker()
    _running.append(ticker)
    ticker.start()


def stop() -> None:
    """Schedules do not fire any more."""
    while _running:
        _running.pop().stop()
