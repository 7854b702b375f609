"""Errors as each service words them, in the protocol that the client speaks.

(IAM User Guide, "Troubleshoot access denied error messages"; each service's API reference, "Common errors")
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from localaws.iam.calls import routes

Start = Callable[..., Any]
Environ = dict[str, Any]

#: Services that call the error by another name. (SNS, "Common errors": AuthorizationError)
_DENIED = {"sns": "AuthorizationError", "ec2": "UnauthorizedOperation"}
#: JSON services that keep the error codes of their former query protocol.
_QUERY_COMPATIBLE = {"sqs": "AccessDenied", "cloudwatch": "AccessDenied"}
#: SNS and SQS spell actions their own way in messages.
_SPELLED = {"sns": lambda action: "SNS:" + action.partition(":")[2], "sqs": str.lower}


def not_authorized(who: str, service: str, action: str, resource: str, reason: str) -> str:
    """AWS's sentence about a denied request."""
    spell = _SPELLED.get(service)
    named = spell(action) if spell else action
    return f"User: {who} is not authorized to perform: {named} on resource: {resource} {reason.replace(action, named)}"


def access_denied(environ: Environ, start: Start, service: str, message: str) -> Iterable[bytes]:
    """The answer to a denied request."""
    if environ["REQUEST_METHOD"] == "HEAD":
        return _send(start, "403 Forbidden", b"", "application/xml", {})
    code = _DENIED.get(service, "AccessDenied")
    return _error(environ, start, service, "AccessDeniedException" if _is_json(environ, service) else code, message)


def invalid_token(environ: Environ, start: Start, service: str) -> Iterable[bytes]:
    """The answer to a key that means nobody (any more)."""
    if service == "s3":
        message = "The AWS Access Key Id you provided does not exist in our records."
        return _error(environ, start, service, "InvalidAccessKeyId", message)
    code = "UnrecognizedClientException" if _is_json(environ, service) else "InvalidClientTokenId"
    return _error(environ, start, service, code, "The security token included in the request is invalid.")


def not_implemented(environ: Environ, start: Start, service: str, message: str) -> Iterable[bytes]:
    """The answer to what localaws does not emulate."""
    return _error(environ, start, service, "NotImplemented", message, status="501 Not Implemented")


def error(environ: Environ, start: Start, service: str, code: str, message: str, status: str) -> Iterable[bytes]:
    """The answer to what goes wrong in another way, with the status line that it has everywhere."""
    if environ["REQUEST_METHOD"] == "HEAD":
        return _send(start, status, b"", "application/xml", {})
    return _error(environ, start, service, code, message, status)


def _is_json(environ: Environ, service: str) -> bool:
    """Every protocol but the two of XML."""
    if "HTTP_X_AMZ_TARGET" in environ or "HTTP_SMITHY_PROTOCOL" in environ:
        return True
    model = routes.model(service)
    return model is not None and model.metadata.get("protocol") == "rest-json"


def _error(environ: Environ, start: Start, service: str, code: str, message: str, status: str = "") -> Iterable[bytes]:
    request_id = str(uuid.uuid4())
    if service == "s3":
        inside = f"<Code>{code}</Code><Message>{escape(message)}</Message><RequestId>{request_id}</RequestId>"
        headers = {"x-amz-request-id": request_id}
        return _send(start, status or "403 Forbidden", _xml(f"<Error>{inside}</Error>"), "application/xml", headers)
    if "HTTP_SMITHY_PROTOCOL" in environ:
        return _cbor(start, status, service, code, message)
    if _is_json(environ, service):
        return _json(environ, start, status, service, code, message)
    who = "Receiver" if status.startswith("5") else "Sender"
    error = f"<Error><Type>{who}</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
    if service == "ec2":
        error = f"<Errors><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></Errors>"
        body = f"<Response>{error}<RequestID>{request_id}</RequestID></Response>"
    return _send(start, status or "403 Forbidden", _xml(body), "text/xml", {"x-amzn-RequestId": request_id})


def _xml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def _json(environ: Environ, start: Start, status: str, service: str, code: str, message: str) -> Iterable[bytes]:
    """Target services answer 400, REST services 403."""
    rest = "HTTP_X_AMZ_TARGET" not in environ
    headers = {"x-amzn-ErrorType": code, "x-amzn-RequestId": str(uuid.uuid4())}
    compatible = _QUERY_COMPATIBLE.get(service)
    if compatible and code == "AccessDeniedException":
        headers["x-amzn-query-error"] = f"{compatible};Sender"
    body = json.dumps({"__type": code, "message": message, "Message": message}).encode()
    usual = "403 Forbidden" if rest or compatible else "400 Bad Request"
    kind = "application/json" if rest else environ.get("CONTENT_TYPE") or "application/x-amz-json-1.1"
    return _send(start, status or usual, body, kind, headers)


def _cbor(start: Start, status: str, service: str, code: str, message: str) -> Iterable[bytes]:
    body = b"\xa2" + _text("__type") + _text(code) + _text("message") + _text(message)
    headers = {"smithy-protocol": "rpc-v2-cbor", "x-amzn-RequestId": str(uuid.uuid4())}
    if (compatible := _QUERY_COMPATIBLE.get(service)) and code == "AccessDeniedException":
        headers["x-amzn-query-error"] = f"{compatible};Sender"
    return _send(start, status or "403 Forbidden", body, "application/cbor", headers)


def _text(text: str) -> bytes:
    """A text string of CBOR (RFC 8949, major type 3) with a length of two bytes."""
    raw = text.encode()[:65535]
    return b"\x79" + len(raw).to_bytes(2, "big") + raw


def _send(start: Start, status: str, body: bytes, kind: str, headers: dict[str, str]) -> Iterable[bytes]:
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body))), *headers.items()])
    return [body] if body else []
