"""A proxy before S3 that counts what passes: which objects, and how many bytes each way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

_BLOCK = 1 << 16
_OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "expect", "proxy-connection", "te", "upgrade"}


@dataclass
class Passed:
    """What has passed so far. An object that is looked at, and not read, is not touched."""

    read: int = 0
    written: int = 0
    requests: int = 0
    touched: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def add(self, key: str, *, read: int = 0, written: int = 0) -> None:
        """A request has ended."""
        with self._lock:
            self.requests += 1
            self.read += read
            self.written += written
            if read or written:
                self.touched.add(key)


@contextmanager
def meter(endpoint: str) -> Iterator[tuple[str, Passed]]:
    """The address of the proxy before the endpoint, and what passes it meanwhile."""
    passed = Passed()
    place = urlsplit(endpoint)

    class Handler(_Handler):
        upstream, counts = (place.hostname or "", place.port or 80), passed

    server = _Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, name="meter", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", passed
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self) -> tuple[socket.socket, Any]:
        """Little is buffered on its way out: of what a reader hangs up on, little was counted."""
        connection, address = super().get_request()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BLOCK)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address


class _Handler(BaseHTTPRequestHandler):
    """Requests as they come, answers as they are; the signature stays good, since `Host` does."""

    protocol_version = "HTTP/1.1"
    upstream: tuple[str, int]
    counts: Passed

    def setup(self) -> None:
        super().setup()
        self._behind = HTTPConnection(*self.upstream)

    def finish(self) -> None:
        self._behind.close()
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""

    def _pass_on(self) -> None:
        body = self._given()
        self._behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _OF_ONE_HOP:
                self._behind.putheader(name, value)
        if body and "Content-Length" not in self.headers:
            self._behind.putheader("Content-Length", str(len(body)))
        self._behind.endheaders(body or None)
        answer = self._behind.getresponse()
        key = urlsplit(self.path).path
        if self.command == "PUT":
            self.counts.add(key, written=len(body))
            self._answer(answer)
        else:
            read = self._answer(answer)
            self.counts.add(key, read=read if self.command == "GET" and not key.endswith("/") else 0)

    def _given(self) -> bytes:
        """The request's body, whether its length is told ahead or chunk by chunk."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = bytearray()
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return bytes(body)

    def _answer(self, answer: HTTPResponse) -> int:
        """The answer is passed on; how many bytes of its body were taken."""
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_ONE_HOP:
                self.send_header(name, value)
        if answer.getheader("Content-Length") is None and self.command != "HEAD" and answer.status not in (204, 304):
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        return self._body(answer)

    def _body(self, answer: HTTPResponse) -> int:
        taken = 0
        try:
            while block := answer.read(_BLOCK):
                self.wfile.write(block)
                taken += len(block)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        return taken

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - their names there
