"""Stages of a run and their seconds, as they pass."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """One line in the run's output log; counts and names only, never a value of a row."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def stage(table: str, name: str) -> Iterator[None]:
    """The stage's line, with its seconds, is in the log once it is over."""
    began = time.monotonic()
    try:
        yield
    finally:
        say(f"{table:<20} {name:<10} {time.monotonic() - began:6.2f} s")
