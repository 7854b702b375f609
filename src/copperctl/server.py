"""The localaws process of a state directory: started, found again, stopped."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from copperctl.errors import ConfigurationError
from copperctl.instance import Instance, alone
from copperline.errors import UsageError, expected

_LAST_WORDS = 10.0  # seconds that a server which does not answer has to end
_PATIENCE = 60.0  # seconds until a start or stop is given up


def _file(state: Path) -> Path:
    return state / "copperctl.json"


def save(state: Path, instance: Instance) -> None:
    """The next command finds the instance."""
    _file(state).write_text(instance.as_json() + "\n")


def remembered(state: Path) -> Instance | None:
    """The instance of the last `up`, running or not.

    Raises:
        ConfigurationError: the directory's file is not what `up` writes.
    """
    if not _file(state).is_file():
        return None
    try:
        return Instance(**json.loads(_file(state).read_text()))
    except (ValueError, TypeError) as error:
        remedy = f"remove it, then `copperctl down --state {state}` and `copperctl up --state {state}`"
        raise ConfigurationError(expected(str(_file(state)), "file", "what `up` writes", error, remedy)) from error


def running(state: Path) -> Instance | None:
    """The instance if its server answers; another server may have its port by now."""
    found = remembered(state)
    return found if found is not None and answers(found.endpoint) == found.pid else None


def needed(state: Path) -> Instance:
    """The running instance.

    Raises:
        UsageError: there is none.
    """
    found = running(state)
    if found is None:
        remedy = f"start it with `copperctl up --state {state}`"
        raise UsageError(expected("--state", str(state), "a directory in which an instance runs", "none", remedy))
    return found


def answers(endpoint: str) -> int | None:
    """The process of the localaws that listens there, if any does."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_localaws/health", timeout=5) as reply:  # noqa: S310 - ours, http
            return int(json.load(reply)["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def only_one(state: Path, say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Nobody else takes the directory's server up or down meanwhile; who comes second waits.

    Raises:
        ConfigurationError: there can be no such directory.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / "copperctl.lock").open("w")
    except OSError as error:
        want = "a directory that can be written"
        raise ConfigurationError(expected("--state", str(state), want, error.strerror, "name another")) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another copperctl that is at work in {state}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def owner(state: Path) -> int | None:
    """The process of the server that has the directory, whether it answers or not."""
    path = _home(state) / "lock"
    if not path.is_file():
        return None
    with path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read().strip() or 0) or None
    return None


def refuse_if_held(state: Path) -> None:
    """No server has the directory. One that does not answer is waited for a little, since it may be about to end.

    Raises:
        ConfigurationError: one has, though it does not answer.
    """
    deadline = time.monotonic() + _LAST_WORDS
    while (process := owner(state)) and time.monotonic() < deadline:
        time.sleep(0.05)
    if process:
        remedy = f"stop it with `copperctl down --state {state}`"
        got = f"process {process}, which does not answer"
        raise ConfigurationError(expected("--state", str(state), "a directory that no server uses", got, remedy))


def start(state: Path, port: int = 0) -> Instance:
    """A server runs on the directory, and outlives this process.

    Raises:
        ConfigurationError: it ended before it was ready; its own words are in the message.
    """
    folder = _home(state)
    folder.mkdir(parents=True, exist_ok=True)
    ready, log = state / "ready.json", state / "localaws.log"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "localaws", "--port", str(port), "--state", str(folder), "--json"]
    with ready.open("w") as out, log.open("a") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, start_new_session=True, cwd=folder,
            env=alone(os.environ),
        )  # fmt: skip
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if (text := ready.read_text()).endswith("\n"):
            process.returncode = 0  # it outlives this process: nobody waits for it
            return Instance(endpoint=json.loads(text)["endpoint"], pid=process.pid)
        if (code := process.poll()) is not None:
            words = log.read_text().strip().splitlines()[-1:] or [f"it ended with {code}"]
            raise ConfigurationError(f"localaws did not start: {words[0].removeprefix('localaws: ')}")
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise ConfigurationError(f"localaws was not ready after {_PATIENCE:.0f} s: see {log}")


def stop(process: int) -> bool:
    """The server has ended, and nothing is lost; False where it was gone before, by whatever cause.

    Raises:
        ConfigurationError: it would not end.
    """
    if not _alive(process):
        return False
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if not _alive(process):
            return True
        time.sleep(0.05)
    raise ConfigurationError(f"the server (process {process}) did not end in {_PATIENCE:.0f} s; end it by hand")


def _alive(pid: int) -> bool:
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False  # our own child
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_ours(state: Path) -> bool:
    """Whether `up` made the directory: nothing else is ever removed."""
    return _home(state).is_dir()


def _home(state: Path) -> Path:
    return state / "localaws"
