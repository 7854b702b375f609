"""What came of each point, kept in a file that a person can read: a line a point, also of those not run yet."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

#: What a point's line says before it was run.
WAITING = {"outcome": "not run"}


class Record:
    """The points of a list and their outcomes; saved after each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        found = json.loads(path.read_text()) if path.is_file() else {}
        self.told: dict[str, Any] = found.get("told", {})
        self.points: dict[str, Any] = found.get("points", {})

    def listed(self, names: Iterable[str]) -> None:
        """All these points are in the record; what is known of them stays, and what is no point any more goes."""
        with self._lock:
            self.points = {name: self.points.get(name, WAITING) for name in names}
            self._save()

    def done(self, name: str) -> bool:
        """Whether the point was run, and reached."""
        return self.points.get(name, WAITING)["outcome"] == "equal"

    def tell(self, name: str, outcome: Mapping[str, Any]) -> None:
        """The point's line says what came of it."""
        with self._lock:
            self.points[name] = {key: value for key, value in outcome.items() if value}
            self._save()

    def say(self, **facts: Any) -> None:
        """The head of the record says this as well."""
        with self._lock:
            self.told |= facts
            self._save()

    def counts(self) -> dict[str, int]:
        """How many points came to what."""
        return dict(sorted(Counter(one["outcome"] for one in self.points.values()).items()))

    def _save(self) -> None:
        lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(one)}" for name, one in self.points.items())
        head = json.dumps({**self.told, "counts": self.counts()}, indent=2).replace("\n", "\n  ")
        text = f'{{\n  "told": {head},\n  "points": {{\n{lines}\n  }}\n}}\n'
        new = self.path.with_suffix(".new")
        new.write_text(text)
        new.replace(self.path)
