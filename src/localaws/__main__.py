"""`python -m localaws`: the server in the foreground."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
from pathlib import Path

from localaws import app
from localaws.settings import Settings


def main() -> int:
    """Serve until told to stop; answers the exit code."""
    options = _options()
    port = options.port or _free_port(options.host)
    settings = Settings(port=port, state=options.state, host=options.host, time_scale=options.time_scale)
    settings.state.mkdir(parents=True, exist_ok=True)
    wsgi = app.build(settings)
    from localaws import server as http

    server = http.create(wsgi, settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.start(settings)
    ready = {"endpoint": settings.endpoint, "region": settings.region, "pid": os.getpid()}
    sys.stdout.write((json.dumps(ready) if options.json else f"localaws is ready at {settings.endpoint}") + "\n")
    sys.stdout.flush()
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        app.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m localaws", description="AWS on a laptop.")
    parser.add_argument("--port", type=int, default=4567, help="0 picks a free one (default: 4567)")
    parser.add_argument("--state", type=Path, default=Path(".localaws"), help="directory that keeps everything")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--time-scale", type=float, default=1.0, help="0.01 makes a schedule's minute 0.6 seconds")
    parser.add_argument("--json", action="store_true", help="say that it is ready as one line of JSON")
    return parser.parse_args()


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
