"""Every version that a key has had, each with the time for which it held: what a contract with `history` keeps."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

from copperline.columns.technical import VERSION
from copperline.contract.model import CURRENT, VALID_FROM, VALID_TO
from copperline.frames.classify import CLASS, WAS, as_struct, latest

#: How many rows of the batch a row of the timeline stands for.
DELIVERED = "_delivered"
_OLD, _NEW, _BEGINS = "_old", "_new", "_begins"


def timeline(
    batch: DataFrame,
    table: DataFrame,
    key: Sequence[str],
    values: Sequence[str],
    *,
    version: str = "",
    partitions: Sequence[str] = (),
) -> DataFrame:
    """The moments of all keys, old and new, with `valid_from`, `valid_to`, `current`, `_class` and `_was`.

    A version holds from its source's version or, without one, from its delivery. Of several at one moment the last
    holds; one that says what the one before it says is part of it, and no row. The class is

    - inserted, updated: the row is new, or says otherwise than it did;
    - spliced: it says what it said, but ends at another moment, since a neighbour came or went;
    - deleted: it is part of the row before it now;
    - unchanged: neither; or no row, since it says what the row before it says.

    `_delivered` is how many rows of the batch have this moment; all but one of them are superseded.
    """
    moments = latest(_events(batch, table, key, values, version, partitions), [*key, VALID_FROM], values, _ORDER)
    forward, back = W.partitionBy(*key).orderBy(VALID_FROM), W.partitionBy(*key).orderBy(F.desc(VALID_FROM))
    says = as_struct(values)
    linked = moments.withColumn(_BEGINS, ~F.lag(says).over(forward).eqNullSafe(says))
    begin = F.when(F.col(_BEGINS), F.col(VALID_FROM))
    after = F.last(begin, ignorenulls=True).over(back.rowsBetween(W.unboundedPreceding, -1))
    ended = linked.withColumn(VALID_TO, after).withColumn(CURRENT, F.col(VALID_TO).isNull())
    there, begins = F.col(f"{_OLD}.said").isNotNull(), F.col(_BEGINS)
    label = (
        F.when(~begins, F.when(there, "deleted").otherwise("unchanged"))
        .when(~there, "inserted")
        .when(~F.col(f"{_OLD}.said").eqNullSafe(as_struct([*values, *VERSION])), "updated")
        .when(~F.col(f"{_OLD}.until").eqNullSafe(F.col(VALID_TO)), "spliced")
        .otherwise("unchanged")
    )
    was = F.col(f"{_OLD}.{WAS}").alias(WAS)
    columns = [*key, *values, VALID_FROM, VALID_TO, CURRENT, *VERSION, DELIVERED]
    return ended.select(*[f"`{name}`" for name in columns], label.alias(CLASS), was)


_ORDER = (*VERSION, _NEW)  # at the same version, what is read now comes after what the table has


def _events(
    batch: DataFrame,
    table: DataFrame,
    key: Sequence[str],
    values: Sequence[str],
    version: str,
    partitions: Sequence[str],
) -> DataFrame:
    """The batch's rows and the table's; each moment knows the table's row, if it has one."""
    at = F.col(f"`{version or '_delivered_at'}`").cast("timestamp")
    columns = [*key, *values, *VERSION]
    old = F.struct(
        as_struct([*values, *VERSION]).alias("said"), F.col(VALID_TO).alias("until"), as_struct(partitions).alias(WAS)
    )
    ours = table.select(*[f"`{name}`" for name in columns], VALID_FROM, old.alias(_OLD), F.lit(0).alias(_NEW))
    theirs = batch.select(
        *[f"`{name}`" for name in columns],
        at.alias(VALID_FROM),
        F.lit(None).cast(ours.schema[_OLD].dataType).alias(_OLD),
        F.lit(1).alias(_NEW),
    )
    moment = W.partitionBy(*key, VALID_FROM)
    known = {_OLD: F.first(_OLD, ignorenulls=True).over(moment), DELIVERED: F.sum(_NEW).over(moment)}
    return ours.unionByName(theirs).withColumns(known)
