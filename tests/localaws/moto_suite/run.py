"""One service's tests of moto, run against a server that is there for them alone."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from localaws.testing import Server

_PLUGIN = Path(__file__).parent / "inside"
_READY = 60.0
#: What localaws says where it lacks something: its NotImplemented names it, and docs/localaws.md has it as refused
_REFUSED = ("NotImplemented", "not emulated by localaws")


@dataclass(frozen=True)
class Result:
    """How a test ended: passed, skipped, failed.

    Or asked for what localaws says it has not (refused).
    Or passed without a request to the server (aside), or with a value in a spelling that AWS takes (helped).
    """

    test: str
    outcome: str
    said: str = ""


@contextlib.contextmanager
def localaws() -> Iterator[str]:
    """The endpoint of a localaws that can be reset."""
    with tempfile.TemporaryDirectory(prefix="moto-suite-") as state, Server(Path(state), "--moto-api") as server:
        yield server.endpoint


@contextlib.contextmanager
def stock() -> Iterator[str]:
    """The endpoint of moto's own server: what fails there too says nothing about localaws."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    env = {**os.environ, "MOTO_PORT": port}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, "-m", "moto.server", "-p", port], env=env, stdout=log, stderr=log)
        try:
            _await(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _await(endpoint: str) -> None:
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(f"{endpoint}/moto-api/data.json", timeout=5)
            return
        time.sleep(0.2)


def run(
    home: Path, endpoint: str, tests: Sequence[str], tell: Callable[[int], None], patience: float = 0.4
) -> dict[str, Result]:
    """Each test's result; tests are files, folders or single tests below `home`. `tell` hears how many have ended."""
    with tempfile.TemporaryDirectory(prefix="moto-suite-") as scratch:
        report = Path(scratch) / "report.jsonl"
        report.touch()
        command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(home), "-m", "not network"]
        command += ["-p", "moto_on_localaws", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", *tests]
        environment = _environment(home, endpoint, report, patience)
        with (Path(scratch) / "said").open("wb") as said:
            process = subprocess.Popen(command, cwd=home, env=environment, stdout=said, stderr=said)
            ended = threading.Event()
            watch = threading.Thread(target=_watch, args=(report, tell, ended), daemon=True)
            watch.start()
            code = process.wait()
            ended.set()
            watch.join()
        if code not in (0, 1):
            raise RuntimeError(f"pytest ended with {code}: {(Path(scratch) / 'said').read_text()[-3000:]}")
        return _results(report)


def _environment(home: Path, endpoint: str, report: Path, patience: float) -> dict[str, str]:
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **keep,
        "PYTHONPATH": os.pathsep.join([str(home), str(home / "packages"), str(_PLUGIN)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TEST_SERVER_MODE": "true",
        "TEST_SERVER_MODE_ENDPOINT": endpoint,
        "MOTO_PORT": endpoint.rpartition(":")[2],
        "MOTO_SUITE_REPORT": str(report),
        "MOTO_SUITE_PATIENCE": str(patience),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _watch(report: Path, tell: Callable[[int], None], ended: threading.Event) -> None:
    while not ended.wait(1.0):
        tell(report.read_bytes().count(b"\n"))


def _results(report: Path) -> dict[str, Result]:
    """Of a test that told of several parts, the worst."""
    found: dict[str, Result] = {}
    for line in map(json.loads, report.read_text().splitlines()):
        outcome = line["outcome"]
        if outcome == "passed":
            outcome = "aside" if not line["asked"] else "helped" if line["helped"] else "passed"
        elif outcome == "failed" and any(words in line["said"] for words in _REFUSED):
            outcome = "refused"
        known = found.get(line["test"])
        if known is None or known.outcome not in ("failed", "refused"):
            found[line["test"]] = Result(line["test"], outcome, line["said"])
    return found
