"""Answers that come in pages: `NextToken` is where the next one begins."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.errors import Refused

PAGE = 100


def page(asked: dict[str, Any], key: str, items: list[Any]) -> dict[str, Any]:
    """The items of the page that is asked for, and the token of the next one where there is one.

    Raises:
        Refused: the token is none that was given out.
    """
    token, size = str(asked.get("NextToken") or 0), int(asked.get("MaxResults") or PAGE)
    if not token.isdecimal():
        raise Refused(f"The NextToken {token!r} is not valid: expected the one that the page before it came with")
    start = int(token)
    more = {"NextToken": str(start + size)} if len(items) > start + size else {}
    return {key: items[start : start + size], **more}
