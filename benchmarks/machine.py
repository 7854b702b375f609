"""The machine that was measured on, and who else used it meanwhile."""

from __future__ import annotations

import os
import platform
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import processes
from localaws.spark import java_home

_CPU, _STAT = Path("/proc/cpuinfo"), Path("/proc/stat")
_IDLE = (3, 4)  # idle and iowait: proc_stat(5)
_BUSY_FIELDS = 8  # the guests' times that follow are in user and nice already


def description() -> list[tuple[str, str]]:
    """What a reader needs to judge numbers by; nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return [
        ("CPU", f"{cpu_model()}, {os.cpu_count()} cores"),
        ("memory", f"{memory:.0f} GB"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
        ("Java", java_version((java_home() / "release").read_text())),
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
    ]


def cpu_model() -> str:
    """What the processor calls itself."""
    text = _CPU.read_text() if _CPU.is_file() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or "unknown"


def java_version(release: str) -> str:
    """The version in the file `release` of a Java home."""
    found = re.search(r'^JAVA_VERSION="([^"]+)"', release, re.MULTILINE)
    return found[1] if found else "unknown"


def busy_seconds(stat: str) -> float:
    """CPU seconds that all the machine's cores have worked, from the text of /proc/stat."""
    ticks = list(map(int, stat.splitlines()[0].split()[1 : 1 + _BUSY_FIELDS]))
    return sum(value for place, value in enumerate(ticks) if place not in _IDLE) / os.sysconf("SC_CLK_TCK")


def _busy() -> float | None:
    return busy_seconds(_STAT.read_text()) if _STAT.is_file() else None


def _own() -> float | None:
    mine, below = time.process_time(), processes.cpu()
    return None if below is None else mine + below


@dataclass
class Others:
    """How many cores somebody else has used since this was made."""

    began: float = field(default_factory=time.monotonic)
    busy: float | None = field(default_factory=_busy)
    own: float | None = field(default_factory=_own)

    def cores(self) -> float | None:
        """On average; None where the system does not tell."""
        busy, own = _busy(), _own()
        if busy is None or own is None or self.busy is None or self.own is None:
            return None
        used = (busy - self.busy) - (own - self.own)
        return max(used / max(time.monotonic() - self.began, 1e-9), 0.0)
