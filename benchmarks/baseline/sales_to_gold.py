"""Silver to gold: sales."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T


@F.udf(returnType=T.DateType())
def day_of(moment: datetime | None) -> date | None:
    """The day of a moment."""
    return moment.date() if moment else None


@F.udf(returnType=T.DecimalType(18, 2))
def revenue_of(quantity: int | None, price: Decimal | None) -> Decimal | None:
    """What a sale brought in."""
    return None if quantity is None or price is None else quantity * price


def main() -> None:
    """gold/sales has orders, units and revenue by day, product, region and channel."""
    bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
    spark = SparkSession.builder.appName("sales_to_gold").getOrCreate()
    df = (
        spark.read.parquet(f"s3://{bucket}/silver/sales/")
        .withColumn("sold_on", day_of("sold_at"))
        .withColumn("revenue", revenue_of("quantity", "unit_price"))
        .groupBy("sold_on", "product", "category", "customer_region", "channel")
        .agg(
            F.count("sale_id").alias("orders"),
            F.sum("quantity").alias("units_sold"),
            F.sum("revenue").alias("revenue"),
        )
    )
    df.write.mode("append").parquet(f"s3://{bucket}/gold/sales/")
    spark.stop()


if __name__ == "__main__":
    main()
