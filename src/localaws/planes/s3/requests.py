"""What a request wants of S3, read from the WSGI environment; and the errors that are answered without moto."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

StartResponse = Any
_SIGNATURE = {"AWSAccessKeyId", "Signature", "Expires"}


@dataclass(frozen=True)
class Target:
    """The object that a request names, and the query behind it."""

    bucket: str
    key: str
    query: dict[str, str]


class Refused(Exception):
    """An S3 error as the answer to the request."""

    def __init__(self, status: str, code: str, message: str, **fields: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def answer(self, start_response: StartResponse) -> list[bytes]:
        """The error as S3 sends it ("Error responses" in the S3 API reference)."""
        fields = {"Code": self.code, "Message": self.message, **self.fields, "RequestId": request_id()}
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode()
        headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
        start_response(self.status, headers)
        return [body]


def target(environ: dict[str, Any]) -> Target | None:
    """The object that a signed, path-style request to S3 names; None for every other request."""
    path = environ["PATH_INFO"]
    if path.count("/") < 2 or not is_for_s3(environ) or not _is_path_style(environ.get("HTTP_HOST", "")):
        return None
    bucket, _, key = path.encode("latin-1").decode("utf-8", "replace")[1:].partition("/")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    return Target(bucket, key, query) if bucket and key else None


def asks_only_for(query: Iterable[str], names: Collection[str]) -> bool:
    """Whether nothing is in the query but these names and a signature."""
    return all(name in names or name.startswith("X-Amz-") or name in _SIGNATURE for name in query)


def request_id() -> str:
    """A request id as S3 makes them."""
    return uuid.uuid4().hex[:16].upper()


def is_for_s3(environ: dict[str, Any]) -> bool:
    """Whether it is signed for S3."""
    if signed := environ.get("HTTP_AUTHORIZATION", ""):
        return "/s3/aws4_request" in signed
    query = environ.get("QUERY_STRING", "")
    return "%2Fs3%2Faws4_request" in query or ("AWSAccessKeyId=" in query and "Signature=" in query)


def _is_path_style(host: str) -> bool:
    name = host.partition(":")[0]
    return name == "localhost" or name.replace(".", "").isdigit()
