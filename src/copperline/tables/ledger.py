"""The ledgers of `ops`: append-only, one row a run and table, file, or run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeAlias

from py4j.protocol import Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.errors import LedgerMismatch, StaleBranch
from copperline.frames.local import local_frame
from copperline.tables.ddl import create_statement
from copperline.tables.iceberg import CATALOG, IcebergTable, Snapshot

_TEXT, _COUNT, _TIME, _REAL = T.StringType(), T.LongType(), T.TimestampType(), T.DoubleType()
FAILURES = (Py4JJavaError, CapturedException)  # PySpark translates some of Java's, not all
ATTEMPTS = 20  # sixteen batch runs may account at the same time
Row: TypeAlias = Mapping[str, Any]
_ROW_COUNTS = ("read", "inserted", "updated", "unchanged", "superseded", "quarantined", "deleted")


def _schema(**fields: T.DataType) -> T.StructType:
    return T.StructType([T.StructField(name, kind) for name, kind in fields.items()])


SCHEMAS: Mapping[str, T.StructType] = {
    "rows": _schema(
        run_id=_TEXT, table_name=_TEXT, **dict.fromkeys(_ROW_COUNTS, _COUNT), recorded_at=_TIME, measures=_TEXT
    ),
    "files": _schema(table_name=_TEXT, file=_TEXT, sha256=_TEXT, status=_TEXT, reason=_TEXT, run_id=_TEXT, rows=_COUNT),
    "runs": _schema(
        run_id=_TEXT,
        job=_TEXT,
        execution=_TEXT,
        tables=_TEXT,
        status=_TEXT,
        started_at=_TIME,
        ended_at=_TIME,
        reason=_TEXT,
    ),
    "cost": _schema(run_id=_TEXT, job=_TEXT, seconds=_REAL, dpu=_REAL, usd=_REAL, priced_on=_TEXT, recorded_at=_TIME),
}
COMMENTS = {
    "rows": "What each run did to each table: read = inserted + updated + unchanged + superseded + quarantined.",
    "files": "Every delivered file and what became of it.",
    "runs": "Every job run that did something or failed: succeeded, failed, or settled by a later one.",
    "cost": "What each job run cost by its time, workers and the price list.",
}


@dataclass(frozen=True)
class Counts:
    """What one run did to one table, in rows."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    quarantined: int = 0
    deleted: int = 0

    def check(self, table: str) -> None:
        """Every row that was read is accounted for.

        Raises:
            LedgerMismatch: some are not.
        """
        accounted = self.inserted + self.updated + self.unchanged + self.superseded + self.quarantined
        if self.read != accounted:
            raise LedgerMismatch(f"{table}: rows: expected {self.read} as read, got {accounted} in {self}; report this")

    def check_summary(self, table: str, summary: Mapping[str, str], *, spliced: int = 0) -> None:
        """The snapshot that was written says the same; position deletes count net, as a MERGE rewrites older ones.

        `spliced` are the table's own rows that were written anew though no row that was read says otherwise.

        Raises:
            LedgerMismatch: it says otherwise.
        """
        added = int(summary.get("added-records", 0))
        net = int(summary.get("added-position-deletes", 0)) - int(summary.get("removed-position-deletes", 0))
        want = (self.inserted + self.updated + spliced, self.updated + self.deleted + spliced)
        if (added, net) != want:
            told = f"expected {want[0]} rows added and {want[1]} removed, got {added} and {net}"
            raise LedgerMismatch(f"{table}: snapshot: {told}; report this")

    def as_dict(self) -> dict[str, int]:
        """The counts by their names in the ledger."""
        return asdict(self)

    def __str__(self) -> str:
        return " ".join(f"{name} {count}" for name, count in self.as_dict().items())


