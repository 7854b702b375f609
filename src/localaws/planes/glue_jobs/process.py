"""A run's process and all its descendants."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from localaws.processes import kill_session

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

    @property
    def leader(self) -> int:
        """The leader of the session."""
        return self._child.pid

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
