"""What a batch means to a table: inserted, updated, unchanged, superseded or, where a group vanished, deleted."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

from copperline.columns.technical import VERSION

CLASS = "_class"
WRITTEN = ("inserted", "updated", "deleted")


def newest(df: DataFrame, key: Sequence[str]) -> DataFrame:
    """One row a key: the one whose version is the greatest; place in the file breaks the last tie."""
    order = W.partitionBy(*key).orderBy(*[F.col(name).desc() for name in VERSION])
    return df.withColumn("_rank", F.row_number().over(order)).where(F.col("_rank") == 1).drop("_rank")


def classify(batch: DataFrame, table: DataFrame, key: Sequence[str], values: Sequence[str]) -> DataFrame:
    """The batch's rows with `_class`, from one join with the table.

    An equal row is unchanged whatever its version. A row that differs is updated if its version is newer than the
    table's, else superseded. The batch has one row a key, and so has the table.
    """
    here = table.select(*key, _values(values).alias("_old"), F.struct(*VERSION).alias("_old_version"))
    joined = batch.join(here, on=list(key), how="left")
    newer = F.struct(*VERSION) > F.col("_old_version")
    return joined.withColumn(CLASS, _class(values, newer)).drop("_old", "_old_version")


def classify_groups(batch: DataFrame, table: DataFrame, key: Sequence[str], values: Sequence[str]) -> DataFrame:
    """The batch's rows and those of the table that the batch no longer has, with `_class`.

    `table` is already narrowed to the logical keys that were rebuilt: a row of it without its like is deleted.
    """
    here = table.select(*key, _values(values).alias("_old"))
    there = batch.withColumn("_new", F.lit(True))
    joined = there.join(here, on=list(key), how="full")
    gone = F.when(F.col("_new").isNull(), F.lit("deleted"))
    label = F.coalesce(gone, _class(values, F.lit(True)))
    return joined.withColumn(CLASS, label).drop("_old", "_new")


def _class(values: Sequence[str], newer: SparkColumn) -> SparkColumn:
    return (
        F.when(F.col("_old").isNull(), "inserted")
        .when(_values(values).eqNullSafe(F.col("_old")), "unchanged")
        .when(newer, "updated")
        .otherwise("superseded")
    )


def _values(values: Sequence[str]) -> SparkColumn:
    return F.struct(*[F.col(f"`{name}`") for name in values]) if values else F.struct(F.lit(0).alias("_nothing"))
