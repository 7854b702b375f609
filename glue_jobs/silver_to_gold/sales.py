"""gold.sales: orders, units and revenue by day, product, region and channel."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from copperline.job import GoldJob, run


def day() -> Column:
    """The day that a sale counts for."""
    return F.array(F.to_date("sold_at"))


def transform(sales: DataFrame) -> DataFrame:
    """One row per day, product, customer region and channel that sold anything."""
    return (
        sales.withColumn("sold_on", F.to_date("sold_at"))
        .groupBy("sold_on", "product", "customer_region", "channel")
        .agg(
            F.max("category").alias("category"),
            F.count(F.lit(1)).alias("orders"),
            F.sum("quantity").alias("units_sold"),
            F.sum(F.col("quantity") * F.col("unit_price")).cast("decimal(18,2)").alias("revenue"),
        )
    )


JOB = GoldJob(
    reads=("silver.sales",),
    writes="gold.sales",
    transform=transform,
    rebuild_by="sold_on",
    touches={"silver.sales": day},
)

if __name__ == "__main__":
    run(JOB)
