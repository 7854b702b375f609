from __future__ import annotations

from datetime import date

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from copperline.columns.types import read_schema
from copperline.contract import load_contracts
from copperline.frames.conform import conform
from glue_jobs.silver_to_gold.inventory import months, transform

pytestmark = pytest.mark.spark

SILVER = (
    "inventory_id bigint, counted_at string, product string, category string, "
    "units_in_stock int, units_received int, units_sold int"
)
STOCKS = [
    # id counted_at             product     cat  stock in  out
    (1,  "2024-01-01 10:00:00", "Tablet",   "E", 100,  20, 5),
    (2,  "2024-02-01 10:00:00", "Tablet",   "E", 115,  0,  7),
    (3,  "2024-03-01 10:00:00", "Tablet",   "E", 100,  0,  0),
    (4,  "2024-05-01 10:00:00", "Tablet",   "E", 100,  1,  0),
    (5,  "2024-01-20 10:00:00", "TV Box",   "E", 9,    4,  1),
    (6,  "2024-01-02 10:00:00", "TV Box",   "E", 7,    2,  3),
]  # fmt: skip
GOLD = [
    # month             product  cat  open  in  out  close continues
    (date(2024, 1, 1), "TV Box", "E", 7,    6,  4,   9,    None),
    (date(2024, 1, 1), "Tablet", "E", 100,  20, 5,   115,  True),
    (date(2024, 2, 1), "Tablet", "E", 115,  0,  7,   108,  False),
    (date(2024, 3, 1), "Tablet", "E", 100,  0,  0,   100,  None),
    (date(2024, 5, 1), "Tablet", "E", 100,  1,  0,   101,  None),
]  # fmt: skip


def test_stock_moves_month_by_month(spark: SparkSession) -> None:
    silver = spark.createDataFrame(STOCKS, SILVER).withColumn("counted_at", F.to_timestamp("counted_at"))
    contract = load_contracts()["gold.inventory"]
    got = transform(silver).transform(conform, contract)
    assert [(field.name, field.dataType) for field in got.schema] == [
        (field.name, field.dataType) for field in read_schema(contract)
    ]
    assert [tuple(row) for row in got.orderBy("month", "product").collect()] == GOLD


def test_a_stock_take_touches_its_month_and_the_one_before(spark: SparkSession) -> None:
    silver = spark.sql("SELECT timestamp '2024-01-31 23:59:59' AS counted_at")
    assert silver.select(months()).first() == ([date(2024, 1, 1), date(2023, 12, 1)],)
