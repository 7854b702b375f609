"""What was allowed and what was denied, once each: so that a test can say who needs what, and who has more."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path

#: Who, the action, the resource.
Use = tuple[str, str, str]

#: Of a caller's action, this many objects are recorded each by itself; after that their folders are.
_APART = 500


class Ledger:
    """The decisions, kept in memory and in a file of lines; a restart goes on where it ended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._used: dict[Use, None] = {}
        self._denied: Counter[tuple[str, str, str, str]] = Counter()
        self._apart: Counter[tuple[str, str]] = Counter()
        self._load()

    def allowed(self, who: str, action: str, resource: str) -> None:
        """The use is on record."""
        use = (who, action, resource)
        if use in self._used:
            return
        with self._lock:
            if self._apart[who, action] >= _APART and resource.count(":::") == 1 and "/" in resource:
                use = (who, action, resource.rpartition("/")[0] + "/*")
            if use not in self._used:
                self._used[use] = None
                self._apart[who, action] += 1
                self._write({"allowed": use})

    def denied(self, who: str, action: str, resource: str, reason: str) -> None:
        """The denial is on record; the same one again is counted."""
        denial = (who, action, resource, reason)
        with self._lock:
            self._denied[denial] += 1
            if self._denied[denial] == 1:
                self._write({"denied": denial})

    def used(self) -> list[Use]:
        """Every use so far, in order."""
        with self._lock:
            return sorted(self._used)

    def denials(self) -> list[tuple[str, str, str, str, int]]:
        """Every denial so far with its reason, and how often since the start of this process."""
        with self._lock:
            return [(*denial, count) for denial, count in sorted(self._denied.items())]

    def clear(self) -> None:
        """Nothing is on record any more."""
        with self._lock:
            self._used.clear()
            self._denied.clear()
            self._apart.clear()
            self._path.unlink(missing_ok=True)

    def _write(self, line: dict[str, tuple[str, ...]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def _load(self) -> None:
        """A line that a kill cut short is passed over."""
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if "allowed" in entry:
                who, action, resource = entry["allowed"]
                self._used[who, action, resource] = None
                self._apart[who, action] += 1
            else:
                who, action, resource, reason = entry["denied"]
                self._denied[who, action, resource, reason] += 1
