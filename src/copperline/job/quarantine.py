"""Rejected rows, kept with the reason why."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.contract import Contract
from copperline.frames.judge import REASONS, rejected
from copperline.frames.mask import PAYLOAD
from copperline.job.context import Context
from copperline.tables.ddl import create_statement
from copperline.tables.iceberg import CATALOG, IcebergTable

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
COMMENTS = {
    "payload": "The row as delivered, as JSON, with personal values hashed.",
    "reasons": "Every rule that the row breaks.",
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
    statement = create_statement(f"{CATALOG}.{name}", SCHEMA, comment=comment, comments=COMMENTS)
    return context.existing(name) or context.create(name, statement)


def quarantine(
    context: Context, contract: Contract, judged: DataFrame, files: Sequence[str], branch: str
) -> IcebergTable:
    """The rejected rows that are not in quarantine yet are on the branch: a repeated run does not repeat them."""
    table = quarantine_table(context, contract)
    rows = judged.where(rejected()).select(
        F.col(PAYLOAD).alias("payload"),
        F.col(REASONS).alias("reasons"),
        F.col("_source_file").alias("source_file"),
        F.col("_source_row").alias("source_row"),
        F.lit(context.run_id).alias("run_id"),
        F.lit(context.started).alias("quarantined_at"),
    )
    if table.head() is not None:
        place = ["source_file", "source_row"]
        there = table.read().where(F.col("source_file").isin(list(files))).select(*place)
        rows = rows.join(there, on=place, how="left_anti").select(*SCHEMA.names)
    table.create_branch(branch)
    rows.writeTo(table.branch_identifier(branch)).append()
    table.refresh()
    return table
