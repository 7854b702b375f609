"""What readers have seen of a table, read from its metadata file: no job, no query."""

from __future__ import annotations

from copperctl.accounts import COUNTS
from copperctl.athena import Answer
from copperctl.aws import Aws
from copperline.errors import UsageError, expected
from copperline.files.history import History, State
from copperline.files.iceberg import Catalogue
from copperline.names import Names

COLUMNS = ("at", "snapshot_id", "what", "run_id", "execution", *COUNTS, "rolled_back_by")
TYPES = ("timestamp", "bigint", "varchar", "varchar", "varchar", *["bigint"] * len(COUNTS), "varchar")


def history(aws: Aws, table: str) -> History:
    """The states of a table such as silver.sales.

    Raises:
        UsageError: there is no such table.
    """
    layer, _, stem = table.partition(".")
    catalogue = Catalogue(aws.client("glue"), lambda: aws.client("s3"))
    places = catalogue.locations(Names(aws.instance.stack).database(layer)) if stem else {}
    if stem not in places:
        told = ", ".join(f"{layer}.{name}" for name in sorted(places)) or "silver.sales, for example, once it was run"
        raise UsageError(expected("copperctl", "TABLE", f"one of {told}", table, "name one of them"))
    return History(table, catalogue.metadata(places[stem]))


def told(found: History) -> Answer:
    """The states, newest first, those that were rolled back among them."""
    return Answer(COLUMNS, TYPES, tuple(_row(state) for state in found.everything()))


def _row(state: State) -> tuple[str | None, ...]:
    counts = [str(state.counts[name]) if name in state.counts else None for name in COUNTS]
    who = (state.run or None, state.execution if state.run else None)
    at = f"{state.at:%Y-%m-%d %H:%M:%S.%f}"[:-3]
    return (at, str(state.snapshot), state.kind, *who, *counts, state.undone_by or None)
