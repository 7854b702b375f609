"""The state directory: who has it, what version it is, and the one file that holds everything but bytes of objects."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

FORMAT = 1
_SNAPSHOT, _LOCK, _PORT, _RUNNING, _LOG = "snapshot", "lock", "port", "running", "localaws.log"


class StateError(Exception):
    """The state directory cannot be used; the message says why and what to do."""


def check(state: Path) -> None:
    """The directory can be loaded, or is new; nothing in it was touched.

    Raises:
        StateError: it cannot.
    """
    if state.exists() and not state.is_dir():
        raise StateError(f"{state} is a file: name a directory with --state")
    if read(state) is not None or not state.exists():
        return
    if (state / _RUNNING).exists() or (state / _PORT).exists():  # both come after the first snapshot
        raise StateError(f"{state} is broken: its file {_SNAPSHOT} is missing; restore or delete the directory")
    if not _is_ours(state):
        raise StateError(f"{state} holds files that are not of localaws: name an empty or a new directory with --state")


@contextlib.contextmanager
def hold(state: Path) -> Iterator[None]:
    """The directory is there and ours meanwhile; whose state turns out to be broken finds it as it was.

    Raises:
        StateError: another server has it, or we may not write there.
    """
    new = not (state / _LOCK).exists()
    with _locked(state) as lock:
        lock.seek(0)
        before = lock.read()
        _rewrite(lock, str(os.getpid()))
        try:
            yield
        except StateError:
            _rewrite(lock, before)
            if new:
                (state / _LOCK).unlink()
            raise


def _locked(state: Path) -> IO[str]:
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / _LOCK).open("a+", errors="replace")
    except OSError as error:
        raise StateError(f"{state}: {error.strerror}: name a directory that can be written with --state") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise StateError(f"{state} is in use by another localaws (process {owner}): stop it first") from None
    return lock


def _rewrite(lock: IO[str], text: str) -> None:
    lock.truncate(0)
    lock.write(text)
    lock.flush()


def read(state: Path) -> bytes | None:
    """What was saved last; None where nothing was.

    Raises:
        StateError: it is not whole, or another version wrote it.
    """
    path = state / _SNAPSHOT
    try:
        with path.open("rb") as file:
            header, data = file.readline(), file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{path}: {error.strerror}") from error
    _check_header(path, header, data)
    return data


def write(state: Path, data: bytes, name: str) -> Path:
    """The data are on the disk, in a file of that name which nobody reads yet."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    header = {"format": FORMAT, **_versions(), "moment": now, "sha256": hashlib.sha256(data).hexdigest()}
    path = state / f"{_SNAPSHOT}.{name}"
    with path.open("wb") as file:
        file.write(json.dumps(header).encode() + b"\n")
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path


def publish(state: Path, path: Path) -> None:
    """What was written is what will be read, at once or not at all."""
    path.replace(state / _SNAPSHOT)
    folder = os.open(state, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def saved(state: Path) -> bool:
    """Whether anything was."""
    return (state / _SNAPSHOT).exists()


def moment(state: Path) -> str:
    """When what was saved last was so."""
    with (state / _SNAPSHOT).open("rb") as file:
        return str(json.loads(file.readline()).get("moment", "an unknown moment"))


def begin(state: Path) -> None:
    """Until `end`, a server runs in this directory, or was killed there."""
    (state / _RUNNING).touch()


def end(state: Path) -> None:
    """The server has saved all that it knew."""
    (state / _RUNNING).unlink(missing_ok=True)


def was_killed(state: Path) -> bool:
    """Whether the last server in this directory has not ended in order."""
    return (state / _RUNNING).exists()


def tidy(state: Path) -> None:
    """Nothing is left of what a killed server was writing."""
    for path in state.glob(f"{_SNAPSHOT}.*"):
        path.unlink(missing_ok=True)


def last_port(state: Path) -> int | None:
    """The port of the server that had this directory last."""
    with contextlib.suppress(OSError, ValueError):
        return int((state / _PORT).read_text())
    return None


def keep_port(state: Path, port: int) -> None:
    """The next server finds this port here."""
    (state / _PORT).write_text(f"{port}\n")


def _is_ours(state: Path) -> bool:
    """Whether a server had the directory, or nobody: a log is there before the server that writes it."""
    try:
        found = {path.name for path in state.iterdir()} - {_LOG}
        if _LOCK not in found:
            return not found
        owner = (state / _LOCK).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"{state} cannot be read: {error}: name another directory with --state") from error
    return not owner or owner.isdecimal()


def _check_header(path: Path, line: bytes, data: bytes) -> None:
    try:
        header = json.loads(line)
        found, digest = int(header["format"]), header["sha256"]
    except (ValueError, KeyError, TypeError):
        raise StateError(f"{path} is broken: expected a state of localaws; restore or delete it") from None
    if found > FORMAT:
        raise StateError(f"{path} has format {found}, this localaws knows {FORMAT}: use the newer one that wrote it")
    for name, ours in _versions().items():
        if header.get(name) != ours:
            raise StateError(f"{path} was written with {name} {header.get(name)}, this is {ours}: use the same version")
    if hashlib.sha256(data).hexdigest() != digest:
        raise StateError(f"{path} is broken: its content is not what was written; restore or delete it")


def _versions() -> dict[str, str]:
    return {"moto": version("moto"), "python": ".".join(platform.python_version_tuple()[:2])}
