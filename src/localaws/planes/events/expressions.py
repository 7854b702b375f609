"""Schedule expressions: rate(), cron() and at() (AWS: "Schedule types on EventBridge Scheduler")."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from localaws.planes.events.cron import Cron

_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_CRON = re.compile(r"cron\((.+)\)")
_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


class Schedule(Protocol):
    """When something is due."""

    def after(self, moment: float) -> float | None:
        """The first time after the moment, in seconds since the epoch; None when there is none any more."""


class Rate:
    """Every so often, counted from a moment, which counts itself."""

    def __init__(self, seconds: int, since: float) -> None:
        self.seconds, self.since = seconds, since

    def after(self, moment: float) -> float | None:
        """The first multiple after the moment."""
        if moment < self.since:
            return self.since
        return self.since + ((moment - self.since) // self.seconds + 1) * self.seconds


class Once:
    """At one time."""

    def __init__(self, at: float) -> None:
        self.at = at

    def after(self, moment: float) -> float | None:
        """That time, even when it has passed: one that was missed while nothing ran is still due."""
        return self.at


class Calendar:
    """At the times of a cron expression in a time zone."""

    def __init__(self, cron: Cron, zone: ZoneInfo) -> None:
        self.cron, self.zone = cron, zone

    def after(self, moment: float) -> float | None:
        """The first such minute after the moment."""
        local = datetime.fromtimestamp(moment, UTC).astimezone(self.zone).replace(tzinfo=None)
        found = self.cron.after(local)
        return None if found is None else found.replace(tzinfo=self.zone).timestamp()


def parse(expression: str, *, since: float = 0, zone: str = "UTC") -> Schedule:
    """The schedule that the expression stands for.

    Raises:
        ValueError: it is none.
    """
    if rate := _RATE.fullmatch(expression):
        return Rate(_rate_seconds(expression, int(rate[1]), rate[2]), since)
    if cron := _CRON.fullmatch(expression):
        return Calendar(Cron.parse(cron[1]), ZoneInfo(zone))
    if at := _AT.fullmatch(expression):
        return Once(datetime.fromisoformat(at[1]).replace(tzinfo=ZoneInfo(zone)).timestamp())
    raise ValueError(f"expected rate(value unit), cron(six fields) or at(yyyy-mm-ddThh:mm:ss), got {expression!r}")


def _rate_seconds(expression: str, value: int, unit: str) -> int:
    if value < 1 or (value == 1) == unit.endswith("s"):
        raise ValueError(f"a rate is 1 minute, hour or day, or more of minutes, hours or days; got {expression!r}")
    return value * _SECONDS[unit.removesuffix("s")]
