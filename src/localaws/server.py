"""The HTTP server: waitress, mended where it would change what AWS clients send or get."""

from __future__ import annotations

import socket
from typing import Any

import waitress
import waitress.channel
import waitress.parser
import waitress.server
import waitress.task

from localaws.mend import edit
from localaws.wsgi import WsgiApp

_META = b"x-amz-meta-"
_BLOCK = 1 << 17  # read and sent at once: the socket's own buffer, some MB, would be read again and again
_THREADS = 64  # a synchronous Lambda or a long poll holds one, and calls back into another


def create(app: WsgiApp, bound: socket.socket) -> Any:
    """A server that listens at the socket; `run` serves until the process is told to stop, and then closes it.

    The address is not bound a second time: not every system allows that.

    Raises:
        OSError: somebody else listens there.
    """
    edit(
        waitress.task.Task,
        "build_response_header",
        '"-".join([x.capitalize() for x in headername.split("-")])',
        'headername if headername.lower().startswith("x-amz-meta-") '
        'else "-".join([x.capitalize() for x in headername.split("-")])',
    )
    waitress.server.BaseWSGIServer.channel_class = _Channel
    return waitress.create_server(
        app,
        sockets=[bound],
        threads=_THREADS,
        ident="localaws",
        clear_untrusted_proxy_headers=False,
        recv_bytes=_BLOCK,
        max_request_body_size=1 << 40,
        inbuf_overflow=1 << 19,
        outbuf_overflow=1 << 20,
        outbuf_high_watermark=1 << 20,
        channel_timeout=3600,
        connection_limit=1000,
        backlog=1024,
    )


class _Parser(waitress.parser.HTTPRequestParser):  # type: ignore[misc]
    """Keeps metadata with an underscore in its name."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.preserved: dict[str, str] = {}
        if b"_" in header_plus and _META in header_plus.lower():
            self._preserve(header_plus)

    def _preserve(self, header_plus: bytes) -> None:
        for line in header_plus.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if b"_" in name and name.lower().startswith(_META):
                key = name.decode("latin-1").upper().replace("-", "_")
                self.headers.setdefault(key, value.strip(b" \t").decode("latin-1"))
                self.preserved[f"HTTP_{key}"] = name.decode("latin-1")


class _Task(waitress.task.WSGITask):  # type: ignore[misc]
    """Tells moto how such a name was spelt, and who wants to know by which connection the request came."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ["localaws.channel"] = self.channel
        if self.request.preserved:
            environ["moto.preserved_header_names"] = self.request.preserved
        return environ


class _Channel(waitress.channel.HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
    task_class = _Task

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sendbuf_len: int = min(int(vars(self)["sendbuf_len"]), _BLOCK)

    def send_continue(self) -> None:
        """Who asks is told to go on, also where nothing comes: else botocore misreads the answer after this one."""
        nothing_comes = self.request.body_rcv is None
        super().send_continue()
        self.request.completed = nothing_comes

    def _flush_some(self, do_close: bool = True) -> Any:
        """One thread at a time sends.

        waitress has none of its own requests run when it sends without the lock; but the thread of a request that has
        just ended may be telling the next one to go on, and both would send the same bytes.
        """
        with self.outbuf_lock:
            return super()._flush_some(do_close)