def ensure(spark: SparkSession, database: str) -> dict[str, IcebergTable]:
    """The ledgers are there, with all of their columns; by their names."""
    tables = {}
    for name, schema in SCHEMAS.items():
        full = f"{CATALOG}.{database}.{name}"
        if not spark.catalog.tableExists(full):
            spark.sql(create_statement(full, schema, comment=COMMENTS[name]))
        tables[name] = IcebergTable(spark, f"{database}.{name}")
        _widen(tables[name], schema)
    return tables


def _widen(table: IcebergTable, schema: T.StructType) -> None:
    """A ledger that an earlier release made has the columns that came later; NULL in its rows."""
    lacking = [field for field in schema if field.name not in table.columns()]
    if not lacking:
        return
    columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in lacking)
    try:
        table.spark.sql(f"ALTER TABLE {table.full_name} ADD COLUMNS ({columns})")
    except FAILURES:
        table.refresh()
        if any(field.name not in table.columns() for field in lacking):
            raise  # else another run was faster
    table.refresh()


def append(table: IcebergTable, schema: T.StructType, rows: Sequence[Mapping[str, Any]]) -> None:
    """The ledger holds the rows; nothing is written for none."""
    if rows:
        _frame(table, schema, rows).append()


def append_missing(
    table: IcebergTable,
    schema: T.StructType,
    missing: Callable[[Sequence[Row]], Sequence[Row]],
    *,
    by: str,
    among: Sequence[str],
) -> None:
    """The ledger holds each row once, whoever else writes it at the same time.

    `missing` is given what the ledger holds of these values in the column `by`, and says what to add. The rows are
    committed only if nobody has written since that look; else it looks again.

    Raises:
        StaleBranch: others wrote in between, again and again.
    """
    if not among:
        return
    for attempt in range(ATTEMPTS):
        table.refresh()
        head = table.head()
        rows = missing(_matching(table, head, by, among))
        if not rows or _append_to(table, schema, rows, head):
            return
        time.sleep(random.uniform(0, 0.1 * 2 ** min(attempt, 5)))  # noqa: S311 - so that two do not meet again
    raise StaleBranch(f"{table.name}: others wrote it between look and commit {ATTEMPTS} times; start the run again")


def _append_to(table: IcebergTable, schema: T.StructType, rows: Sequence[Row], head: Snapshot | None) -> bool:
    """Whether the rows were added: not if the ledger has a file that `head` has not.

    An overwrite of nothing is an append that Iceberg can be told to check (its page "Spark Configuration", write
    options isolation-level and validate-from-snapshot-id).
    """
    writer = _frame(table, schema, rows).option("isolation-level", "serializable")
    if head is not None:
        writer = writer.option("validate-from-snapshot-id", str(head.id))
    try:
        writer.overwrite(F.lit(False))
    except FAILURES as error:
        if "Found conflicting files" not in str(error):
            raise
        return False
    return True


def _frame(table: IcebergTable, schema: T.StructType, rows: Sequence[Row]) -> Any:
    values = [tuple(row.get(field.name) for field in schema) for row in rows]
    return local_frame(table.spark, values, schema).coalesce(1).writeTo(table.full_name)


def _matching(table: IcebergTable, head: Snapshot | None, column: str, values: Sequence[str]) -> list[Row]:
    if head is None:
        return []
    found = table.read(snapshot=head.id).where(F.col(column).isin(sorted(set(values)))).collect()
    return [row.asDict() for row in found]


#: AWS Glue pricing page, us-east-1, USD per DPU-hour for Spark jobs, billed by the second, one minute at least.
PRICES = {"2026-11-01": 0.44}


def cost(run_id: str, job: str, started: datetime, ended: datetime, dpu: float) -> dict[str, Any]:
    """The ledger row of what a job run cost until now."""
    day, price = max(PRICES.items())
    seconds = (ended - started).total_seconds()
    usd = round(max(seconds, 60.0) / 3600 * dpu * price, 6)
    return {
        "run_id": run_id,
        "job": job,
        "seconds": seconds,
        "dpu": dpu,
        "usd": usd,
        "priced_on": day,
        "recorded_at": ended,
    }
