"""Silver to gold: ratings."""

from __future__ import annotations

import sys
from typing import Any

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

PLATFORMS = {"X (Twitter)": "x", "Facebook": "facebook", "Instagram": "instagram", "TikTok": "tiktok"}


@F.udf(returnType=T.StringType())
def measure_of(platform: str) -> str:
    """The column that a comment on the platform counts in."""
    return f"comments_{PLATFORMS.get(platform, 'other')}"


def main() -> None:
    """gold/ratings has units sold and comments by product and rating."""
    bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
    spark = SparkSession.builder.appName("ratings_to_gold").getOrCreate()
    measures: list[Any] = [f"comments_{name}" for name in PLATFORMS.values()]
    units = (
        spark.read.parquet(f"s3://{bucket}/silver/sales/")
        .groupBy("product", "category", "rating")
        .agg(F.sum("quantity").alias("units_sold"))
    )
    comments = (
        spark.read.parquet(f"s3://{bucket}/silver/ratings/")
        .withColumn("measure", measure_of("platform"))
        .groupBy("product", "category", "rating")
        .pivot("measure", measures)
        .count()
    )
    df = units.join(comments, on=["product", "category", "rating"], how="full").fillna(0, ["units_sold", *measures])
    df.write.mode("append").parquet(f"s3://{bucket}/gold/ratings/")
    spark.stop()


if __name__ == "__main__":
    main()
