"""The outside of a request: who signed it for which service, and its body."""

from __future__ import annotations

import gzip
import io
import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

#: Signature Version 4, in the header or in the query (there percent-encoded); 4A has no region in its scope.
_V4 = re.compile(r"Credential=([^/,&\s]+)/\d{8}/(?:([^/,&\s]+)/)?([^/,&\s]+)/aws4_request")
#: Signature Version 2, of which only S3 is left.
_V2 = re.compile(r"AWS ([^:\s]+):")

Environ = dict[str, Any]


@dataclass(frozen=True)
class Signature:
    """The access key that signed a request, and the scope that it signed for."""

    key: str
    region: str
    service: str
    presigned: bool = False


def signature(environ: Environ) -> Signature | None:
    """Who signed the request, None for an unsigned one. The signature itself is not verified."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    if found := _V4.search(header):
        return Signature(found[1], found[2] or "", found[3])
    if found := _V2.match(header):
        return Signature(found[1], "", "s3")
    query = environ.get("QUERY_STRING", "")
    if "X-Amz-Credential=" in query and (found := _V4.search(unquote(query))):
        return Signature(found[1], found[2] or "", found[3], presigned=True)
    if "AWSAccessKeyId=" in query:
        return Signature(parse_qs(query)["AWSAccessKeyId"][0], "", "s3", presigned=True)
    return None


def token(environ: Environ) -> str:
    """The session token that came with the request; nothing where none did."""
    header: str = environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")
    query: str = environ.get("QUERY_STRING", "")
    if not header and "X-Amz-Security-Token=" in query:
        return parse_qs(query)["X-Amz-Security-Token"][0]
    return header


def body(environ: Environ) -> bytes:
    """The body, uncompressed; whoever comes after reads it again from the start."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    raw: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(raw)
    return gzip.decompress(raw) if environ.get("HTTP_CONTENT_ENCODING", "") == "gzip" else raw


def path(environ: Environ) -> str:
    """The decoded path (WSGI hands over UTF-8 as if it were Latin-1)."""
    text: str = environ.get("PATH_INFO", "")
    return text.encode("latin-1").decode("utf-8", "replace")


def secure(environ: Environ) -> bool:
    """The transport counts as secure: TLS, or a connection that never leaves this machine."""
    if environ.get("wsgi.url_scheme") == "https":
        return True
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def xml(raw: bytes) -> Any:
    """The root of an XML document, None where the body is none."""
    from xml.etree import ElementTree as tree  # noqa: N813 - the writer is on this machine

    try:
        return tree.fromstring(raw)  # noqa: S314 - the writer is on this machine
    except tree.ParseError:
        return None
