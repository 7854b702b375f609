"""Something has ended, an execution or a job run: whoever waits for one of them looks at once."""

from __future__ import annotations

import threading

_told = threading.Condition()
_count = 0


def count() -> int:
    """How much has ended so far: asked before one looks, it makes sure that nothing is missed afterwards."""
    return _count


def announce() -> None:
    """Whoever waits looks now."""
    global _count  # noqa: PLW0603
    with _told:
        _count += 1
        _told.notify_all()


def wait(seen: int, seconds: float) -> None:
    """More has ended than was seen, or so many seconds are over."""
    with _told:
        _told.wait_for(lambda: _count != seen, seconds)
