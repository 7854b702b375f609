"""Every row rule of a contract in one projection."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.checks import is_utf8, reason_of
from copperline.contract import Column, Contract

REASONS = "_reasons"


def judge(df: DataFrame, contract: Contract) -> DataFrame:
    """The same rows with `_reasons`: why to reject each, in the contract's order; empty where nothing is wrong."""
    broken = [reason for column in contract.columns for reason in _reasons(column)]
    reasons = F.array_compact(F.array(*broken)) if broken else F.array().cast("array<string>")
    return df.withColumn(REASONS, reasons)


def _reasons(column: Column) -> Iterator[SparkColumn]:
    """One a rule; and a text must be UTF-8, which Spark takes on trust, or no other engine reads the file it is in."""
    value = F.col(f"`{column.name}`")
    yield from (reason_of(value, rule) for rule in column.rules)
    if column.type == "string" and not any(rule.check == "valid_values" for rule in column.rules):
        yield F.when(~is_utf8(value), F.lit(f"{column.name}_not_utf8"))


def rejected() -> SparkColumn:
    """True for a row that has a reason."""
    return F.size(REASONS) > 0
