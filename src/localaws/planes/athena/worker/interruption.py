"""Queries that are to stop, also between two of their steps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from localaws.planes.athena.errors import Cancelled


class Interruption:
    """Which query runs on which cursor, and which are to stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped: set[str] = set()
        self._running: tuple[str, Any] | None = None

    def stop(self, query: str) -> None:
        """The query ends as soon as it can; one that has ended is left alone."""
        with self._lock:
            self._stopped.add(query)
            if self._running and self._running[0] == query:
                self._running[1].interrupt()

    @contextmanager
    def interruptible(self, query: str, cursor: Any) -> Iterator[None]:
        """While the query runs on the cursor, `stop` interrupts it.

        Raises:
            Cancelled: it was stopped before.
        """
        with self._lock:
            self._check(query)
            self._running = query, cursor
        try:
            yield
        except Exception:
            self._check(query)
            raise
        finally:
            with self._lock:
                self._running = None

    def _check(self, query: str) -> None:
        if query in self._stopped:
            raise Cancelled("Query cancelled by user")
