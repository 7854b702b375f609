"""DuckDB inside this process: one instance for each caller, kept warm, one cursor for each query."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from localaws.planes.athena.caller import ADMINISTRATOR, Caller
from localaws.planes.athena.macros import MACROS
from localaws.settings import Settings, current

#: Avro comes first: the Iceberg extension needs it
_EXTENSIONS = ("avro", "httpfs", "iceberg")
_KEPT = 8
_lock = threading.Lock()
_instances: OrderedDict[tuple[int, Caller], Any] = OrderedDict()


def cursor(caller: Caller) -> Any:
    """A connection of its own, for one query, whose reads of S3 are the caller's."""
    with _lock:
        key = (current().port, caller)
        if key not in _instances:
            _instances[key] = _open(current(), caller)
        _instances.move_to_end(key)
        while len(_instances) > _KEPT:
            _instances.popitem(last=False)
        made = _instances[key].cursor()
    made.execute("SET TimeZone = 'UTC'")
    return made


def warm() -> None:
    """The administrator's instance and clients are there, so that the first query need not wait for them."""
    cursor(ADMINISTRATOR).close()
    for service in ("glue", "s3"):
        ADMINISTRATOR.client(service)


def close() -> None:
    """No instance is open."""
    with _lock:
        for instance in _instances.values():
            instance.close()
        _instances.clear()


def _open(settings: Settings, caller: Caller) -> Any:
    import duckdb

    spill = settings.state / "athena"
    spill.mkdir(parents=True, exist_ok=True)
    instance = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(spill / "spill"),
            "extension_directory": str(spill / "extensions"),
            "memory_limit": os.environ.get("LOCALAWS_ATHENA_MEMORY", "2GB"),
            "threads": os.cpu_count() or 1,
        }
    )
    for name in _EXTENSIONS:
        instance.execute(f"LOAD '{_extension(name)}'")
    for macro in MACROS:
        instance.execute(f"CREATE MACRO {macro}")
    _let_in(instance, settings, caller)
    return instance


def _extension(name: str) -> Path:
    """The extension inside its wheel: nothing is fetched."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    if found is None or found.origin is None:
        raise RuntimeError(f"Athena needs the package duckdb-extension-{name}: pip install it")
    return next(Path(found.origin).parent.rglob("*.duckdb_extension"))


def _let_in(instance: Any, settings: Settings, caller: Caller) -> None:
    credentials = caller.credentials()
    token = credentials.get("aws_session_token")
    instance.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID '{credentials['aws_access_key_id']}', "
        f"SECRET '{credentials['aws_secret_access_key']}', {_token(token)}"
        f"REGION '{settings.region}', ENDPOINT '127.0.0.1:{settings.port}', URL_STYLE 'path', USE_SSL false)"
    )


def _token(token: str | None) -> str:
    return f"SESSION_TOKEN '{token}', " if token else ""
