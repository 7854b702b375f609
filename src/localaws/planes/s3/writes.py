"""PutObject and UploadPart: the bytes go from the request into their file, and moto gets the file."""

from __future__ import annotations

import base64
import contextlib
import io
import threading
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from localaws.planes.s3 import bodies, checksums
from localaws.planes.s3.bodies import Body
from localaws.planes.s3.requests import Refused, StartResponse, asks_only_for, target

BODY = "localaws.s3.body"
_QUERY = {"partNumber", "uploadId", "x-id"}
_LOCKS = [threading.RLock() for _ in range(256)]
_CHANGES = {"PUT", "POST", "DELETE"}


def apply() -> None:
    """moto stores the file that comes with a request where there is one."""
    from moto.s3.responses import S3Response

    plain = S3Response.setup_class

    def setup_class(self: Any, request: Any, *arguments: Any, **options: Any) -> None:
        plain(self, request, *arguments, **options)
        if BODY in request.environ:
            self.body = request.environ[BODY]

    S3Response.setup_class = setup_class


def handle(app: Any, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The application's answer; what a PUT carries is in its file before, and gone again if it was refused."""
    try:
        body = _receive(environ) if environ["REQUEST_METHOD"] == "PUT" else None
    except Refused as refused:
        return refused.answer(start_response)
    statuses: list[str] = []

    def start(status: str, *arguments: Any) -> Any:
        statuses.append(status)
        return start_response(status, *arguments)

    with _only_one(environ):
        answer: Iterable[bytes] = app(environ, start)
    if body and statuses and statuses[0][0] not in "23":
        bodies.discard(body)
    return answer


@contextlib.contextmanager
def _only_one(environ: dict[str, Any]) -> Iterator[None]:
    """One change of a key at a time: a conditional write is a look and a write, of which only one may win."""
    wanted = target(environ) if environ["REQUEST_METHOD"] in _CHANGES else None
    if wanted is None:
        yield
        return
    with lock_of(wanted.bucket, wanted.key):
        yield


def lock_of(bucket: str, key: str) -> threading.RLock:
    """Who changes the object holds it."""
    return _LOCKS[hash((bucket, key)) % len(_LOCKS)]


def _receive(environ: dict[str, Any]) -> Body | None:
    """The bytes of a PUT of an object or a part, in a file; None for every other request."""
    wanted = target(environ)
    if wanted is None or "HTTP_X_AMZ_COPY_SOURCE" in environ:
        return None
    if not asks_only_for(wanted.query, _QUERY):
        return None
    trailer: dict[str, str] = {}
    algorithm, value = _announced(environ)
    known = value is not None and algorithm in checksums.SLOW
    wanted_sums = [algorithm] if algorithm and not known else []
    body = bodies.store(_blocks(environ, trailer), wanted_sums)
    try:
        _verify(environ, body, algorithm, value or trailer.get(f"x-amz-checksum-{algorithm.lower()}"))
    except Refused:
        bodies.burn([body.name] if body.name else [])
        raise
    _hand_over(environ, body, algorithm)
    return body


def _announced(environ: dict[str, Any]) -> tuple[str, str | None]:
    """The checksum algorithm of the request, if any, and the value where it is in a header."""
    for algorithm in checksums.ALGORITHMS:
        if value := environ.get(f"HTTP_X_AMZ_CHECKSUM_{algorithm}"):
            return algorithm, value
    trailer = environ.get("HTTP_X_AMZ_TRAILER", "").lower().removeprefix("x-amz-checksum-").upper()
    name = trailer or environ.get("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", "").upper()
    return (name if name in checksums.ALGORITHMS else ""), None


def _verify(environ: dict[str, Any], body: Body, algorithm: str, value: str | None) -> None:
    md5 = environ.get("HTTP_CONTENT_MD5")
    if md5 and md5 != base64.b64encode(bytes.fromhex(body.md5)).decode():
        raise Refused("400 Bad Request", "BadDigest", "The Content-MD5 you specified did not match what we received.")
    size = environ.get("HTTP_X_AMZ_DECODED_CONTENT_LENGTH")
    if size and int(size) != body.size:
        message = "You did not provide the number of bytes specified by the Content-Length HTTP header"
        raise Refused("400 Bad Request", "IncompleteBody", message)
    if not algorithm or value is None:
        return
    if body.checksums.setdefault(algorithm, value) != value:
        message = f"The {algorithm} you specified did not match the calculated checksum."
        raise Refused("400 Bad Request", "BadDigest", message)


def _hand_over(environ: dict[str, Any], body: Body, algorithm: str) -> None:
    """moto sees a request without content, and with the checksum in the header where it looks for it."""
    environ[BODY] = body
    environ["wsgi.input"] = io.BytesIO()
    environ["CONTENT_LENGTH"] = "0"
    environ["HTTP_X_AMZ_CONTENT_SHA256"] = "UNSIGNED-PAYLOAD"
    if algorithm:
        environ["HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM"] = algorithm
        environ[f"HTTP_X_AMZ_CHECKSUM_{algorithm}"] = body.checksums[algorithm]


def _blocks(environ: dict[str, Any], trailer: dict[str, str]) -> Iterator[bytes]:
    source, length = environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0)
    if environ.get("HTTP_X_AMZ_CONTENT_SHA256", "").startswith("STREAMING-"):
        return _chunks(source, trailer)
    return _exactly(source, length)


def _exactly(source: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0:
        block = source.read(min(bodies.BLOCK, size))
        if not block:
            raise Refused("400 Bad Request", "IncompleteBody", "The request body terminated unexpectedly")
        size -= len(block)
        yield block


def _chunks(source: BinaryIO, trailer: dict[str, str]) -> Iterator[bytes]:
    """The content of an aws-chunked body ("Signature Calculations for the Authorization Header: chunked upload")."""
    while size := _chunk_size(source.readline()):
        yield from _exactly(source, size)
        source.readline()
    while line := source.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        trailer[name.strip().lower()] = value.strip()


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError:
        raise Refused("400 Bad Request", "IncompleteBody", "The request body is not aws-chunked as it says") from None
