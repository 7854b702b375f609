"""Something has ended, an execution or a job run: whoever waits for one of them looks at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_told = threading.Condition()
_count = 0
_LOOK = 0.05  # how often a wait looks whether it was given up


def count() -> int:
    """The number of ends so far: read before a look and given to `wait`, it makes sure that none is missed."""
    return _count


def announce() -> None:
    """Whoever waits looks now."""
    global _count  # noqa: PLW0603
    with _told:
        _count += 1
        _told.notify_all()


def wait(seen: int, seconds: float, given_up: Callable[[], bool]) -> None:
    """More has ended than was seen, or so many seconds are over, or the wait was given up."""
    deadline = time.monotonic() + seconds
    with _told:
        while _count == seen and not given_up() and (left := deadline - time.monotonic()) > 0:
            _told.wait(min(left, _LOOK))
