"""Which operation a REST request calls, by the service's own model (botocore's)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

_PLACE = re.compile(r"\{([^}]+)\}")
#: Services whose model has another name than their signature.
_MODELS = {"monitoring": "cloudwatch", "states": "stepfunctions", "tagging": "resourcegroupstaggingapi"}


@dataclass(frozen=True)
class Route:
    """One operation's way in: method, path, and what else must be there to tell it from its neighbours."""

    operation: str
    method: str
    path: re.Pattern[str]
    places: tuple[str, ...]
    literals: frozenset[tuple[str, str | None]]  #: of the query; None accepts any value
    headers: frozenset[str]  #: as WSGI spells them
    query_members: dict[str, str]  #: parameter by its name in the query
    body: str  #: "json", or "" where the body is not parameters

    def fits(self, query: dict[str, str], headers: dict[str, Any]) -> bool:
        """Everything that tells the operation apart is there."""
        for name, value in self.literals:
            if name not in query or value not in (None, query[name]):
                return False
        return not self.headers or self.headers <= headers.keys()

    @property
    def weight(self) -> tuple[int, int]:
        """The most particular route wins."""
        return len(self.literals) + len(self.headers), -len(self.places)


@cache
def model(signing_name: str) -> Any:
    """The service's model, None where botocore has none of that name."""
    import botocore.exceptions
    import botocore.session

    try:
        return botocore.session.get_session().get_service_model(_MODELS.get(signing_name, signing_name))
    except botocore.exceptions.UnknownServiceError:
        return None


Found = tuple[Route, dict[str, str]]


def find(service: str, method: str, path: str, query: dict[str, str], headers: dict[str, Any]) -> Found | None:
    """The operation that the request calls, with the parameters of its path."""
    for route in _routes(service).get(method, ()):
        if route.fits(query, headers) and (found := route.path.fullmatch(path)):
            return route, dict(zip(route.places, found.groups(), strict=True))
    return None


def at_depth(service: str, method: str, depth: int, query: dict[str, str], headers: dict[str, Any]) -> str | None:
    """The operation of a service whose paths differ in the number of their parameters only, as S3's do."""
    for route in _routes(service).get(method, ()):
        if len(route.places) == depth and route.fits(query, headers):
            return route.operation
    return None


@cache
def _routes(service: str) -> dict[str, list[Route]]:
    """The operations by method, the most particular first."""
    out: dict[str, list[Route]] = {}
    found = model(service)
    if found is None or not found.metadata.get("protocol", "").startswith("rest"):
        return out
    for name in found.operation_names:
        route = _route(found.operation_model(name))
        out.setdefault(route.method, []).append(route)
    return {method: sorted(routes, key=lambda route: route.weight, reverse=True) for method, routes in out.items()}


def _route(operation: Any) -> Route:
    uri, _, query = operation.http["requestUri"].partition("?")
    shape = operation.input_shape
    in_query, needed_in_query = _located(shape, "querystring")
    _, needed_headers = _located(shape, "header")
    literals: set[tuple[str, str | None]] = {(k, v or None) for k, v in parse_qsl(query, keep_blank_values=True)}
    return Route(
        operation.name,
        operation.http["method"],
        re.compile(_expression(uri), re.DOTALL),
        tuple(place.rstrip("+") for place in _PLACE.findall(uri)),
        frozenset(literals | {(name, None) for name in needed_in_query}),
        frozenset(f"HTTP_{name.upper().replace('-', '_')}" for name in needed_headers),
        in_query,
        "" if shape and shape.serialization.get("payload") else "json",
    )


def _located(shape: Any, where: str) -> tuple[dict[str, str], set[str]]:
    """The members that travel there, by their names on the way, and those of them that are required."""
    members = shape.members if shape else {}
    there = {m.serialization.get("name", n): n for n, m in members.items() if m.serialization.get("location") == where}
    return there, {name for name, member in there.items() if member in shape.required_members}


def _expression(uri: str) -> str:
    out, at = "", 0
    for found in _PLACE.finditer(uri):
        out += re.escape(uri[at : found.start()]) + ("(.+)" if found[1].endswith("+") else "([^/]+)")
        at = found.end()
    return out + re.escape(uri[at:]) + "/?"
