"""The ledgers of `ops`: append-only, one row a run and table, file, or run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.errors import LedgerMismatch
from copperline.frames.local import local_frame
from copperline.tables.ddl import create_statement
from copperline.tables.iceberg import CATALOG, IcebergTable

_TEXT, _COUNT, _TIME, _REAL = T.StringType(), T.LongType(), T.TimestampType(), T.DoubleType()
_ROW_COUNTS = ("read", "inserted", "updated", "unchanged", "superseded", "quarantined", "deleted")


def _schema(**fields: T.DataType) -> T.StructType:
    return T.StructType([T.StructField(name, kind) for name, kind in fields.items()])


SCHEMAS: Mapping[str, T.StructType] = {
    "rows": _schema(run_id=_TEXT, table_name=_TEXT, **dict.fromkeys(_ROW_COUNTS, _COUNT), recorded_at=_TIME),
    "files": _schema(table_name=_TEXT, file=_TEXT, sha256=_TEXT, status=_TEXT, reason=_TEXT, run_id=_TEXT),
    "runs": _schema(
        run_id=_TEXT, job=_TEXT, execution=_TEXT, tables=_TEXT, status=_TEXT, started_at=_TIME, ended_at=_TIME
    ),
    "cost": _schema(run_id=_TEXT, job=_TEXT, seconds=_REAL, dpu=_REAL, usd=_REAL, priced_on=_TEXT, recorded_at=_TIME),
}
COMMENTS = {
    "rows": "What each run did to each table: read = inserted + updated + unchanged + superseded + quarantined.",
    "files": "Every delivered file and what became of it.",
    "runs": "Every job run that published something.",
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

    def check_summary(self, table: str, summary: Mapping[str, str]) -> None:
        """The snapshot that was written says the same; position deletes count net, as a MERGE rewrites older ones.

        Raises:
            LedgerMismatch: it says otherwise.
        """
        added = int(summary.get("added-records", 0))
        net = int(summary.get("added-position-deletes", 0)) - int(summary.get("removed-position-deletes", 0))
        want = (self.inserted + self.updated, self.updated + self.deleted)
        if (added, net) != want:
            told = f"expected {want[0]} rows added and {want[1]} removed, got {added} and {net}"
            raise LedgerMismatch(f"{table}: snapshot: {told}; report this")

    def as_dict(self) -> dict[str, int]:
        """The counts by their names in the ledger."""
        return asdict(self)

    def __str__(self) -> str:
        return " ".join(f"{name} {count}" for name, count in self.as_dict().items())


def ensure(spark: SparkSession, database: str) -> dict[str, IcebergTable]:
    """The ledgers are there; by their names."""
    tables = {}
    for name, schema in SCHEMAS.items():
        full = f"{CATALOG}.{database}.{name}"
        if not spark.catalog.tableExists(full):
            spark.sql(create_statement(full, schema, comment=COMMENTS[name]))
        tables[name] = IcebergTable(spark, f"{database}.{name}")
    return tables


def append(table: IcebergTable, schema: T.StructType, rows: Sequence[Mapping[str, Any]]) -> None:
    """The ledger holds the rows; nothing is written for none."""
    if not rows:
        return
    values = [tuple(row.get(field.name) for field in schema) for row in rows]
    local_frame(table.spark, values, schema).coalesce(1).writeTo(table.full_name).append()


def recorded(table: IcebergTable, run_ids: Sequence[str]) -> set[tuple[str, str]]:
    """The (run, table) pairs of these runs that the ledger holds already."""
    return {(row.run_id, row.table_name) for row in _matching(table, "run_id", run_ids)}


def run_ids(table: IcebergTable, wanted: Sequence[str]) -> set[str]:
    """Those of these runs that the ledger holds already."""
    return {row.run_id for row in _matching(table, "run_id", wanted)}


def recorded_files(table: IcebergTable, files: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these files that the ledger holds already."""
    return [row.asDict() for row in _matching(table, "file", files)]


def _matching(table: IcebergTable, column: str, values: Sequence[str]) -> list[Any]:
    table.refresh()
    return list(table.read().where(F.col(column).isin(sorted(set(values)))).collect()) if values else []


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
