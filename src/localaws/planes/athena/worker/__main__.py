"""Takes tasks from the server, one at a time, and tells what becomes of each; ends when the server does."""

from __future__ import annotations

import json
import os
import queue
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from localaws import settings
from localaws.planes.athena import engine
from localaws.planes.athena.task import Task, of_json
from localaws.planes.athena.worker import limits
from localaws.planes.athena.worker.interruption import Interruption
from localaws.settings import Settings


def main(number: str, told: str) -> None:
    """Serve the server at the other end of the socket."""
    server = socket.socket(fileno=int(number))
    here = json.loads(told)
    settings.use(Settings(**{**here, "state": Path(here["state"])}))
    limits.impose(settings.current().athena_memory)
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    interruption = Interruption()
    threading.Thread(target=_listen, args=(server, tasks, interruption), daemon=True).start()
    threading.Thread(target=engine.warm, daemon=True).start()
    from localaws.planes.athena.worker.carry_out import carry_out  # takes as long as DuckDB does meanwhile

    while True:
        task = tasks.get()
        for fields in carry_out(task, interruption):
            server.sendall(json.dumps(fields).encode() + b"\n")


def _listen(server: socket.socket, tasks: queue.SimpleQueue[Task], interruption: Interruption) -> None:
    """What the server says is heard while a query runs, its silence too."""
    with server.makefile("rb") as lines:
        for line in lines:
            said: dict[str, Any] = json.loads(line)
            if "stop" in said:
                interruption.stop(said["stop"])
            else:
                tasks.put(of_json(said))
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
