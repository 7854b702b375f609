"""Waiting for what a server does after it has answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def until(holds: Callable[[], Any], what: str = "what was waited for") -> Any:
    """What the function found, once it found something."""
    deadline = time.monotonic() + 60
    while not (found := holds()):
        assert time.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.02)
    return found
