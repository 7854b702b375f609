"""The athena plane: queries run on DuckDB inside this process, with the rights of whoever starts them."""

from __future__ import annotations

import threading
from typing import Any

from localaws.settings import Settings

_warming: list[threading.Thread] = []


def apply(settings: Settings) -> None:
    """Queries are answered for real; workgroups and named queries stay moto's."""
    from moto.athena.responses import AthenaResponse

    from localaws import state
    from localaws.planes.athena import api, saved

    for operation in (*api.OPERATIONS, *saved.OPERATIONS):
        setattr(AthenaResponse, operation.__name__, operation)
    state.on_load(_end_what_ran)


def start(settings: Settings) -> None:
    """The engine warms up in the background."""
    from localaws.planes.athena import engine

    _warming[:] = [threading.Thread(target=engine.warm, name="athena-warm", daemon=True)]
    _warming[0].start()


def stop() -> None:
    """No query runs any more."""
    from localaws.planes.athena import engine, runner

    for thread in _warming:
        thread.join()
    runner.shut()
    engine.close()


def _end_what_ran() -> None:
    """Queries that ran when the state was saved run no more."""
    from moto.athena.models import athena_backends

    from localaws.planes.athena.executions import FINAL

    for _, _, backend in athena_backends.iter_backends():
        executions: dict[str, Any] = backend.executions
        for execution in executions.values():
            if execution.status not in FINAL:
                execution.finish("CANCELLED", "localaws was stopped while the query ran")
