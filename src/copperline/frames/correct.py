"""What people have said of single rows, done to them before a job sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.contract import Column, Contract
from copperline.files.corrections import Change
from copperline.files.records import Pending
from copperline.frames.judge import REASONS
from copperline.frames.local import local_frame

DISCARDED = "_discarded"
#: What the reason of a discarded row begins with.
GIVEN_UP = "discarded: "
_PLACE = ["_source_file", "_source_row"]


def correct(
    df: DataFrame, contract: Contract, files: Sequence[Pending], changes: Mapping[tuple[str, int], Change]
) -> DataFrame:
    """The rows as their corrections want them, with `_discarded` where any row of the run is given up.

    The values of the corrections are columns of a small frame that is broadcast, never literals: those show in plans.
    The plan stays as it is where no correction is about these files.
    """
    uris = {file.uri for file in files}
    mine = {place: change for place, change in changes.items() if place[0] in uris}
    discards = any(change.discard for change in changes.values())
    if not mine:
        return df.withColumn(DISCARDED, F.lit(None).cast("string")) if discards else df
    patched = {name for change in mine.values() for name in change.patch}
    columns = [column for column in contract.columns if column.name in patched]
    joined = df.join(F.broadcast(_frame(df, mine, columns)), on=_PLACE, how="left")
    values = {column.name: _value(number, column) for number, column in enumerate(columns)}
    helpers = [name for number in range(len(columns)) for name in (_has(number), _new(number))]
    return joined.withColumns(values).drop(*helpers, *([] if discards else [DISCARDED]))


def _has(number: int) -> str:
    return f"_has_{number}"


def _new(number: int) -> str:
    return f"_new_{number}"


def _frame(df: DataFrame, changes: Mapping[tuple[str, int], Change], columns: Sequence[Column]) -> DataFrame:
    """A row for each place: for each column whether it has another value, and which, as text."""
    schema = T.StructType([T.StructField(_PLACE[0], T.StringType()), T.StructField(_PLACE[1], T.LongType())])
    schema.add(DISCARDED, T.StringType())
    for number in range(len(columns)):
        schema.add(_has(number), T.BooleanType()).add(_new(number), T.StringType())
    rows = [[*place, change.discard or None, *_cells(change, columns)] for place, change in sorted(changes.items())]
    return local_frame(df.sparkSession, rows, schema)


def _cells(change: Change, columns: Sequence[Column]) -> Iterator[Any]:
    for column in columns:
        yield column.name in change.patch
        yield change.patch.get(column.name)


def _value(number: int, column: Column) -> SparkColumn:
    text = F.col(_new(number))
    new = F.unbase64(text) if column.type == "binary" else text.cast(column.type)
    return F.when(F.col(_has(number)), new).otherwise(F.col(f"`{column.name}`"))


def discard(df: DataFrame) -> DataFrame:
    """Judged rows, in which those that were given up have that for their last reason."""
    if DISCARDED not in df.columns:
        return df
    why = F.concat(F.lit(GIVEN_UP), F.col(DISCARDED))
    reasons = F.array_compact(F.concat(F.col(REASONS), F.array(why)))
    return df.withColumn(REASONS, reasons).drop(DISCARDED)
