"""Glue's errors that moto has no class for."""

from __future__ import annotations

from typing import Any


def refusal(code: str, message: str) -> Any:
    """An exception that moto answers with HTTP 400, this code and this message."""
    from moto.core.exceptions import JsonRESTError

    error = JsonRESTError(code, message)
    error.code = 400
    return error


def not_found(kind: str, name: str) -> Any:
    """What Glue answers for a name that it does not know."""
    return refusal("EntityNotFoundException", f"{kind} {name} not found.")
