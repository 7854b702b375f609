"""A process that carries out queries for the server, one at a time."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from localaws.identity import child_env
from localaws.planes.athena import engine
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.task import Task
from localaws.settings import current

_MODULE = "localaws.planes.athena.worker"


class Died(Exception):
    """The process ended before its query did; the text says how."""


class NeverBegan(Died):
    """It ended before it heard of the query, while it waited."""


class Process:
    """The process; `served` are the keys that it worked with last, whose files it remembers."""

    def __init__(self) -> None:
        self.served: Keys | None = None
        self._saying = threading.Lock()
        ours, its = socket.socketpair()
        with its:
            self._process = _start(its)
        self._socket, self._lines = ours, ours.makefile("rb")

    def carry_out(self, task: Task) -> Iterator[dict[str, Any]]:
        """What it tells of the query; the last of it has its `end`.

        Raises:
            Died: it ended first.
            NeverBegan: even before it began.
        """
        self.served, heard = task.keys, False
        self._say(task.as_json())
        with contextlib.suppress(ConnectionError):
            for line in self._lines:
                heard, told = True, json.loads(line)
                ended = "end" in told
                yield told
                if ended:
                    return
        raise (Died if heard else NeverBegan)(self._how())

    def stop(self, query: str) -> None:
        """It is told to stop the query, if it is still the one that it carries out."""
        self._say({"stop": query})

    def alive(self) -> bool:
        """Whether it can take a task."""
        return self._process.poll() is None

    def kill(self) -> None:
        """It is gone, with all its memory; whoever reads from it sees that."""
        self._process.kill()

    def end(self) -> None:
        """It is gone, and nothing is left of it here, nor of what its queries had put on the disk."""
        self._process.kill()
        self._process.wait()
        self._lines.close()
        self._socket.close()
        shutil.rmtree(engine.spill_of(current(), self._process.pid), ignore_errors=True)

    def _say(self, what: dict[str, Any]) -> None:
        with self._saying, contextlib.suppress(OSError):  # it died: whoever reads from it sees that
            self._socket.sendall(json.dumps(what).encode() + b"\n")

    def _how(self) -> str:
        status = self._process.wait()
        return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _start(its: socket.socket) -> subprocess.Popen[bytes]:
    here = current()
    told = {"port": here.port, "state": str(here.state), "region": here.region, "athena_memory": here.athena_memory}
    path = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", _MODULE, str(its.fileno()), json.dumps(told)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(its.fileno(),),
        env=child_env(None, here.region) | path,
        start_new_session=True,  # an interrupt at the keyboard is the server's
    )
