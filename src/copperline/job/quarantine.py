"""Rejected rows, kept with the reason why."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.window import Window as W

from copperline.contract import Contract
from copperline.frames.classify import CLASS, classify_groups
from copperline.frames.judge import REASONS, rejected
from copperline.frames.mask import PAYLOAD
from copperline.job.context import Context
from copperline.tables.ddl import create_statement
from copperline.tables.iceberg import CATALOG, IcebergTable
from copperline.tables.merge import append, merge

SCHEMA = T.StructType(
    [
        T.StructField("payload", T.StringType()),
        T.StructField("reasons", T.ArrayType(T.StringType())),
        T.StructField("source_file", T.StringType()),
        T.StructField("source_row", T.LongType()),
        T.StructField("run_id", T.StringType()),
        T.StructField("quarantined_at", T.TimestampType()),
    ]
)
#: What a row is known by.
PLACE = ["source_file", "source_row"]
#: Iceberg keeps 16 letters of a text in its statistics, and addresses of one bucket begin alike.
PROPERTIES = {"write.metadata.metrics.column.source_file": "full"}
COMMENTS = {
    "payload": "The row as delivered and corrected, as JSON, with personal values hashed.",
    "reasons": "Every rule that the row breaks; last, where it was given up, `discarded:` and why.",
    "source_file": "The file in bronze that the row stands in.",
    "source_row": "The row's place in that file, from 0.",
    "run_id": "The run that rejected it.",
    "quarantined_at": "When that run began, UTC.",
}


def existing_quarantine(context: Context, contract: Contract) -> IcebergTable | None:
    """The quarantine of a silver table; None if there is none, as for gold."""
    if contract.layer != "silver":
        return None
    return context.existing(f"{context.names.database('quarantine')}.{contract.table}")


def quarantine_table(context: Context, contract: Contract) -> IcebergTable:
    """The quarantine of a silver table, made if it was not there."""
    name = f"{context.names.database('quarantine')}.{contract.table}"
    comment = f"Rows that {contract.id} rejected."
    place = f"{CATALOG}.{name}"
    statement = create_statement(place, SCHEMA, comment=comment, comments=COMMENTS, properties=PROPERTIES)
    return context.existing(name) or context.create(name, statement)


def quarantine(
    context: Context, contract: Contract, judged: DataFrame, files: Sequence[str], branch: str, *, rejects: int
) -> IcebergTable | None:
    """On the branch, quarantine has of these files what this run rejects and nothing else.

    A row that passes by now leaves it; one that is rejected as before stays as it was, so a repeated run does not
    repeat it. None where nothing of this changes anything. `files` is the file of each delivery that was read.
    """
    table = quarantine_table(context, contract)
    rows = _rows(context, judged, distinct=len(set(files)) == len(files))
    if not _was_here(table, files):
        if not rejects:
            return None
        table.create_branch(branch)
        append(table, branch, rows, SCHEMA.names)
        table.refresh()
        return table
    here = table.read().where(F.col("source_file").isin(sorted(set(files))))
    classified = classify_groups(rows, here, PLACE, ["payload", "reasons"]).persist()
    try:
        if classified.where(F.col(CLASS) != "unchanged").isEmpty():
            return None
        table.create_branch(branch)
        merge(table, branch, classified, PLACE, SCHEMA.names, (min(files), max(files)))
    finally:
        classified.unpersist()
    return table


def _rows(context: Context, judged: DataFrame, *, distinct: bool) -> DataFrame:
    """The rejected rows as quarantine keeps them; of a file that was delivered more than once, those of the first."""
    rows = judged.where(rejected()).select(
        F.col(PAYLOAD).alias("payload"),
        F.col(REASONS).alias("reasons"),
        F.col("_source_file").alias("source_file"),
        F.col("_source_row").alias("source_row"),
        F.lit(context.run_id).alias("run_id"),
        F.lit(context.started).alias("quarantined_at"),
        F.col("_delivered_at"),
    )
    if not distinct:
        order = W.partitionBy(*PLACE).orderBy("_delivered_at")
        rows = rows.withColumn("_nth", F.row_number().over(order)).where(F.col("_nth") == 1)
    return rows.select(*SCHEMA.names)


def _was_here(table: IcebergTable, files: Sequence[str]) -> bool:
    """Whether quarantine has a row of any of the files."""
    if table.head() is None or not table.may_hold("source_file", sorted(set(files))):
        return False
    return not table.read().where(F.col("source_file").isin(sorted(set(files)))).isEmpty()
