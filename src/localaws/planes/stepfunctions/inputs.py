"""Inputs of executions (AWS: StartExecution, InvalidExecutionInput)."""

from __future__ import annotations

from localaws.planes.stepfunctions.validation.documents import problem


def check_input(text: str) -> None:
    """The text is JSON.

    Raises:
        InvalidExecutionInput: it is not; the message says why as AWS does.
    """
    from moto.stepfunctions.parser.api import InvalidExecutionInput

    found = problem(text) if text.strip() else ("Invalid execution input.", 1, 1)
    if found is not None:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{found[0]}'")
