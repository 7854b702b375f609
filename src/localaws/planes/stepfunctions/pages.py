"""Pages of a list."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

#: AWS: ListExecutions and GetExecutionHistory, maxResults.
DEFAULT, LARGEST = 100, 1000


def page(items: Sequence[Any], size: Any, token: str | None, asked: str = "") -> tuple[list[Any], str | None]:
    """At most `size` items from where the token points, and the token of the next ones, if there are any.

    Raises:
        InvalidToken: the token is none of ours, or of a question other than the one asked.
    """
    begin = _offset(token, asked)
    end = begin + min(int(size or DEFAULT), LARGEST)
    following = base64.urlsafe_b64encode(f"{end} {asked}".encode()).decode() if end < len(items) else None
    return list(items[begin:end]), following


def _offset(token: str | None, asked: str) -> int:
    from moto.stepfunctions.exceptions import InvalidToken

    if not token:
        return 0
    try:
        at, _, question = base64.urlsafe_b64decode(token).decode().partition(" ")
        begin = int(at)
    except ValueError as error:
        raise InvalidToken(token) from error
    if question != asked:
        raise InvalidToken(f"Input inconsistent with page token: {token}")
    return begin
