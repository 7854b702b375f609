"""`python -m benchmarks.one_process --bucket B`: six tables in one session."""

from __future__ import annotations

import sys

from awsglue.utils import getResolvedOptions
from pyspark.sql import DataFrame, SparkSession

from benchmarks.one_process import gold, silver


def main() -> None:
    """The six tables are there."""
    bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
    builder = SparkSession.builder.appName("one_process")
    # moments that do not exist become NULL, as in the scripts
    spark = builder.config("spark.sql.legacy.timeParserPolicy", "CORRECTED").getOrCreate()

    def read(table: str) -> DataFrame:
        return spark.read.parquet(f"s3://{bucket}/{table}/")

    def write(table: str, df: DataFrame) -> None:
        df.write.mode("append").parquet(f"s3://{bucket}/{table}/")

    write("silver/sales", silver.sales(read("bronze/zoop/sales")))
    write("silver/inventory", silver.inventory(read("bronze/zoop/inventory")))
    write("silver/ratings", silver.ratings(read("bronze/zoop/ratings")))
    write("gold/sales", gold.sales(read("silver/sales")))
    write("gold/inventory", gold.inventory(read("silver/inventory")))
    write("gold/ratings", gold.ratings(read("silver/sales"), read("silver/ratings")))
    spark.stop()


if __name__ == "__main__":
    main()
