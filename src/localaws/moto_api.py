"""`/moto-api`, the address at which moto is told what to pretend: closed but for its reset, and that is for tests.

`POST /moto-api/reset` is what moto's own decorator and many test suites call between two tests. It takes no
credentials, so that it is there only where `--moto-api` was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from localaws import resets
from localaws.settings import Settings

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]
Answer = tuple[str, dict[str, str]]

PREFIX = "/moto-api"
RESET = f"{PREFIX}/reset"
FLAG = "--moto-api"


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application, but nobody reaches moto's own address: of it there is the reset, where the settings allow it."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return app(environ, start_response)  # type: ignore[no-any-return]
        status, fields = _answer(environ["REQUEST_METHOD"], path, settings)
        body = json.dumps(fields).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return serve


def _answer(method: str, path: str, settings: Settings) -> Answer:
    if path != RESET:
        return "501 Not Implemented", _error(f"{path} is not there: of {PREFIX}, localaws has {RESET}, with {FLAG}")
    if not settings.moto_api:
        return "403 Forbidden", _error(f"{path} deletes everything: start localaws with {FLAG} to allow it")
    if method != "POST":
        return "405 Method Not Allowed", _error(f"{path}: expected POST, got {method}")
    resets.reset()
    return "200 OK", {"status": "ok"}


def _error(message: str) -> dict[str, str]:
    return {"message": message}
