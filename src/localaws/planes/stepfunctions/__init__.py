"""Step Functions: moto's interpreter switched on and mended, with redrives, status events and the roles that act.

What is not emulated: JSONata, StartSyncExecution, mocks in TestState, and redrives of a Distributed Map's Map Run.
"""

from __future__ import annotations

from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Executions run for real, and end as AWS documents it."""
    from moto.core.config import default_user_config

    default_user_config.setdefault("stepfunctions", {})["execute_state_machine"] = True
    from localaws.planes.stepfunctions import (
        attempts,
        backend,
        branches,
        choices,
        clients,
        constraints,
        distributed,
        errors,
        exceptions,
        fails,
        intrinsics,
        iterations,
        journal,
        operations,
        parameters,
        parsing,
        paths,
        program,
        results,
        services,
        states,
        sync,
        templates,
        texts,
        timeouts,
        variables,
    )

    reading = (texts, parsing, paths, variables, templates, intrinsics, choices, results, fails)
    tasks = (clients, services, parameters, errors, timeouts, sync)
    running = (journal, states, attempts, program, branches, iterations, distributed)
    for part in (*reading, *tasks, *running, exceptions, backend, operations, constraints):
        part.apply()


def start(settings: Settings) -> None:
    """Executions that an earlier process left running are ABORTED, and rules have been told."""
    from localaws.planes.stepfunctions import recovery

    recovery.abort_running()


def stop() -> None:
    """No execution runs any more: those that did are ABORTED and can be redriven."""
    from localaws.planes.stepfunctions import recovery

    recovery.abort_running()
