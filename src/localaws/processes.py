"""The processes that localaws starts for others, runs of jobs and of Lambdas: which of them asks, and how it ends.

Each has a session token of its own, by which its requests are known; a client of one's own has none.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

_MARK = "."  # in no token of a role's session
_lock = threading.Lock()
_leaders: dict[str, int] = {}
_stopped: set[str] = set()


def marked(token: str, name: str) -> str:
    """The session token by which requests of the process are known."""
    return f"{token}{_MARK}{urlsafe_b64encode(name.encode()).decode()}"


def named(token: str) -> str:
    """The process whose token it is; nothing where it is nobody's."""
    _, mark, name = token.rpartition(_MARK)
    try:
        return urlsafe_b64decode(name).decode() if mark else ""
    except ValueError:
        return ""


def begun(name: str, leader: int) -> None:
    """The process is the leader of a session of its own."""
    with _lock:
        _leaders[name] = leader


def gone(name: str) -> None:
    """There is no such process any more."""
    with _lock:
        _leaders.pop(name, None)
        _stopped.discard(name)


def kill(name: str) -> None:
    """The process and all that it started are dead, as by a power cut."""
    if leader := _leaders.get(name):
        kill_session(leader)


def stop(name: str) -> None:
    """The process and all that it started are asleep, until they are told to go on."""
    if leader := _leaders.get(name):
        with _lock:
            _stopped.add(name)
        _stop_session(leader)


def go_on(name: str) -> bool:
    """Who was asleep goes on; whether it was."""
    with _lock:
        asleep, leader = name in _stopped, _leaders.get(name)
        _stopped.discard(name)
    if asleep and leader:
        for pid in members(leader):
            _send(pid, signal.SIGCONT)
    return asleep


def asleep() -> list[str]:
    """Who was told to sleep, and not to go on."""
    with _lock:
        return sorted(_stopped)


def kill_session(leader: int) -> None:
    """No process of the session is alive; looks again, as they may have started others meanwhile."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = members(leader)
        for pid in found:
            _send(pid, signal.SIGKILL)
        if not found:
            return
        time.sleep(0.005)


def _stop_session(leader: int) -> None:
    known: set[int] = set()
    while found := set(members(leader)) - known:  # one that was not asleep yet may have started others
        for pid in found:
            _send(pid, signal.SIGSTOP)
        known |= found


def members(leader: int) -> list[int]:
    """Living processes of the session: PySpark's workers leave the process group, but not the session.

    Where there is no /proc: the process group, as one.
    """
    processes = Path("/proc")
    if not (processes / "self" / "stat").exists():
        return [-leader] if _alive(-leader) else []
    pids = (int(entry.name) for entry in processes.iterdir() if entry.name.isdigit())
    return [pid for pid in pids if _session(pid) == leader]


def _session(pid: int) -> int | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[3])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
