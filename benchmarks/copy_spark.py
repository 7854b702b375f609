"""`python -m benchmarks.copy_spark --source S --target T`: plain Spark reads Parquet and writes it again."""

from __future__ import annotations

import sys

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession


def main() -> None:
    """The target has the source's rows."""
    options = getResolvedOptions(sys.argv, ["source", "target"])
    spark = SparkSession.builder.appName("copy").getOrCreate()
    spark.read.parquet(options["source"]).write.parquet(options["target"])
    spark.stop()


if __name__ == "__main__":
    main()
