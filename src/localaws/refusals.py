"""What would only seem to work is refused by name.

That is parameters that moto keeps and nobody reads, and addresses of REST operations that moto does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from localaws.wsgi import WsgiApp

_FUNCTIONS = ("lambda", "moto.awslambda.models", "LambdaBackend")
_RULES = ("events", "moto.events.models", "EventsBackend")
_SCHEDULES = ("scheduler", "moto.scheduler.models", "EventBridgeSchedulerBackend")
_GLUE = ("glue", "moto.glue.models", "GlueBackend")
_FAILURE = "DestinationConfig.OnFailure.Destination"
_FUNCTION = ("DeadLetterConfig.TargetArn", "FileSystemConfigs")
#: The service and moto's backend of it → operation → the parameters that change what happens, and that nothing here
#: carries out.
PARAMETERS: dict[tuple[str, str, str], dict[str, tuple[str, ...]]] = {
    _FUNCTIONS: {
        "CreateFunction": _FUNCTION,
        "UpdateFunctionConfiguration": _FUNCTION,
        "CreateEventSourceMapping": (_FAILURE, "FilterCriteria.Filters"),
        "UpdateEventSourceMapping": (_FAILURE, "FilterCriteria.Filters"),
    },
    _RULES: {"PutTargets": ("DeadLetterConfig.Arn",)},
    _SCHEDULES: {"CreateSchedule": ("DeadLetterConfig.Arn",), "UpdateSchedule": ("DeadLetterConfig.Arn",)},
}
#: Operations of moto that keep what nothing here carries out.
OPERATIONS: dict[tuple[str, str, str], tuple[str, ...]] = {
    _FUNCTIONS: ("CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"),
    _GLUE: ("StartTrigger", "StartWorkflowRun"),
}
_MISSING = re.compile(rb"<title>40[45] (Not Found|Method Not Allowed)</title>")


class NotEmulatedError(NotImplementedError):
    """The message names what is not emulated."""


def apply() -> None:
    """Whoever asks a backend for what nothing carries out is told so, by whatever way."""
    from importlib import import_module

    from botocore import xform_name

    for (service, module, owner), operations in PARAMETERS.items():
        backend = getattr(import_module(module), owner)
        for name, paths in operations.items():
            method = xform_name(name)
            setattr(backend, method, _looking(getattr(backend, method), f"{service} {name}", paths))
    for (service, module, owner), names in OPERATIONS.items():
        for name in names:
            setattr(getattr(import_module(module), owner), xform_name(name), _refusing(f"{service} {name}"))


def wrap(app: WsgiApp, signed_for: Callable[[dict[str, Any]], str]) -> WsgiApp:
    """The application, but an address of an AWS service that it does not know is an operation that is not emulated.

    Raises:
        NotEmulatedError: it is one; the message names it.
    """

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        held: list[tuple[Any, ...]] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status[:3] in ("404", "405") and "text/html" in dict(headers).get("Content-Type", ""):
                held.append((status, headers, *more))
                return None
            return start_response(status, headers, *more)

        answer: Iterable[bytes] = app(environ, start)
        if not held:
            return answer
        body = b"".join(answer)
        service = signed_for(environ)
        if service and _MISSING.search(body):
            raise NotEmulatedError(f"{_operation(service, environ)} is not emulated by localaws")
        start_response(*held[-1])
        return [body]

    return serve


def _looking(plain: Callable[..., Any], name: str, paths: tuple[str, ...]) -> Callable[..., Any]:
    def checked(self: Any, *arguments: Any, **options: Any) -> Any:
        for given in _structures([*arguments, *options.values()]):
            for path in paths:
                if _at(given, path):
                    raise NotEmulatedError(f"{name}: {path} is not emulated by localaws")
        return plain(self, *arguments, **options)

    return checked


def _refusing(name: str) -> Callable[..., Any]:
    def refused(*_: Any, **__: Any) -> Any:
        raise NotEmulatedError(f"{name} is not emulated by localaws")

    return refused


def _structures(arguments: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    """The structures among the arguments, and those in lists of them."""
    for argument in arguments:
        if isinstance(argument, Mapping):
            yield argument
        elif isinstance(argument, list):
            yield from (item for item in argument if isinstance(item, Mapping))


def _at(given: Any, path: str) -> Any:
    for name in path.split("."):
        given = given.get(name) if isinstance(given, Mapping) else None
    return given


def _operation(service: str, environ: Mapping[str, Any]) -> str:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    for wanted, pattern, name in _operations(service):
        if wanted == method and pattern.fullmatch(path):
            return f"{service} {name}"
    return f"{service} {method} {path}"


@lru_cache(maxsize=8)
def _operations(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, address and name of the service's operations, the longest addresses first."""
    import botocore.session
    from botocore.exceptions import UnknownServiceError

    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return []
    found = [(model.operation_model(name).http, name) for name in model.operation_names]
    known = [(http["method"], http["requestUri"].partition("?")[0], name) for http, name in found]
    return [(method, _pattern(uri), name) for method, uri, name in sorted(known, key=lambda one: -len(one[1]))]


def _pattern(uri: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\})", uri.rstrip("/"))
    return re.compile("".join(_part(part) for part in parts) + "/?")


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if part.endswith("+}") else "[^/]+"
