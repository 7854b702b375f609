"""Time, as something that is passed in."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whoever tells the time, and waits."""

    def now(self) -> datetime:
        """The moment, with its zone."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, never set back."""
        ...

    def sleep(self, seconds: float) -> None:
        """That many seconds have passed."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment, never set back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """That many seconds have passed."""
        time.sleep(seconds)


class Rising:
    """Moments of which each is later than the one before, even if the clock is set back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)

    def next(self) -> datetime:
        """A moment later than every other that this object gave or was shown."""
        self._last = max(self._clock.now(), self._last + timedelta(microseconds=1))
        return self._last

    def shown(self, at: datetime) -> None:
        """Later moments will be later than this one, which another process gave."""
        self._last = max(self._last, at)
