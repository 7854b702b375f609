"""CPU seconds and memory of everything that this process has started, from Linux's /proc; elsewhere nothing is said."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.numbers import Took

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_ADOPT = 36  # PR_SET_CHILD_SUBREAPER
_PATIENCE = 20.0  # seconds that a Java process has to go after the one that started it


@dataclass(frozen=True)
class Stat:
    """A line of /proc/<pid>/stat: CPU is the process's own and that of its children who have gone."""

    pid: int
    name: str
    state: str
    parent: int
    cpu: float


def adopt() -> bool:
    """Whether processes whose parent ends become this one's children, so that their CPU is not lost to sight."""
    if sys.platform != "linux":
        return False
    return ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0) == 0 and PROC.is_dir()


def measured(work: Callable[[], object]) -> Took:
    """The work, by the clock and by the CPU of all that this process has started."""
    before, began = cpu(), time.monotonic()
    work()
    seconds = time.monotonic() - began
    _settle()
    after = cpu()
    return Took(seconds, None if before is None or after is None else after - before)


def cpu() -> float | None:
    """CPU seconds of all processes below this one, those that have ended included."""
    if sys.platform != "linux":
        return None
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    return gone.ru_utime + gone.ru_stime + sum(one.cpu for one in below(os.getpid()))


def memory(pid: int) -> int | None:
    """Bytes in memory of the process and all below it."""
    if sys.platform != "linux":
        return None
    return sum(_status(each, "VmRSS") for each in (pid, *(one.pid for one in below(pid))))


def most_memory(pid: int) -> int | None:
    """Bytes that the process itself has had in memory at most."""
    return None if sys.platform != "linux" else _status(pid, "VmHWM")


def below(pid: int) -> list[Stat]:
    """The processes that this one has started, and those that they have, as far as they are there."""
    children: dict[int, list[Stat]] = defaultdict(list)
    for one in _all():
        children[one.parent].append(one)
    found, waiting = [], [pid]
    while waiting:
        these = children[waiting.pop()]
        found += these
        waiting += [one.pid for one in these]
    return found


def parsed(text: str) -> Stat:
    """The fields of /proc/<pid>/stat (proc_pid_stat(5)); the name may hold spaces and brackets."""
    start, _, rest = text.rpartition(")")
    pid, _, name = start.partition(" (")
    fields = rest.split()
    return Stat(int(pid), name, fields[0], int(fields[1]), sum(map(int, fields[11:15])) / _TICKS)


def _all() -> Iterator[Stat]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                yield parsed((entry / "stat").read_text())
            except OSError:
                continue  # it has just gone


def _settle() -> None:
    """No Java process is left over: it goes a little after the one that started it."""
    deadline = time.monotonic() + _PATIENCE
    while sys.platform == "linux" and time.monotonic() < deadline:
        if not any(one.name == "java" and one.state not in "ZX" for one in below(os.getpid())):
            return
        time.sleep(0.05)


def _status(pid: int, field: str) -> int:
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith(f"{field}:")), 0)
