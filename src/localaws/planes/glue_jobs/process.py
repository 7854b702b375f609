"""A run's process and all its descendants."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.py")


def spawn(script: Path, argv: Sequence[str], *, folder: Path, env: Mapping[str, str]) -> Process:
    """The script runs, in a session of its own; pid, stdout, stderr and report are files of the folder."""
    with (folder / "stdout").open("wb") as output, (folder / "stderr").open("wb") as errors:
        child = subprocess.Popen(
            [sys.executable, str(LAUNCHER), str(os.getpid()), str(folder / "report"), str(script), *argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder / "work",
            env=dict(env),
            start_new_session=True,
        )
    (folder / "pid").write_text(f"{child.pid}\n")
    return Process(child)


class Process:
    """The driver of a run; what it started (Java, Python workers) shares its session."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child

    def wait(self, seconds: float) -> int | None:
        """The driver's exit status (negative: a signal), or None where it runs on after so many seconds."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """Nothing of the session is alive."""
        kill_session(self._child.pid)
        self._child.wait()


def kill_session(leader: int) -> None:
    """No process of the session is alive; looks again, as they may have started others meanwhile."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        members = _members(leader)
        for pid in members:
            _kill(pid)
        if not members:
            return
        time.sleep(0.005)


def _members(leader: int) -> list[int]:
    """Living processes of the session: PySpark's workers leave the process group, but not the session."""
    processes = Path("/proc")
    if not (processes / "self" / "stat").exists():
        return _group(leader)
    pids = (int(entry.name) for entry in processes.iterdir() if entry.name.isdigit())
    return [pid for pid in pids if _session(pid) == leader]


def _session(pid: int) -> int | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[3])


def _group(leader: int) -> list[int]:
    """Where there is no /proc: the process group, as one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    return []


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
