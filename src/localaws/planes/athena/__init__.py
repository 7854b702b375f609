"""The athena plane: queries run on DuckDB in processes of their own, with the rights of whoever starts them."""

from __future__ import annotations

import shutil
from typing import Any

from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Queries are answered for real; workgroups and named queries stay moto's."""
    from moto.athena.responses import AthenaResponse

    from localaws import state
    from localaws.planes.athena import api, metadata, saved

    for operation in (*api.OPERATIONS, *saved.OPERATIONS):
        setattr(AthenaResponse, operation.__name__, operation)
    metadata.apply(AthenaResponse)
    state.on_load(_end_what_ran)


def start(settings: Settings) -> None:
    """Queries may run; nothing is left on the disk of those that a killed server ran."""
    from localaws.planes.athena import engine, pool

    shutil.rmtree(engine.spill(settings), ignore_errors=True)
    pool.open_again()


def stop() -> None:
    """No query runs any more, and no process waits for one."""
    from localaws.planes.athena import runner

    runner.shut()


def reset() -> None:
    """No query of before runs any more; others may."""
    from localaws.planes.athena import pool

    stop()
    pool.open_again()


def _end_what_ran() -> None:
    """Queries that ran when the state was saved run no more."""
    from moto.athena.models import athena_backends

    from localaws.planes.athena.executions import FINAL

    for _, _, backend in athena_backends.iter_backends():
        executions: dict[str, Any] = backend.executions
        for execution in executions.values():
            if execution.status not in FINAL:
                execution.finish("CANCELLED", "localaws was stopped while the query ran")
