"""Silver to gold, as the three scripts do it, without UDFs."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import Window as W
from pyspark.sql import functions as F

from benchmarks.baseline.ratings_to_gold import PLATFORMS


def sales(silver: DataFrame) -> DataFrame:
    """Orders, units and revenue as sales_to_gold makes them."""
    return (
        silver.withColumn("sold_on", F.to_date("sold_at"))
        .groupBy("sold_on", "product", "category", "customer_region", "channel")
        .agg(
            F.count("sale_id").alias("orders"),
            F.sum("quantity").alias("units_sold"),
            F.sum(F.col("quantity") * F.col("unit_price")).cast("decimal(18,2)").alias("revenue"),
        )
    )


def inventory(silver: DataFrame) -> DataFrame:
    """Movements of stock as inventory_to_gold makes them."""
    first = F.struct("counted_at", "inventory_id")
    months = W.partitionBy("product").orderBy("month")
    next_opening, next_month = F.lead("opening_stock").over(months), F.lead("month").over(months)
    return (
        silver.withColumn("month", F.trunc("counted_at", "month"))
        .groupBy("month", "product", "category")
        .agg(
            F.min_by("units_in_stock", first).alias("opening_stock"),
            F.sum("units_received").alias("units_received"),
            F.sum("units_sold").alias("units_sold"),
        )
        .withColumn("closing_stock", F.col("opening_stock") + F.col("units_received") - F.col("units_sold"))
        .withColumn("continues", F.when(next_month == F.add_months("month", 1), next_opening == F.col("closing_stock")))
    )


def ratings(sales: DataFrame, comments: DataFrame) -> DataFrame:
    """Units and comments as ratings_to_gold makes them."""
    key = ["product", "category", "rating"]
    counts = [F.count_if(F.col("platform") == text).alias(f"comments_{name}") for text, name in PLATFORMS.items()]
    measures = ["units_sold", *(f"comments_{name}" for name in PLATFORMS.values())]
    units = sales.groupBy(*key).agg(F.sum("quantity").alias("units_sold"))
    return units.join(comments.groupBy(*key).agg(*counts), on=key, how="full").fillna(0, measures)
