"""Bronze to silver, as the three scripts do it, without UDFs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from benchmarks.baseline import inventory_to_silver, ratings_to_silver, sales_to_silver
from benchmarks.baseline.lookups import CATEGORIES, STATES

RATING = r"\s*(?:#\S+\s+)?Nota\s+(\d+)\s*$"


def sales(bronze: DataFrame) -> DataFrame:
    """Sales as sales_to_silver makes them."""
    moment = F.concat_ws(" ", F.concat_ws("-", "Ano", "Mês", "Dia"), "Horario")
    return (
        bronze.withColumnsRenamed(sales_to_silver.NAMES)
        .withColumns(
            {
                "sold_at": F.try_to_timestamp(moment, F.lit("yyyy-M-d HH:mm:ss")),
                "category": _category(),
                "customer_state": _lookup("customer_state", STATES),
                "customer_hash": F.sha2("customer_name", 256),
                "unit_price": F.col("unit_price").cast("decimal(12,2)"),
                **{name: F.col(name).cast("int") for name in ("quantity", "customer_age", "rating")},
            }
        )
        .drop("Dia", "Mês", "Ano", "Horario", "customer_name")
        .dropna(subset=["sale_id", "sold_at"])
        .dropDuplicates(["sale_id"])
    )


def inventory(bronze: DataFrame) -> DataFrame:
    """Stock takes as inventory_to_silver makes them."""
    moment = F.concat_ws(" ", "Data", "Horario")
    return (
        bronze.withColumnsRenamed(inventory_to_silver.NAMES)
        .withColumn("product", F.translate("product", "_", " "))
        .withColumns(
            {
                "counted_at": F.try_to_timestamp(moment, F.lit("yyyy/MM/dd HH:mm:ss")),
                "category": _category(),
                **{name: F.col(name).cast("int") for name in ("units_in_stock", "units_received", "units_sold")},
            }
        )
        .drop("Data", "Horario")
        .dropna(subset=["inventory_id", "counted_at"])
        .dropDuplicates(["inventory_id"])
    )


def ratings(bronze: DataFrame) -> DataFrame:
    """Ratings as ratings_to_silver makes them."""
    return (
        bronze.withColumnsRenamed(ratings_to_silver.NAMES)
        .withColumns(
            {
                "posted_on": F.try_to_timestamp("Data", F.lit("yyyy-MM-dd")).cast("date"),
                "rating": F.regexp_extract("comment", RATING, 1).cast("int"),
                "comment": F.regexp_replace("comment", RATING, ""),
                "category": _category(),
            }
        )
        .drop("Data")
        .dropna(subset=["comment_id", "posted_on", "rating"])
        .dropDuplicates(["comment_id"])
    )


def _category() -> Column:
    return F.coalesce(F.col("category"), _lookup("product", CATEGORIES))


def _lookup(column: str, listed: Mapping[str, str]) -> Column:
    return F.create_map(*map(F.lit, chain.from_iterable(listed.items())))[F.col(column)]
