"""Bronze to silver: sales."""

from __future__ import annotations

import hashlib
import sys
from datetime import datetime

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from benchmarks.baseline.lookups import CATEGORIES, STATES

NAMES = {
    "ID_venda": "sale_id",
    "Canal_venda": "channel",
    "Origem_venda": "origin",
    "ID_produto": "product_id",
    "Produto": "product",
    "Categoria_produto": "category",
    "Preco_unitario": "unit_price",
    "Quantidade": "quantity",
    "Metodo_pagamento": "payment_method",
    "ID_cliente": "customer_id",
    "Nome_cliente": "customer_name",
    "Genero_cliente": "customer_gender",
    "Idade_cliente": "customer_age",
    "Cidade_cliente": "customer_city",
    "UF_cliente": "customer_state",
    "Regiao_cliente": "customer_region",
    "Avaliacao": "rating",
}


@F.udf(returnType=T.TimestampType())
def sold_at(day: int, month: int, year: int, time: str) -> datetime | None:
    """The moment of the sale."""
    try:
        return datetime.strptime(f"{year}-{month}-{day} {time}", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - Spark's is UTC
    except (TypeError, ValueError):
        return None


@F.udf(returnType=T.StringType())
def category_of(category: str | None, product: str) -> str | None:
    """The category, or the one that the product belongs to."""
    return category or CATEGORIES.get(product)


@F.udf(returnType=T.StringType())
def abbreviated(state: str) -> str | None:
    """The two letters of a state."""
    return STATES.get(state)


@F.udf(returnType=T.StringType())
def pseudonym(name: str | None) -> str | None:
    """The customer without a name."""
    return hashlib.sha256(name.encode()).hexdigest() if name else None


def main() -> None:
    """silver/sales has what bronze has."""
    bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
    spark = SparkSession.builder.appName("sales_to_silver").getOrCreate()
    df = spark.read.parquet(f"s3://{bucket}/bronze/zoop/sales/")
    for name, english in NAMES.items():
        df = df.withColumnRenamed(name, english)
    df = (
        df.withColumn("sold_at", sold_at("Dia", "Mês", "Ano", "Horario"))
        .withColumn("category", category_of("category", "product"))
        .withColumn("customer_state", abbreviated("customer_state"))
        .withColumn("customer_hash", pseudonym("customer_name"))
        .withColumn("unit_price", F.col("unit_price").cast("decimal(12,2)"))
        .withColumn("quantity", F.col("quantity").cast("int"))
        .withColumn("customer_age", F.col("customer_age").cast("int"))
        .withColumn("rating", F.col("rating").cast("int"))
        .drop("Dia", "Mês", "Ano", "Horario", "customer_name")
        .dropna(subset=["sale_id", "sold_at"])
        .dropDuplicates(["sale_id"])
    )
    df.write.mode("append").parquet(f"s3://{bucket}/silver/sales/")
    spark.stop()


if __name__ == "__main__":
    main()
