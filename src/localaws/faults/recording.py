"""Which requests came that change something, while somebody wanted to know: who asked what of which resource."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from typing import Any

from localaws.faults.asked import Asked

#: How the names of operations begin that leave everything as it is.
_READS = (
    *("Get", "List", "Describe", "BatchGet", "Query", "Scan", "Head", "Search", "Lookup", "Filter", "TransactGet"),
    *("Select", "Check", "Test", "Validate", "Estimate", "Decrypt", "Encrypt", "Generate", "Verify"),
)
_MOST = 100_000  # requests that are kept


class Recording:
    """Requests in the order in which they came, as long as it is on."""

    def __init__(self) -> None:
        self.on = False
        self._lock = threading.Lock()
        self._empty()

    def _empty(self) -> None:
        self._kept: deque[dict[str, Any]] = deque(maxlen=_MOST)
        self._numbers = itertools.count(1)

    def switch(self, *, on: bool) -> None:
        """It is on, or off, and empty."""
        with self._lock:
            self._empty()
            self.on = on

    def note(self, asked: Asked) -> None:
        """The request is kept, if it changes something; beyond a hundred thousand the first go."""
        if asked.operation.startswith(_READS):
            return
        told = {
            "caller": asked.caller,
            "process": asked.process,
            "service": asked.service,
            "operation": asked.operation,
            "targets": asked.targets(),
        }
        with self._lock:
            self._kept.append({"number": next(self._numbers), **told})

    def told(self) -> list[dict[str, Any]]:
        """All that are kept."""
        with self._lock:
            return list(self._kept)
