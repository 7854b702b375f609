"""What a batch means to a table: inserted, updated, unchanged, superseded or, where a group vanished, deleted."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

from copperline.columns.technical import VERSION

CLASS = "_class"
#: Whether all versions of a key in the batch say the same; of those with the greatest source version, if there is one.
ALONE = "_alone"
#: What the replaced row has in the columns that the table is partitioned by.
WAS = "_was"
WRITTEN = ("inserted", "updated", "spliced", "deleted")
REPLACED = ("updated", "spliced", "deleted")


def latest(df: DataFrame, group: Sequence[str], values: Sequence[str], order: Sequence[str] = VERSION) -> DataFrame:
    """One row a group: what its last version says, as of the version since which all later ones have said the same.

    So it makes no difference whether a repetition came in the same batch, in a later one, or not at all.
    """
    window = W.partitionBy(*group).orderBy(*order)
    until_here = window.rowsBetween(W.unboundedPreceding, W.currentRow)
    says = as_struct(values)
    begins = F.when(~F.lag(says).over(window).eqNullSafe(says), F.struct(*VERSION))
    steps = df.withColumns({"_begins": begins, "_next": F.lead(F.lit(1)).over(window)})
    known = {
        "_since": F.last("_begins", ignorenulls=True).over(until_here),
        ALONE: F.count("_begins").over(until_here) == 1,
    }
    last = steps.withColumns(known).where(F.col("_next").isNull())
    return last.withColumns({name: F.col(f"_since.{name}") for name in VERSION}).drop("_begins", "_next", "_since")


def newest(df: DataFrame, key: Sequence[str], values: Sequence[str], version: str = "") -> DataFrame:
    """One row a key, with `_alone`: what its greatest version says.

    `version` is the column of the source's own version, which comes before the time of delivery.
    """
    if not version:
        return latest(df, key, values)
    order = W.partitionBy(*key).orderBy(F.col(f"`{version}`").desc())
    ranked = latest(df, [*key, version], values).withColumn("_rank", F.row_number().over(order))
    return ranked.where(F.col("_rank") == 1).drop("_rank")


def classify(
    batch: DataFrame,
    table: DataFrame,
    key: Sequence[str],
    values: Sequence[str],
    *,
    version: str = "",
    partitions: Sequence[str] = (),
) -> DataFrame:
    """The rows of `newest` with `_class` in place of `_alone`, and with `_was`, from one join with the table.

    The batch holds, with its own deliveries, every one published after the first of them. Then a row that says what
    the table's says is unchanged, unless it has said so since another version: since an earlier one, or since a later
    one with a version between that said otherwise. A row that says otherwise is updated, and superseded only if its
    version is older than the table's. A version that is read again is as new as itself: what its job makes of it now
    takes the place of what was made of it then.
    """
    order = [*([version] if version else []), *VERSION]
    was = as_struct(partitions).alias(WAS)
    here = table.select(*key, as_struct(values).alias("_old"), as_struct(order).alias("_old_version"), was)
    joined = batch.join(here, on=list(key), how="left")
    now, then = as_struct(order), F.col("_old_version")
    same = as_struct(values).eqNullSafe(F.col("_old"))
    held_since_then = now.eqNullSafe(then) | (F.col(ALONE) & (now > then))
    label = (
        F.when(F.col("_old").isNull(), "inserted")
        .when(same & held_since_then, "unchanged")
        .when(same | (now >= then), "updated")
        .otherwise("superseded")
    )
    return joined.withColumn(CLASS, label).drop("_old", "_old_version", ALONE)


def classify_groups(batch: DataFrame, table: DataFrame, key: Sequence[str], values: Sequence[str]) -> DataFrame:
    """The batch's rows and those of the table that the batch no longer has, with `_class`.

    `table` is already narrowed to the logical keys that were rebuilt: a row of it without its like is deleted.
    """
    here = table.select(*key, as_struct(values).alias("_old"))
    there = batch.withColumn("_new", F.lit(True))
    joined = there.join(here, on=list(key), how="full")
    label = (
        F.when(F.col("_new").isNull(), "deleted")
        .when(F.col("_old").isNull(), "inserted")
        .when(as_struct(values).eqNullSafe(F.col("_old")), "unchanged")
        .otherwise("updated")
    )
    return joined.withColumn(CLASS, label).drop("_old", "_new")


def as_struct(names: Sequence[str]) -> SparkColumn:
    """The columns as one value, which is never NULL."""
    return F.struct(*[F.col(f"`{name}`") for name in names]) if names else F.struct(F.lit(0).alias("_nothing"))
