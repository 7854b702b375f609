"""Deliveries: made in the background, and not forgotten by a stop in between.

What waits for delivery is kept on moto's backend, in a dictionary that is replaced and never changed.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from typing import Any

from localaws import state
from localaws.clients import GOING_DOWN
from localaws.planes.events.targets import Delivery, deliver

_LOG = logging.getLogger(__name__)
_WORKERS = 4
_AGAIN = 0.5  # seconds before a delivery that found nobody listening is tried again

_lock = threading.Lock()
_waiting: queue.SimpleQueue[tuple[str, str, str]] = queue.SimpleQueue()
_threads: list[threading.Thread] = []


def post(account: str, region: str, delivery: Delivery) -> None:
    """The delivery will be made."""
    key = str(uuid.uuid4())
    with _lock:
        backend = _backend(account, region)
        backend.undelivered = {**_undelivered(backend), key: delivery}
    state.changed()
    _enqueue(account, region, key)


def resume() -> None:
    """What an earlier process left undelivered is on its way."""
    from moto.events.models import events_backends

    for account, regions in list(events_backends.items()):
        for region, backend in list(regions.items()):
            for key in _undelivered(backend):
                _enqueue(account, region, key)


def _enqueue(account: str, region: str, key: str) -> None:
    _waiting.put((account, region, key))
    with _lock:
        if not _threads:
            for number in range(_WORKERS):
                thread = threading.Thread(target=_work, daemon=True, name=f"events-outbox-{number}")
                _threads.append(thread)
                thread.start()


def _work() -> None:
    while True:
        account, region, key = _waiting.get()
        backend = _backend(account, region)
        delivery = _undelivered(backend).get(key)
        if delivery is None:
            continue
        try:
            deliver(delivery, region)
        except GOING_DOWN:  # the next process delivers it
            time.sleep(_AGAIN)
            _waiting.put((account, region, key))
            continue
        except Exception as error:  # noqa: BLE001 - as on AWS, a target's trouble is its own
            _LOG.warning("EventBridge could not deliver to %s: %s", delivery.target.get("Arn"), error)
        with _lock:
            backend.undelivered = {name: left for name, left in _undelivered(backend).items() if name != key}
        state.changed()


def _backend(account: str, region: str) -> Any:
    from moto.events.models import events_backends

    return events_backends[account][region]


def _undelivered(backend: Any) -> dict[str, Delivery]:
    waiting: dict[str, Delivery] = backend.__dict__.get("undelivered", {})
    return waiting
