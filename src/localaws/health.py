"""`/_localaws/health`: whether it is there, and what it is."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from localaws import __version__
from localaws.settings import Settings
from localaws.wsgi import WsgiApp, answer_json

PATH = "/_localaws/health"


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application, but the health path answers by itself: version, endpoint, process, services in use."""
    versions = {"localaws": __version__, "moto": version("moto")}

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            return app(environ, start_response)  # type: ignore[no-any-return]
        fields: dict[str, Any] = {
            "status": "ok",
            "endpoint": settings.endpoint,
            "region": settings.region,
            "pid": os.getpid(),
        }
        fields |= {"account": settings.account, "version": versions, "services": _services()}
        return answer_json(start_response, 200, fields)

    return serve


def _services() -> list[str]:
    from moto.core.base_backend import BackendDict

    return sorted({services.service_name for services in BackendDict._instances})
