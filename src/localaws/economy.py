"""What moto does on every request and localaws has no use for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from localaws import refusals
from localaws.wsgi import WsgiApp

#: moto's parts import each other, and with EC2 come all its machines: 130 MB, and a third of the start
_MACHINES = "ec2/resources/instance_type"
ABSENT = ("ec2", "pipes")
#: Of the services that speak REST, those whose errors are XML
_REST_XML = ("s3", "route53", "cloudfront")
#: Tells as an error each path that a workflow looks for and does not find; what fails a run is in its history
_CHATTER = "moto.stepfunctions.parser.asl.component.eval_component"


def apply() -> None:
    """A request costs about half of what it did, what is deleted leaves the memory, and the start takes less of both.

    EC2 knows no machines afterwards: `wrap` answers for it.
    """
    from moto.core.common_models import BaseModel
    from moto.core.responses import BaseResponse
    from moto.moto_api._internal.recorder.models import Recorder
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    # moto keeps each object that it ever made, for a dashboard
    BaseModel.__new__ = lambda cls, *_, **__: object.__new__(cls)
    Recorder._record_request = lambda *_: None
    logging.getLogger(_CHATTER).setLevel(logging.CRITICAL)
    _remember_hosts(DomainDispatcherApplication)
    _name_what_lacks(BaseResponse)
    _leave_out_machines()
    refusals.apply()


def wrap(app: WsgiApp) -> WsgiApp:
    """The application, but what it lacks, or has only by half, answers NotImplemented by name."""
    app = refusals.wrap(app, _signed_for)

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        service = _signed_for(environ)
        if service in ABSENT:
            return _not_implemented(environ, start_response, f"{service} is not emulated by localaws")
        try:
            return app(environ, start_response)  # type: ignore[no-any-return]
        except NotImplementedError as error:
            return _not_implemented(environ, start_response, str(error) or f"{service} does not emulate this")

    return serve


def _signed_for(environ: dict[str, Any]) -> str:
    """The service in the scope of the signature."""
    scope = str(environ.get("HTTP_AUTHORIZATION", "")).partition("/aws4_request")
    return scope[0].rpartition("/")[2] if scope[1] else ""


def _not_implemented(environ: dict[str, Any], start_response: Any, message: str) -> list[bytes]:
    kind, body = _error(environ, message)
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-ErrorType", "NotImplemented")]
    start_response("501 Not Implemented", headers)
    return [body]


def _error(environ: dict[str, Any], message: str) -> tuple[str, bytes]:
    """The content type and the error, as the protocol that the client speaks has them."""
    service = _signed_for(environ)
    form = str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
    if not (form or "Action=" in environ.get("QUERY_STRING", "") or service in _REST_XML):
        return "application/json", json.dumps({"__type": "NotImplemented", "message": message}).encode()
    error = f"<Error><Code>NotImplemented</Code><Message>{escape(message)}</Message></Error>"
    if service == "ec2":
        error = f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"
    elif service != "s3":
        error = f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"
    return "text/xml", error.encode()


def _name_what_lacks(responses: Any) -> None:
    """What moto has not says so by the names that the client knows."""
    plain = responses.call_action

    def call_action(self: Any) -> Any:
        try:
            return plain(self)
        except refusals.NotEmulatedError:
            raise
        except NotImplementedError as error:
            name = f"{self.boto3_service_name} {self._get_action()}"
            raise NotImplementedError(f"{name} is not emulated by localaws") from error

    responses.call_action = call_action


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

    def known(dispatcher: Any, host: str | None) -> Any:
        backend = found(dispatcher, host)
        if host and not backend:
            raise NotImplementedError(f"{host.partition('.')[0]} is not emulated by localaws")
        return backend

    dispatcher.get_backend_for_host = known
