"""What only the first job on a machine pays for is paid before anything is measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.world import world
from localaws.spark import class_data, class_path

_PATIENCE = 240.0  # seconds


def warm(data: Path, folder: Path, say: Callable[[str], None]) -> bool:
    """Files are in the system's cache, and Java's archive of class data is there; whether it is."""
    with world(folder / "warm") as here:
        if not archived(folder):
            say("warming up: the archive of class data is missing, so one execution goes ahead")
            here.deliver(data)
            here.execute()
            _wait(folder)
        say("warming up: a Spark session")
        here.python("-m", "benchmarks.session")
    return archived(folder)


def archived(folder: Path) -> bool:
    """Whether a driver that starts now uses the archive."""
    return any("SharedArchiveFile" in option for option in class_data.options(class_path(), folder))


def _wait(folder: Path) -> None:
    """localaws makes it while nothing else runs, unless the environment cannot be written."""
    deadline = time.monotonic() + _PATIENCE
    while class_data.options(class_path(), folder) and not archived(folder) and time.monotonic() < deadline:
        time.sleep(1)
