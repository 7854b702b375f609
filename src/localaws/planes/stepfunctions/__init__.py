"""Step Functions: moto's interpreter switched on and mended, with redrives, status events and the roles that act.

What is not emulated: JSONata, TestState, StartSyncExecution and redrives of a Distributed Map's Map Run.
"""

from __future__ import annotations

from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Executions run for real, and end as AWS documents it."""
    from moto.core.config import default_user_config

    default_user_config.setdefault("stepfunctions", {})["execute_state_machine"] = True
    from localaws.planes.stepfunctions import (
        backend,
        clients,
        concurrency,
        errors,
        journal,
        operations,
        parameters,
        parsing,
        paths,
        program,
        services,
        sync,
        timeouts,
    )

    for part in (parsing, clients, services, parameters, paths, errors, timeouts, journal, program, concurrency, sync):
        part.apply()
    backend.apply()
    operations.apply()


def start(settings: Settings) -> None:
    """Executions that an earlier process left running are ABORTED, and rules have been told."""
    from localaws.planes.stepfunctions import recovery

    recovery.abort_running()


def stop() -> None:
    """No execution runs any more: those that did are ABORTED and can be redriven."""
    from localaws.planes.stepfunctions import recovery

    recovery.abort_running()
