"""Every row rule of a contract in one projection."""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.checks import reason_of
from copperline.contract import Contract

REASONS = "_reasons"


def judge(df: DataFrame, contract: Contract) -> DataFrame:
    """The same rows with `_reasons`: why to reject each, in the contract's order; empty where nothing is wrong."""
    broken = [reason_of(F.col(f"`{column.name}`"), rule) for column in contract.columns for rule in column.rules]
    reasons = F.array_compact(F.array(*broken)) if broken else F.array().cast("array<string>")
    return df.withColumn(REASONS, reasons)


def rejected() -> SparkColumn:
    """True for a row that has a reason."""
    return F.size(REASONS) > 0
