"""What commands print: tables for people, CSV and JSON for programs; plain lines where the output is no terminal."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from copperctl.athena import Answer

NUMBERS = ("int", "bigint", "integer", "double", "float", "decimal", "real", "smallint", "tinyint")


def console() -> Console:
    """Standard output; wide enough for a table where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def note(text: str) -> None:
    """One line on standard error, at once: progress that is no part of the answer."""
    print(text, file=sys.stderr, flush=True)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "", right: Sequence[str] = ()
) -> None:
    """The rows as a table; numbers stand to the right."""
    drawn = Table(title=title or None, title_justify="left", title_style="bold")
    for column in columns:
        drawn.add_column(column, justify="right" if column in right else "left", no_wrap=len(columns) < 8)
    for row in rows:
        drawn.add_row(*["" if value is None else str(value) for value in row])
    console().print(drawn)


def answer(found: Answer, *, title: str = "", most: int | None = None) -> None:
    """Athena's answer as a table, cut after `most` rows with a word about the rest."""
    numbers = [name for name, kind in zip(found.columns, found.types, strict=True) if kind.startswith(NUMBERS)]
    shown = found.rows if most is None else found.rows[:most]
    table(found.columns, shown, title=title, right=numbers)
    if len(shown) < len(found.rows):
        say(f"({len(found.rows) - len(shown)} more rows)")


def as_csv(found: Answer) -> None:
    """Athena's answer as CSV; NULL is an empty field."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(found.columns)
    writer.writerows(["" if value is None else value for value in row] for row in found.rows)


def as_json(found: Answer) -> None:
    """Athena's answer as one JSON array of objects; every value is text, as Athena's API has it."""
    print(json.dumps([dict(zip(found.columns, row, strict=True)) for row in found.rows], ensure_ascii=False))


class Clock:
    """Seconds since something began, as they stand before a line."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __str__(self) -> str:
        return f"{self.seconds:6.1f} s"

    @property
    def seconds(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._began
