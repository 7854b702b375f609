"""The processes that wait for a query: they start when one comes, and end when none has come for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable

from localaws.planes.athena.keys import Keys
from localaws.planes.athena.process import Process

_PATIENCE = 120.0  # seconds that a process waits for another query

_lock = threading.Lock()
_idle: dict[Process, threading.Timer] = {}
_busy: set[Process] = set()
_closed = threading.Event()


def take(keys: Keys) -> Process:
    """A process that nobody else uses, if there is one the one that worked with these keys; else a new one.

    Raises:
        RuntimeError: the server is stopping.
    """
    with _lock:
        waiting = sorted(_idle, key=lambda process: process.served != keys)
        found = waiting[0] if waiting else None
        if found is not None:
            _idle.pop(found).cancel()
            _busy.add(found)
    if found is not None and found.alive():
        return found
    if found is not None:
        end(found)
    return _new()


def give_back(process: Process) -> None:
    """The process waits for the next query, or is gone."""
    with _lock:
        keep = process in _busy and process.alive() and not _closed.is_set()
        if keep:
            _busy.discard(process)
            _idle[process] = _timer(lambda: _end_idle(process))
    if not keep:
        end(process)


def end(process: Process) -> None:
    """The process is gone: nobody knows what it would say next."""
    with _lock:
        _busy.discard(process)
    process.end()


def open_again() -> None:
    """Queries may run."""
    _closed.clear()


def close() -> None:
    """No process is left, and none will start."""
    _closed.set()
    with _lock:
        for timer in _idle.values():
            timer.cancel()
        idle = list(_idle)
        _idle.clear()
        for process in _busy:
            process.kill()  # whoever waits for it ends it
    for process in idle:
        process.end()


def _new() -> Process:
    with _lock:
        if _closed.is_set():
            raise RuntimeError("localaws is stopping")
        made = Process()
        _busy.add(made)
    return made


def _end_idle(process: Process) -> None:
    with _lock:
        if _idle.pop(process, None) is None:
            return
    process.end()


def _timer(act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(_PATIENCE, act)
    timer.daemon = True
    timer.start()
    return timer
