"""What commands print: tables for people, CSV and JSON for programs; plain lines where the output is no terminal."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copperctl.athena import Answer

INTEGERS = ("tinyint", "smallint", "integer", "int", "bigint")
NUMBERS = ("int", "bigint", "integer", "double", "float", "decimal", "real", "smallint", "tinyint")
_UNBOUND = 10_000  # columns of what is no terminal: nothing is cut in a file or a pipe
_SHORT = 15  # letters of a run's id that tell it from others


def console() -> Console:
    """Standard output, as it is now."""
    return Console(width=None if sys.stdout.isatty() else _UNBOUND, highlight=False)


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def note(text: str) -> None:
    """One line on standard error, at once: progress that is no part of the answer."""
    print(text, file=sys.stderr, flush=True)


def short(run: str) -> str:
    """The beginning of a job run's id, which commands take in place of all of it."""
    return run[:_SHORT]


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "", right: Sequence[str] = ()
) -> None:
    """The rows as a table; numbers stand to the right; what a terminal has no room for is folded, never cut."""
    out = console()
    _title(out, title)
    out.print(_drawn(columns, rows, right))


def records(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """The rows one after another, a line for each column and a rule between them."""
    out, widest = console(), max(map(len, columns), default=0)
    _title(out, title)
    for number, row in enumerate(rows):
        if number:
            out.print("─" * min(out.width, 2 * widest))
        for column, value in zip(columns, row, strict=True):
            out.print(Text(f"{column + ':':<{widest + 1}} {_text(value)}".rstrip(), overflow="fold"))


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[str]) -> Table:
    drawn = Table()
    for column in columns:
        drawn.add_column(Text(column), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*[Text(_text(value)) for value in row])
    return drawn


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _title(out: Console, title: str) -> None:
    if title:
        out.print(Text(title, style="bold"))


def _fits(drawn: Table) -> bool:
    """Whether the terminal has room for the table without folding any of it."""
    return Console(width=_UNBOUND).measure(drawn).maximum <= console().width


def answer(found: Answer, *, title: str = "", most: int | None = None) -> None:
    """Athena's answer as a table, cut after `most` rows with a word about the rest; ids of runs are shortened.

    Rows that a terminal is too narrow for are records instead: folded into letters, nobody could read them.
    """
    numbers = [name for name, kind in zip(found.columns, found.types, strict=True) if kind.startswith(NUMBERS)]
    shown = [
        [short(value) if name == "run_id" and value else value for name, value in zip(found.columns, row, strict=True)]
        for row in (found.rows if most is None else found.rows[:most])
    ]
    if not shown or _fits(_drawn(found.columns, shown, numbers)):
        table(found.columns, shown, title=title, right=numbers)
    else:
        records(found.columns, shown, title=title)
    if len(shown) < len(found.rows):
        say(f"({len(found.rows) - len(shown)} more rows)")


def as_csv(found: Answer) -> None:
    """Athena's answer as CSV; NULL is an empty field."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(found.columns)
    writer.writerows(["" if value is None else value for value in row] for row in found.rows)


def as_json(found: Answer) -> None:
    """Athena's answer as one JSON array of objects: integers are numbers, all else is text, as Athena's API has it.

    A decimal stays text: as a number, most programs would read it into a float that is another one.
    """
    integers = [kind in INTEGERS for kind in found.types]
    rows = [
        [int(value) if integer and value is not None else value for value, integer in zip(row, integers, strict=True)]
        for row in found.rows
    ]
    print(json.dumps([dict(zip(found.columns, row, strict=True)) for row in rows], ensure_ascii=False))


@contextmanager
def waiting(words: str) -> Iterator[Callable[[], None]]:
    """On a terminal a line at the bottom says for how long; calling the answer moves it on. Elsewhere nothing does."""
    out, clock = console(), Clock()
    if not out.is_terminal:
        yield lambda: None
        return
    with out.status(f"{clock}  {words}") as status:
        yield lambda: status.update(f"{clock}  {words}")


class Clock:
    """Seconds since something began, as they stand before a line."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __str__(self) -> str:
        return seconds(self.seconds)

    @property
    def seconds(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._began


def seconds(number: float) -> str:
    """The seconds as they stand before a line."""
    return f"{number:6.1f} s"
