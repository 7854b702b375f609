"""How a run ended, in Glue's words."""

from __future__ import annotations

import signal
from pathlib import Path

LONGEST = 4000


def verdict(code: int, folder: Path) -> tuple[str, str | None]:
    """State and ErrorMessage of the run in the folder, whose driver ended so (negative: by a signal)."""
    if code == 0:
        return "SUCCEEDED", None
    if code < 0:
        return "FAILED", f"Job run's process was killed by signal {_signal(-code)}"
    report = folder / "report"
    if report.exists() and (said := _gist(report.read_text())):
        return "FAILED", said
    return "FAILED", f"SystemExit: {code}"


def _gist(said: str) -> str:
    """An exception without the Java frames that Py4J puts into its text."""
    return said.split("\n\tat ", maxsplit=1)[0].strip()[:LONGEST]


def _signal(number: int) -> str:
    try:
        return f"{signal.Signals(number).name} ({number})"
    except ValueError:
        return str(number)
