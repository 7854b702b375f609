"""State that survives: all is saved as of one moment, every few seconds when something changed and at the end."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from localaws import state_dir, state_pickle
from localaws.settings import Settings
from localaws.state_dir import StateError
from localaws.wsgi import WsgiApp

_INTERVAL = 2.0  # seconds between two saved states, at least
_SHARE = 10  # and at least so many times what saving takes
_PATIENCE = 0.1  # seconds that requests wait for others to end, so that a state holds no half request
_LONGEST = 300.0
_TRIES = 20
_READS = ("Get", "List", "Describe", "BatchGet", "Query", "Scan", "Head", "Search", "Lookup")

_on_load: list[Callable[[], None]] = []
_on_begin: list[Callable[[], Callable[[bool], None]]] = []
_changes = 0
_gate = threading.Condition()
_running = 0
_closed = False
_stop = threading.Event()
#: held by what must not be saved half done
undivided = threading.RLock()
_saver: list[threading.Thread] = []


def on_load(repair: Callable[[], None]) -> None:
    """The function is called after a saved state was loaded, before the first request: what ran then runs no more."""
    _on_load.append(repair)


def on_save(begin: Callable[[], Callable[[bool], None]]) -> None:
    """The function is called when a state is taken, and what it returns when that is on the disk (or failed)."""
    _on_begin.append(begin)


def changed() -> None:
    """The state will be saved before long: for changes that no request makes."""
    global _changes  # noqa: PLW0603 - one state a process
    _changes += 1


def load(settings: Settings) -> bool:
    """moto's backends are as they were saved; whether anything was.

    Raises:
        StateError: it cannot be read by this version.
    """
    data = state_dir.read(settings.state)
    if data is None:
        return False
    try:
        state_pickle.loads(data)
    except Exception as error:
        raise StateError(
            f"{settings.state}: the saved state cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    for repair in _on_load:
        repair()
    if state_dir.was_killed(settings.state):
        then = state_dir.moment(settings.state)
        sys.stderr.write(
            f"localaws: the server before this one was killed: all is as it was at {then}, "
            "and the executions that ran then are ABORTED\n"
        )
    return True


def start(settings: Settings) -> None:
    """What changes is saved in the background."""
    state_dir.tidy(settings.state)
    if not state_dir.saved(settings.state):
        save(settings, fork=False)
    state_dir.begin(settings.state)
    _stop.clear()
    _saver[:] = [threading.Thread(target=_save_often, args=(settings,), name="state", daemon=True)]
    _saver[0].start()


def stop(settings: Settings) -> None:
    """Everything is saved. Call it when nothing changes the state any more."""
    _stop.set()
    for thread in _saver:
        thread.join(timeout=_LONGEST)
    if save(settings, fork=False):
        state_dir.end(settings.state)


def save(settings: Settings, *, fork: bool = True) -> bool:
    """The state of this moment is on the disk; whether that went well.

    A child process writes it, from a copy of our memory: the services go on meanwhile.
    """
    finished = [begin() for begin in _on_begin]
    path = _write_in_child(settings.state) if fork else _write(settings.state)
    if path:
        state_dir.publish(settings.state, path)
    for finish in finished:
        finish(path is not None)
    return path is not None


def _write(state: Path) -> Path:
    with moment():
        data = _dumps()
    return state_dir.write(state, data, "now")


def _dumps() -> bytes:
    """The state, whatever thread did not end in time and still changes it."""
    for _ in range(_TRIES):
        with contextlib.suppress(RuntimeError):  # a dictionary changed its size
            return state_pickle.dumps()
    return state_pickle.dumps()


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application, but it waits while a state is taken, and what it changes is saved."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with _request():
            answer: Iterable[bytes] = app(environ, start_response)
        if _may_change(environ):
            changed()
        return answer

    return serve


def _may_change(environ: dict[str, Any]) -> bool:
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return False
    operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    return not operation.startswith(_READS)


@contextlib.contextmanager
def _request() -> Iterator[None]:
    global _running  # noqa: PLW0603
    with _gate:
        while _closed:
            _gate.wait(_PATIENCE)
        _running += 1
    try:
        yield
    finally:
        with _gate:
            _running -= 1
            if _closed:
                _gate.notify_all()


@contextlib.contextmanager
def moment() -> Iterator[None]:
    """No new request begins, and those that run end if they do so soon: a long one may wait for a new one.

    What is `undivided` has ended, or has not begun, however long it takes; requests go on until then. Of two moments
    the second begins when the first has ended.
    """
    global _closed  # noqa: PLW0603
    with undivided:
        with _gate:
            _closed = True
            _gate.wait_for(lambda: _running == 0, timeout=_PATIENCE)
        try:
            yield
        finally:
            with _gate:
                _closed = False
                _gate.notify_all()


def _save_often(settings: Settings) -> None:
    saved, pause = 0, _INTERVAL
    while not _stop.wait(pause):
        if _changes != saved:
            seen, begun = _changes, time.monotonic()
            with contextlib.suppress(OSError):
                saved = seen if save(settings) else saved
            pause = max(_INTERVAL, _SHARE * (time.monotonic() - begun))


def _write_in_child(state: Path) -> Path | None:
    name = str(os.getpid())
    with moment():
        child = os.fork()
        if child == 0:
            _be_the_child(state, name)  # which never leaves: another thread may have held the gate, and is not there
    if _wait(child) == 0:
        return state / f"snapshot.{name}"
    return None


def _be_the_child(state: Path, name: str) -> None:
    """Write and end: without the parent's sockets and locks, which a killed parent would otherwise leave held."""
    code = 1
    try:
        gc.disable()
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        state_dir.write(state, state_pickle.dumps(), name)
        code = 0
    except BaseException as error:  # noqa: BLE001 - nothing of this process may go on
        os.write(2, f"localaws: the state was not saved: {type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _wait(child: int) -> int:
    """The child's exit code; one that hangs is killed."""
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    sys.stderr.write("localaws: the state was not saved: it took too long\n")
    return 1
