"""The processes that wait for the next event of their function."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

from localaws.planes.lambdas.worker import Worker

_PATIENCE = 120.0  # seconds that a process waits for another event
_KEPT = 4  # processes that wait for the events of one function

_lock = threading.Lock()
_idle: dict[object, list[Worker]] = {}
_busy: set[Worker] = set()
_closed = threading.Event()


def take(function: Any) -> Worker:
    """A process of the function that nobody else uses; a new one where none waits."""
    if _closed.is_set():
        raise RuntimeError("localaws is stopping")
    with _lock:
        waiting = _idle.get(_identity(function), [])
        worker = waiting.pop() if waiting else None
    if worker is None or not worker.alive():
        worker = Worker(function, _stream(function))
    with _lock:
        _busy.add(worker)
    return worker


def give_back(function: Any, worker: Worker) -> None:
    """The process waits for the next event, or is gone."""
    worker.idle_since = time.monotonic()
    with _lock:
        _busy.discard(worker)
        waiting = _idle.setdefault(_identity(function), [])
        keep = worker.alive() and len(waiting) < _KEPT and not _closed.is_set()
        if keep:
            waiting.append(worker)
    if not keep:
        worker.end()
    _end_old()


def open_again() -> None:
    """Functions may run."""
    _closed.clear()


def close() -> None:
    """No process is left, and none will start."""
    _closed.set()
    end_all()


def end_all() -> None:
    """No process is left."""
    with _lock:
        workers = [*_busy, *(worker for waiting in _idle.values() for worker in waiting)]
        _idle.clear()
        _busy.clear()
    for worker in workers:
        worker.end()


def _end_old() -> None:
    oldest = time.monotonic() - _PATIENCE
    with _lock:
        old = [worker for waiting in _idle.values() for worker in waiting if worker.idle_since < oldest]
        for identity, waiting in list(_idle.items()):
            _idle[identity] = [worker for worker in waiting if worker not in old]
            if not _idle[identity]:
                del _idle[identity]
    for worker in old:
        worker.end()


def _identity(function: Any) -> object:
    """What a process was started with: another code, role or environment needs another process."""
    environment = tuple(sorted((function.environment_vars or {}).items()))
    layers = tuple(layer["Arn"] for layer in function.layers)
    settings = (function.handler, function.role, function.memory_size, environment, layers)
    return function.function_arn, str(function.version), function.code_sha_256, settings


def _stream(function: Any) -> str:
    """The name of a log stream, as AWS makes them: date, version, and an id of the process."""
    return f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{function.version}]{uuid.uuid4().hex}"
