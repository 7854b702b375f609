from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from copperline.columns.types import read_schema
from copperline.contract import load_contracts
from copperline.frames.conform import conform
from copperline.tables.ddl import create_table
from glue_jobs.silver_to_gold.sales import day, midnights, transform

pytestmark = pytest.mark.spark

SILVER = (
    "sold_at string, product string, category string, customer_region string, channel string, "
    "quantity int, unit_price decimal(12,2)"
)
SALES = [
    # sold_at                product      category  region   channel       qty  price
    ("2024-01-31 23:59:59", "Cafeteira", "E",      "Sul",   "Loja 1",      1,   Decimal("0.10")),
    ("2024-01-31 00:00:00", "Cafeteira", "E",      "Sul",   "Loja 1",      2,   Decimal("0.20")),
    ("2024-02-01 00:00:00", "Cafeteira", "E",      "Sul",   "Loja 1",      4,   Decimal("0.10")),
    ("2024-02-01 00:00:00", "Cafeteira", "E",      "Sul",   "e-commerce",  8,   Decimal("0.10")),
    ("2024-02-01 00:00:00", "Cafeteira", "E",      "Norte", "Loja 1",      16,  Decimal("9999999999.99")),
]  # fmt: skip
GOLD = [
    # sold_on           product      region   channel      category orders units  revenue
    (date(2024, 1, 31), "Cafeteira", "Sul",   "Loja 1",     "E",     2,     3,  Decimal("0.50")),
    (date(2024, 2, 1),  "Cafeteira", "Norte", "Loja 1",     "E",     1,    16,  Decimal("159999999999.84")),
    (date(2024, 2, 1),  "Cafeteira", "Sul",   "Loja 1",     "E",     1,     4,  Decimal("0.40")),
    (date(2024, 2, 1),  "Cafeteira", "Sul",   "e-commerce", "E",     1,     8,  Decimal("0.80")),
]  # fmt: skip


def test_sales_add_up_by_day_product_region_and_channel(spark: SparkSession) -> None:
    silver = spark.createDataFrame(SALES, SILVER).withColumn("sold_at", F.to_timestamp("sold_at"))
    contract = load_contracts()["gold.sales"]
    got = transform(silver).transform(conform, contract)
    assert [(field.name, field.dataType) for field in got.schema] == [
        (field.name, field.dataType) for field in read_schema(contract)
    ]
    assert [tuple(row) for row in got.orderBy("sold_on", "customer_region", "channel").collect()] == GOLD


def test_where_silver_is_large_a_run_opens_its_months_alone() -> None:
    contract = load_contracts()["gold.sales"]
    assert "PARTITIONED BY (months(`sold_on`)) " in create_table(contract, "db.sales", partitioned=True)
    assert contract.partition_above_bytes == 1 << 24


def test_a_sale_touches_its_day(spark: SparkSession) -> None:
    silver = spark.sql("SELECT timestamp '2024-01-31 23:59:59' AS sold_at")
    assert silver.select(day()).first() == ([date(2024, 1, 31)],)


def test_the_sales_of_a_day_lie_between_its_midnights() -> None:
    assert midnights(date(2024, 2, 29)) == (date(2024, 2, 29), date(2024, 3, 1))
