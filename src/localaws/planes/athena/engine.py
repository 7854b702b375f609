"""DuckDB in the process of the queries: one instance, of one caller at a time, kept warm, one cursor for each query."""

from __future__ import annotations

import importlib.util
import os
import threading
from pathlib import Path
from typing import Any

from localaws.planes.athena.keys import Keys
from localaws.planes.athena.macros import MACROS
from localaws.settings import Settings, current

#: Avro comes first: the Iceberg extension needs it
_EXTENSIONS = ("avro", "httpfs", "iceberg")
_lock = threading.Lock()
#: the instance, and whose it is: nobody's yet while it is new
_open: list[tuple[Keys | None, Any]] = []


def warm() -> None:
    """The instance is there, whoever will come."""
    with _lock:
        _warm()


def cursor(keys: Keys) -> Any:
    """A connection of its own, for one query, whose reads of S3 are the caller's.

    What DuckDB keeps of one caller's files goes before another's are read.
    """
    with _lock:
        made = _of(keys).cursor()
    made.execute("SET TimeZone = 'UTC'")
    return made


def _warm() -> tuple[Keys | None, Any]:
    if not _open:
        _open.append((None, _instance(current())))
    return _open[0]


def _of(keys: Keys) -> Any:
    """The caller's instance; if it cannot be made there is none, and the next query tries again."""
    owner, instance = _warm()
    if owner == keys:
        return instance
    if owner is not None:
        _open.clear()
        instance.close()
        _, instance = _warm()
    _open.clear()
    _let_in(instance, current(), keys)
    _open.append((keys, instance))
    return instance


def spill(settings: Settings) -> Path:
    """Where queries put what their memory does not hold."""
    return settings.state / "athena" / "spill"


def spill_of(settings: Settings, pid: int) -> Path:
    """Where the queries of one process do: DuckDB's names in it are always the same."""
    return spill(settings) / str(pid)


def _instance(settings: Settings) -> Any:
    import duckdb

    folder = spill_of(settings, os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    instance = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(folder),
            "extension_directory": str(folder / "extensions"),
            "memory_limit": f"{settings.athena_memory}MiB",
            "threads": os.cpu_count() or 1,
        }
    )
    for name in _EXTENSIONS:
        instance.execute(f"LOAD '{_extension(name)}'")
    for macro in MACROS:
        instance.execute(f"CREATE MACRO {macro}")
    return instance


def _extension(name: str) -> Path:
    """The extension inside its wheel: nothing is fetched."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    if found is None or found.origin is None:
        raise RuntimeError(f"Athena needs the package duckdb-extension-{name}: pip install it")
    return next(Path(found.origin).parent.rglob("*.duckdb_extension"))


def _let_in(instance: Any, settings: Settings, keys: Keys) -> None:
    token = f"SESSION_TOKEN '{keys.token}', " if keys.token else ""
    instance.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID '{keys.id}', SECRET '{keys.secret}', {token}"
        f"REGION '{settings.region}', ENDPOINT '127.0.0.1:{settings.port}', URL_STYLE 'path', USE_SSL false)"
    )
