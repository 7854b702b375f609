"""gold.sales: orders, units and revenue by day, product, region and channel."""

from __future__ import annotations

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from copperline.job import GoldJob, Span, run


def day() -> Column:
    """The day that a sale counts for."""
    return F.array(F.to_date("sold_at"))


def midnights(day: date) -> tuple[date, date]:
    """The day's beginning, and its end."""
    return day, day + timedelta(days=1)


def transform(sales: DataFrame) -> DataFrame:
    """One row per day, product, customer region and channel that sold anything."""
    sold = sales.select(
        F.to_date("sold_at").alias("sold_on"),
        *("product", "customer_region", "channel", "category"),
        F.lit(1).cast("bigint").alias("orders"),
        F.col("quantity").cast("bigint").alias("units_sold"),
        (F.col("quantity") * F.col("unit_price")).alias("revenue"),
    )
    return sold.transform(add_up)


def add_up(sold: DataFrame) -> DataFrame:
    """One row for all that are of the same day, product, region and channel."""
    return sold.groupBy("sold_on", "product", "customer_region", "channel").agg(
        F.max("category").alias("category"),
        F.sum("orders").alias("orders"),
        F.sum("units_sold").alias("units_sold"),
        F.sum("revenue").cast("decimal(18,2)").alias("revenue"),
    )


JOB = GoldJob(
    reads=("silver.sales",),
    writes="gold.sales",
    transform=transform,
    rebuild_by="sold_on",
    touches={"silver.sales": day},
    spans={"silver.sales": Span("sold_at", midnights)},
    combine=add_up,
)

if __name__ == "__main__":
    run(JOB)
