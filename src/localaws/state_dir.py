"""The state directory: who has it, what version it is, and the one file that holds everything but bytes of objects."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import IO

FORMAT = 1
_SNAPSHOT, _LOCK, _PORT, _LOG = "snapshot", "lock", "port", "localaws.log"


class StateError(Exception):
    """The state directory cannot be used; the message says why and what to do."""


def check(state: Path) -> None:
    """The directory can be loaded, or is new; nothing in it was touched.

    Raises:
        StateError: it cannot.
    """
    if state.exists() and not state.is_dir():
        raise StateError(f"{state} is a file: name a directory with --state")
    if read(state) is None and state.exists() and not _is_ours(state):
        raise StateError(f"{state} holds files that are not of localaws: name an empty or a new directory with --state")


def hold(state: Path) -> IO[str]:
    """The directory is there and ours as long as the answer is open.

    Raises:
        StateError: another server has it, or we may not write there.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / _LOCK).open("a+")
    except OSError as error:
        raise StateError(f"{state}: {error.strerror}: name a directory that can be written with --state") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise StateError(f"{state} is in use by another localaws (process {owner}): stop it first") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


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
    header = {"format": FORMAT, **_versions(), "sha256": hashlib.sha256(data).hexdigest()}
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
