"""The connection that a request came by, beneath WSGI."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import Any

import waitress.channel

_GLANCE = 0.1  # seconds between two looks at whether the client is still there


class Connection:
    """A client's connection; `localaws.server` leaves waitress's channel in each request."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._socket: socket.socket = environ["localaws.channel"].socket

    def wait_until_gone(self, seconds: float) -> None:
        """The client has hung up, or the time is over."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._gone():
            time.sleep(min(_GLANCE, left))

    def drop(self) -> None:
        """The connection is closed without a word.

        Raises:
            waitress.channel.ClientDisconnected: always; waitress then gives the request up.
        """
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        raise waitress.channel.ClientDisconnected

    def _gone(self) -> bool:
        """The other end has closed: there is something to read, and it is nothing."""
        try:
            return bool(select.select([self._socket], [], [], 0)[0]) and not self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except (OSError, ValueError):
            return True
