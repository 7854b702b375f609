"""`python -m localaws`: the server in the foreground."""

from __future__ import annotations

import argparse
import contextlib
import errno
import faulthandler
import json
import os
import signal
import socket
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from localaws import app, faults, state_dir
from localaws.settings import Settings
from localaws.state_dir import StateError
from localaws.wsgi import WsgiApp

_BAD_CONFIGURATION, _LACKING = 3, 4
_LAST_PORT = 65535
_LEAST_MEMORY = 64  # MB: less holds no query
_LAST_REQUESTS = 1.0  # seconds that requests have to end when the server does
_ORDERLY = 15.0  # seconds that the planes have to stop


def main() -> int:
    """Serve until told to stop; answers the exit code."""
    options = _options()
    try:
        if options.faults:
            faults.load(options.faults)  # read again later: what is wrong in it is said first
        state_dir.check(options.state)
        with state_dir.hold(options.state):
            return _serve(options)
    except (StateError, faults.RuleError) as error:
        sys.stderr.write(f"localaws: {error}\n")
        return _BAD_CONFIGURATION
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.stderr.write(f"localaws: {options.state}: {error.strerror}: make room, or name another --state\n")
        return _LACKING


def _serve(options: argparse.Namespace) -> int:
    held = _hold_port(options.host, options.port, options.state)
    port = int(held.getsockname()[1])
    settings = Settings(
        port=port,
        state=options.state.resolve(),
        host=options.host,
        time_scale=options.time_scale,
        moto_api=options.moto_api,
        faults=options.faults,
        athena_memory=options.athena_memory,
    )
    wsgi = app.build(settings)
    server = _create(wsgi, settings, held)
    ended = _end_on_signals(settings)
    faulthandler.register(signal.SIGUSR1)  # tells in the log where every thread is
    app.start(settings)
    state_dir.keep_port(settings.state, port)
    ready = {"endpoint": settings.endpoint, "region": settings.region, "pid": os.getpid()}
    sys.stdout.write((json.dumps(ready) if options.json else f"localaws is ready at {settings.endpoint}") + "\n")
    sys.stdout.flush()
    server.run()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # who is impatient must not cost the state
    if not ended.is_set():
        app.stop_planes()
    server.close()
    app.save(settings)
    return 0


def _create(wsgi: WsgiApp, settings: Settings, held: socket.socket) -> Any:
    from localaws import server as http

    try:
        server = http.create(wsgi, held)
    except OSError as error:
        raise StateError(_cannot_listen(settings.host, settings.port, error)) from error
    server.task_dispatcher.shutdown = partial(server.task_dispatcher.shutdown, timeout=_LAST_REQUESTS)
    return server


def _end_on_signals(settings: Settings) -> threading.Event:
    """On SIGTERM or SIGINT the planes stop while requests, theirs too, are still answered; then the server ends."""
    begun, ended = threading.Event(), threading.Event()
    main_thread = threading.get_ident()

    def end() -> None:
        worker = threading.Thread(target=app.stop_planes, daemon=True)
        worker.start()
        worker.join(_ORDERLY)
        ended.set()
        signal.pthread_kill(main_thread, signal.SIGTERM)

    def on_signal(number: int, frame: object) -> None:
        if ended.is_set():
            raise SystemExit
        if not begun.is_set():
            begun.set()
            threading.Thread(target=end, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return ended


def _hold_port(host: str, wanted: int, state: Path) -> socket.socket:
    """Has the port to listen on: as wanted, else the one that clients of this state know, else a free one.

    Nobody else is given a port that is held in this way; the server listens at this very socket.

    Raises:
        StateError: somebody else listens there, or the host is not this machine.
    """
    if not wanted:
        with contextlib.suppress(OSError, OverflowError):
            return _bind(host, state_dir.last_port(state) or 0)
    try:
        return _bind(host, wanted)
    except OSError as error:
        raise StateError(_cannot_listen(host, wanted, error)) from error


def _bind(host: str, port: int) -> socket.socket:
    held = socket.socket()
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
    except BaseException:
        held.close()
        raise
    return held


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    remedy = "name an address of this machine with --host (127.0.0.1: for itself alone, 0.0.0.0: for all)"
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        remedy = "name another --port (0 picks a free one)"
    return f"cannot listen on {host}:{port}: {error.strerror}: {remedy}"


def _port_number(text: str) -> int:
    if not (text.isdecimal() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"expected a number from 0 to {_LAST_PORT}, got {text!r}")
    return int(text)


def _megabytes(text: str) -> int:
    if not (text.isdecimal() and int(text) >= _LEAST_MEMORY):
        raise argparse.ArgumentTypeError(f"expected a number of MB, {_LEAST_MEMORY} or more, got {text!r}")
    return int(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m localaws", description="AWS on a laptop.")
    parser.add_argument("--port", type=_port_number, default=4567, help="0 picks a free one (default: 4567)")
    parser.add_argument("--state", type=Path, default=Path(".localaws"), help="directory that keeps everything")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--time-scale", type=float, default=1.0, help="0.01 makes a schedule's minute 0.6 seconds")
    parser.add_argument(
        "--athena-memory", type=_megabytes, default=2048, help="MB that DuckDB may take for a query (default: 2048)"
    )
    parser.add_argument(
        "--faults", type=Path, help="file of rules of what goes wrong on purpose (docs/localaws/faults.md)"
    )
    parser.add_argument("--moto-api", action="store_true", help="POST /moto-api/reset deletes everything, for tests")
    parser.add_argument("--json", action="store_true", help="say that it is ready as one line of JSON")
    return parser.parse_args()


def _exit(code: int) -> None:
    """The process ends, whatever thread of an interpreted workflow still runs: the state is saved."""
    sys.stdout.flush()
    sys.stderr.flush()
    alone = all(thread.daemon or thread is threading.main_thread() for thread in threading.enumerate())
    sys.exit(code) if alone else os._exit(code)


if __name__ == "__main__":
    _exit(main())
