"""Somebody who reads all the time, by Athena's own path, while jobs die and come back."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from copperctl.athena import QueryFailed, QueryRefused, ask
from copperctl.aws import Aws
from tests.crash import states
from tests.end_to_end.stack import Stack

ABSENT = "absent"
_PAUSE = 0.5  # seconds between two questions: as many as there can be would take the processors from the jobs


class Reader:
    """Asks for one table after another until told to stop; `seen` are the contents of each, a line a change."""

    def __init__(self, stack: Stack, columns: Mapping[str, str]) -> None:
        self.seen: dict[str, list[str]] = defaultdict(list)
        self.questions = 0
        self._aws = Aws(stack.instance)
        self._columns = columns
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="reader", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()
        self.look()

    def _read(self) -> None:
        while not self._stopped.is_set():
            for table in self._columns:
                if self._stopped.wait(_PAUSE):
                    return
                self._look_at(table)

    def look(self) -> None:
        """Every table was asked for once more."""
        for table in self._columns:
            self._look_at(table)

    def _look_at(self, table: str) -> None:
        content = self.content(table)
        self.questions += 1
        if self.seen[table][-1:] != [content]:
            self.seen[table].append(content)

    def content(self, table: str) -> str:
        """A digest of the table's rows as Athena tells them, in no order; `absent` where there is no such table."""
        layer, _, name = table.partition(".")
        database = self._aws.output(f"{layer.capitalize()}Database")
        try:
            answer = ask(self._aws, f"SELECT {self._columns[table]} FROM {name}", database)
        except (QueryRefused, QueryFailed) as error:
            missing = any(sign in str(error).lower() for sign in ("does not exist", "not found", "no current snapshot"))
            return ABSENT if missing else f"error: {error}"
        if not answer.rows:
            return ABSENT  # a table that was made and not published yet
        return hashlib.sha256(repr(sorted(map(repr, answer.rows))).encode()).hexdigest()[:16]


def columns(stack: Stack) -> dict[str, str]:
    """What is asked of each table: all its columns but those that tell of the run."""
    found = {}
    for layer in states.LAYERS:
        for name, table in states.tables(stack, layer):
            kept = [f'"{field.name}"' for field in table.schema().fields if not _of_the_run(field.name)]
            found[f"{layer.lower()}.{name}"] = ", ".join(kept)
    return found


def _of_the_run(name: str) -> bool:
    return name.startswith("_") or name in ("run_id", "quarantined_at", "source_file")


def strange(seen: Mapping[str, Iterable[str]], allowed: Mapping[str, list[str]]) -> list[str]:
    """What was seen and was never published, or was seen again after what followed it."""
    found = []
    for table, contents in seen.items():
        order = [allowed[table].index(one) if one in allowed[table] else -1 for one in contents]
        if -1 in order or order != sorted(order):
            found.append(f"{table}: a reader saw {list(contents)}, where {allowed[table]} was published")
    return found
