"""Silver to gold: inventory."""

from __future__ import annotations

import sys
from datetime import date, datetime

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import Window as W
from pyspark.sql import functions as F
from pyspark.sql import types as T


@F.udf(returnType=T.DateType())
def month_of(moment: datetime | None) -> date | None:
    """The first day of a moment's month."""
    return moment.date().replace(day=1) if moment else None


@F.udf(returnType=T.BooleanType())
def continues(month: date, following: date | None, closing: int, opening: int | None) -> bool | None:
    """Whether the next month opens with what this one leaves."""
    if following is None or (following.year - month.year) * 12 + following.month - month.month != 1:
        return None
    return opening == closing


def main() -> None:
    """gold/inventory has the movements of stock by month and product."""
    bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
    spark = SparkSession.builder.appName("inventory_to_gold").getOrCreate()
    first = W.partitionBy("month", "product").orderBy("counted_at", "inventory_id")
    df = (
        spark.read.parquet(f"s3://{bucket}/silver/inventory/")
        .withColumn("month", month_of("counted_at"))
        .withColumn("opening_stock", F.first("units_in_stock").over(first))
        .groupBy("month", "product", "category")
        .agg(
            F.first("opening_stock").alias("opening_stock"),
            F.sum("units_received").alias("units_received"),
            F.sum("units_sold").alias("units_sold"),
        )
        .withColumn("closing_stock", F.col("opening_stock") + F.col("units_received") - F.col("units_sold"))
    )
    months = W.partitionBy("product").orderBy("month")
    df = (
        df.withColumn("next_month", F.lead("month").over(months))
        .withColumn("next_opening", F.lead("opening_stock").over(months))
        .withColumn("continues", continues("month", "next_month", "closing_stock", "next_opening"))
        .drop("next_month", "next_opening")
    )
    df.write.mode("append").parquet(f"s3://{bucket}/gold/inventory/")
    spark.stop()


if __name__ == "__main__":
    main()
