"""What goes wrong, carried out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from typing import Any

from localaws import processes
from localaws.faults import words
from localaws.faults.asked import Asked
from localaws.faults.connection import Connection
from localaws.faults.rule import Rule

Start = Callable[..., Any]


def carry_out(rule: Rule, asked: Asked, app: Callable[..., Any], start: Start) -> Iterable[bytes]:
    """The answer that the rule wants, after the request's effect or in its place."""
    if rule.fault == "delay":
        return _late(rule, asked, app, start)
    if rule.fault == "stop":
        return _asleep(rule, asked, app, start)
    if rule.when == "after":
        _have_effect(app, asked.environ)
    if rule.fault == "kill":
        processes.kill(asked.process)
    if rule.fault in ("throttle", "error"):
        return words.answer(rule, asked, start)
    return _silence(Connection(asked.environ), rule.seconds)


def _late(rule: Rule, asked: Asked, app: Callable[..., Any], start: Start) -> Iterable[bytes]:
    if rule.when == "before":
        time.sleep(rule.seconds)
    answered: Iterable[bytes] = app(asked.environ, start)
    if rule.when == "after":
        time.sleep(rule.seconds)
    return answered


def _asleep(rule: Rule, asked: Asked, app: Callable[..., Any], start: Start) -> Iterable[bytes]:
    """Who asks sleeps. Before, its connection is closed, and it asks again when it has woken; after, it is answered."""
    answered: Iterable[bytes] = app(asked.environ, start) if rule.when == "after" else ()
    processes.stop(asked.process)
    waking = threading.Timer(rule.seconds, processes.go_on, [asked.process])
    waking.daemon = True
    waking.start()
    return answered if rule.when == "after" else _silence(Connection(asked.environ), 0)


def _have_effect(app: Callable[..., Any], environ: dict[str, Any]) -> None:
    """The request is carried out, and nobody hears of it."""
    answered = app(environ, lambda *_: lambda _: None)
    with closing(answered) if hasattr(answered, "close") else nullcontext():
        for _ in answered:
            pass


def _silence(connection: Connection, seconds: float) -> Iterator[bytes]:
    """No answer: what iterates is the server, when the request counts as done and no saved state waits for it."""
    connection.wait_until_gone(seconds)
    connection.drop()
    yield b""
