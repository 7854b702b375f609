"""Executions whose process ends: they are ABORTED, and RedriveExecution goes on with them."""

from __future__ import annotations

from typing import Any

CAUSE = "localaws was stopped while this execution was running; RedriveExecution goes on where it stood"


def abort_running() -> None:
    """No execution is RUNNING."""
    for execution in _running():
        execution.stop(error="States.Runtime", cause=CAUSE)


def _running() -> list[Any]:
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    return [
        execution
        for regions in list(stepfunctions_parser_backends.values())
        for backend in list(regions.values())
        for machine in backend.state_machines
        for execution in list(machine.executions)
        if execution.status == "RUNNING"
    ]
