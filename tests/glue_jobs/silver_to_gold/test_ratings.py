from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from copperline.columns.types import read_schema
from copperline.contract import load_contracts
from copperline.frames.conform import conform
from glue_jobs.silver_to_gold.ratings import transform

pytestmark = pytest.mark.spark

SALES = [("Tablet", "E", 5, 3), ("Tablet", "E", 5, 1), ("Tablet", "E", 1, 2), ("TV Box", "E", 4, 1)]
RATINGS = [
    ("Tablet", "E", 5, "Facebook"),
    ("Tablet", "E", 5, "Facebook"),
    ("Tablet", "E", 5, "X (Twitter)"),
    ("Notebook", "E", 2, "TikTok"),
]
GOLD = [
    # product   rating cat  units  x  facebook instagram tiktok
    ("Notebook", 2,   "E",  0,     0, 0,       0,        1),
    ("TV Box",   4,   "E",  1,     0, 0,       0,        0),
    ("Tablet",   1,   "E",  2,     0, 0,       0,        0),
    ("Tablet",   5,   "E",  4,     1, 2,       0,        0),
]  # fmt: skip


def test_rows_of_either_source_count_once(spark: SparkSession) -> None:
    sales = spark.createDataFrame(SALES, "product string, category string, rating int, quantity int")
    ratings = spark.createDataFrame(RATINGS, "product string, category string, rating int, platform string")
    contract = load_contracts()["gold.ratings"]
    got = transform(sales, ratings).transform(conform, contract)
    assert [(field.name, field.dataType) for field in got.schema] == [
        (field.name, field.dataType) for field in read_schema(contract)
    ]
    assert [tuple(row) for row in got.orderBy("product", "rating").collect()] == GOLD
