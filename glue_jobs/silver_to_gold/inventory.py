"""gold.inventory: how the stock of each product moved, month by month."""

from __future__ import annotations

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import Window as W
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.job import GoldJob, Span, run


def months() -> Column:
    """The month of a stock take, and the one before it, which looks at how this one opens."""
    month = F.trunc("counted_at", "month")
    return F.array(month, F.add_months(month, -1))


def two_months(month: date) -> tuple[date, date]:
    """The month's beginning, and what the next month ends before."""
    return month, month + timedelta(days=62)


def move(inventory: DataFrame) -> DataFrame:
    """One row per month and product: the first stock take opens the month, receipts and sales add up."""
    monthly = inventory.withColumn("month", F.trunc("counted_at", "month"))
    first = F.struct("counted_at", "inventory_id")
    sums = monthly.groupBy("month", "product").agg(
        F.max("category").alias("category"),
        F.min_by("units_in_stock", first).cast(T.LongType()).alias("opening_stock"),
        F.sum("units_received").alias("units_received"),
        F.sum("units_sold").alias("units_sold"),
    )
    closing = F.col("opening_stock") + F.col("units_received") - F.col("units_sold")
    return sums.withColumn("closing_stock", closing)


def compare_with_next(monthly: DataFrame) -> DataFrame:
    """`continues` says whether the next month opens with this month's closing stock; NULL without a next month."""
    order = W.partitionBy("product").orderBy("month")
    follows = F.lead("month").over(order) == F.add_months("month", 1)
    same = F.lead("opening_stock").over(order) == F.col("closing_stock")
    return monthly.withColumn("continues", F.when(follows, same))


def transform(inventory: DataFrame) -> DataFrame:
    """Stock takes become stock movements."""
    return inventory.transform(move).transform(compare_with_next)


JOB = GoldJob(
    reads=("silver.inventory",),
    writes="gold.inventory",
    transform=transform,
    rebuild_by="month",
    touches={"silver.inventory": months},
    spans={"silver.inventory": Span("counted_at", two_months)},
)

if __name__ == "__main__":
    run(JOB)
