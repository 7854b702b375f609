"""What moto does on every request and localaws has no use for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]


#: moto's parts import each other, and with EC2 come all its machines: 130 MB, and a third of the start
_MACHINES = "ec2/resources/instance_type"
ABSENT = ("ec2",)


def apply() -> None:
    """A request costs about half of what it did, what is deleted leaves the memory, and the start takes less of both.

    EC2 knows no machines afterwards: `wrap` answers for it.
    """
    from moto.core.common_models import BaseModel
    from moto.moto_api._internal.recorder.models import Recorder
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    # moto keeps each object that it ever made, for a dashboard
    BaseModel.__new__ = lambda cls, *_, **__: object.__new__(cls)
    Recorder._record_request = lambda *_: None
    _remember_hosts(DomainDispatcherApplication)
    _leave_out_machines()


def wrap(app: WsgiApp) -> WsgiApp:
    """The application, but what works only by half answers NotImplemented."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        signed = environ.get("HTTP_AUTHORIZATION", "")
        for service in ABSENT:
            if f"/{service}/aws4_request" in signed:
                return _not_implemented(service, start_response)
        return app(environ, start_response)  # type: ignore[no-any-return]

    return serve


def _not_implemented(service: str, start_response: Any) -> list[bytes]:
    message = f"{service} is not emulated by localaws"
    error = f"<Errors><Error><Code>NotImplemented</Code><Message>{message}</Message></Error></Errors>"
    body = f"<Response>{error}<RequestID>0</RequestID></Response>".encode()
    start_response("501 Not Implemented", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    return [body]


def _leave_out_machines() -> None:
    from moto.utilities import utils

    plain = utils.load_resource

    def load_resource(resource: str) -> Any:
        return {} if resource.startswith(_MACHINES) else plain(resource)

    utils.load_resource = load_resource


def _remember_hosts(dispatcher: Any) -> None:
    """Which service answers for a host is found once a host, not twice a request among 500 patterns and folders."""
    plain = dispatcher.get_backend_for_host

    @lru_cache(maxsize=4096)
    def found(dispatcher: Any, host: str | None) -> Any:
        return plain(dispatcher, host)

    dispatcher.get_backend_for_host = found
