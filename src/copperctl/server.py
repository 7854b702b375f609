"""The localaws process of a state directory: started, found again, stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field
from pathlib import Path

from copperctl.errors import ConfigurationError
from copperline.errors import UsageError

REGION = "us-east-1"
ADMINISTRATOR = {"AccessKeyId": "localaws", "SecretAccessKey": "localaws"}
_PATIENCE = 60.0  # seconds until a start or stop is given up


@dataclass
class Instance:
    """What a state directory remembers of its server; what `copperctl up --json` prints."""

    endpoint: str
    pid: int
    stack: str = "copperline"
    region: str = REGION
    outputs: dict[str, str] = field(default_factory=dict)
    credentials: dict[str, str] = field(default_factory=lambda: dict(ADMINISTRATOR))

    def environment(self) -> dict[str, str]:
        """The environment in which any client of AWS finds this server."""
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.credentials["SecretAccessKey"],
        }

    def as_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


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
        raise ConfigurationError(
            f"{_file(state)}: is broken: {error}; remove it and run `copperctl up` again"
        ) from error


def running(state: Path) -> Instance | None:
    """The instance if its server answers."""
    found = remembered(state)
    return found if found is not None and answers(found.endpoint) else None


def needed(state: Path) -> Instance:
    """The running instance.

    Raises:
        UsageError: there is none.
    """
    found = running(state)
    if found is None:
        raise UsageError(f"nothing runs in {state}: start it with `copperctl up --state {state}`")
    return found


def answers(endpoint: str) -> bool:
    """Whether a localaws listens there."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_localaws/health", timeout=5) as reply:  # noqa: S310 - ours, http
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start(state: Path, port: int = 0) -> Instance:
    """A server runs on the directory, and outlives this process.

    Raises:
        ConfigurationError: it ended before it was ready; its own words are in the message.
    """
    folder = state / "localaws"
    folder.mkdir(parents=True, exist_ok=True)
    ready, log = state / "ready.json", state / "localaws.log"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "localaws", "--port", str(port), "--state", str(folder), "--json"]
    with ready.open("w") as out, log.open("a") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, start_new_session=True, cwd=folder
        )
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if (text := ready.read_text()).endswith("\n"):
            process.returncode = 0  # it outlives this process: nobody waits for it
            return Instance(endpoint=json.loads(text)["endpoint"], pid=process.pid)
        if (code := process.poll()) is not None:
            words = log.read_text().strip().splitlines()[-1:] or [f"it ended with {code}"]
            raise ConfigurationError(f"localaws did not start: {words[0]}")
        time.sleep(0.02)
    process.kill()
    raise ConfigurationError(f"localaws was not ready after {_PATIENCE:.0f} s: see {log}")


def stop(instance: Instance) -> None:
    """The server has ended; nothing is lost.

    Raises:
        ConfigurationError: it would not end.
    """
    try:
        os.kill(instance.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if not _alive(instance.pid):
            return
        time.sleep(0.05)
    raise ConfigurationError(f"the server (process {instance.pid}) did not end in {_PATIENCE:.0f} s; end it by hand")


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
    return (state / "localaws").is_dir()
