"""The shape of every application here, and what localaws answers of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]


def answer_json(start: Callable[..., Any], status: int, value: Any) -> Iterable[bytes]:
    """The body of an answer that has begun with the status, and whose length is told."""
    body = json.dumps(value).encode()
    named = f"{status} {HTTPStatus(status).phrase}"
    start(named, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
