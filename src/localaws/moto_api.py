"""`/moto-api`, the address at which moto is told what to pretend: closed but for its reset, and that is for tests.

`POST /moto-api/reset` is what moto's own decorator and many test suites call between two tests. It takes no
credentials, so that it is there only where `--moto-api` was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localaws import resets
from localaws.settings import Settings
from localaws.wsgi import WsgiApp, answer_json

Answer = tuple[int, dict[str, str]]

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
        return answer_json(start_response, status, fields)

    return serve


def _answer(method: str, path: str, settings: Settings) -> Answer:
    if path != RESET:
        return 501, _error(f"{path} is not there: of {PREFIX}, localaws has {RESET}, with {FLAG}")
    if not settings.moto_api:
        return 403, _error(f"{path} deletes everything: start localaws with {FLAG} to allow it")
    if method != "POST":
        return 405, _error(f"{path}: expected POST, got {method}")
    resets.reset()
    return 200, {"status": "ok"}


def _error(message: str) -> dict[str, str]:
    return {"message": message}
