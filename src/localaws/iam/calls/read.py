"""Requests of every protocol but S3's, read into calls."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote

from localaws.iam.calls import routes, wire
from localaws.iam.calls.call import PREFIXES, Call
from localaws.iam.calls.wire import Environ, Signature

#: What the operation of a request that nothing tells is called; no policy but one of `*` allows it.
UNKNOWN = "UnknownOperation"
_RPC_V2 = re.compile(r"/service/[^/]+/operation/([^/]+)/?")


def read(environ: Environ, signed: Signature, region: str, account: str) -> Call:
    """The call that the request makes: by target header, RPC path, REST path or form."""
    operation, params = _operation(environ, signed.service)
    return Call(PREFIXES.get(signed.service, signed.service), operation, params, region, account, environ)


def _operation(environ: Environ, service: str) -> tuple[str, dict[str, Any]]:
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2], _json(wire.body(environ))
    path = wire.path(environ)
    if "HTTP_SMITHY_PROTOCOL" in environ and (rpc := _RPC_V2.fullmatch(path)):
        return rpc[1], _cbor(wire.body(environ))
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if found := routes.find(service, environ["REQUEST_METHOD"], path, query, environ):
        route, places = found
        named = {route.query_members[name]: value for name, value in query.items() if name in route.query_members}
        inside = _json(wire.body(environ)) if route.body else {}
        return route.operation, inside | named | {name: unquote(value) for name, value in places.items()}
    form = _form(environ)
    return str(form.pop("Action", UNKNOWN)), form


def _json(raw: bytes) -> dict[str, Any]:
    """The parameters; a body that is no JSON object has none, and the service will say so."""
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _cbor(raw: bytes) -> dict[str, Any]:
    from botocore.parsers import RpcV2CBORParser

    if not raw:
        return {}
    stream = io.BufferedReader(io.BytesIO(raw))
    found = RpcV2CBORParser().parse_data_item(stream)
    return found if isinstance(found, dict) else {}


def _form(environ: Environ) -> dict[str, Any]:
    """The query protocol's flat names (`Tags.member.1.Key`) as what they stand for."""
    raw = wire.body(environ).decode("utf-8", "replace") if environ["REQUEST_METHOD"] == "POST" else ""
    pairs = {**parse_qs(environ.get("QUERY_STRING", "")), **parse_qs(raw, keep_blank_values=True)}
    out: dict[str, Any] = {}
    for name, values in pairs.items():
        steps = [step for step in name.split(".") if step not in ("member", "entry")]
        at = out
        for step in steps[:-1]:
            at = at.setdefault(step, {}) if isinstance(at.setdefault(step, {}), dict) else {}
        at[steps[-1]] = values[0]
    return {name: _numbered(value) for name, value in out.items()}


def _numbered(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _numbered(item) for name, item in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
