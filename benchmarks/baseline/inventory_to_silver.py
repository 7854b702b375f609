"""Bronze to silver: inventory."""

from __future__ import annotations

import sys
from datetime import datetime

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from benchmarks.baseline.lookups import CATEGORIES

NAMES = {
    "ID_estoque": "inventory_id",
    "ID_produto": "product_id",
    "Produto": "product",
    "Categoria_produto": "category",
    "Quantidade_em_estoque": "units_in_stock",
    "Quantidade_novos_produtos": "units_received",
    "Quantidade_vendida": "units_sold",
}


@F.udf(returnType=T.TimestampType())
def counted_at(day: str, time: str) -> datetime | None:
    """The moment of the stock take."""
    try:
        return datetime.strptime(f"{day} {time}", "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - Spark's is UTC
    except (TypeError, ValueError):
        return None


@F.udf(returnType=T.StringType())
def spaced(product: str | None) -> str | None:
    """The product as it is written elsewhere."""
    return product.replace("_", " ") if product else None


@F.udf(returnType=T.StringType())
def category_of(category: str | None, product: str) -> str | None:
    """The category, or the one that the product belongs to."""
    return category or CATEGORIES.get(product)


def main() -> None:
    """silver/inventory has what bronze has."""
    bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
    spark = SparkSession.builder.appName("inventory_to_silver").getOrCreate()
    df = spark.read.parquet(f"s3://{bucket}/bronze/zoop/inventory/")
    for name, english in NAMES.items():
        df = df.withColumnRenamed(name, english)
    df = (
        df.withColumn("counted_at", counted_at("Data", "Horario"))
        .withColumn("product", spaced("product"))
        .withColumn("category", category_of("category", "product"))
        .withColumn("units_in_stock", F.col("units_in_stock").cast("int"))
        .withColumn("units_received", F.col("units_received").cast("int"))
        .withColumn("units_sold", F.col("units_sold").cast("int"))
        .drop("Data", "Horario")
        .dropna(subset=["inventory_id", "counted_at"])
        .dropDuplicates(["inventory_id"])
    )
    df.write.mode("append").parquet(f"s3://{bucket}/silver/inventory/")
    spark.stop()


if __name__ == "__main__":
    main()
