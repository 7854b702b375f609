from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from copperline.columns.types import read_schema
from copperline.contract import load_contracts
from copperline.frames.conform import conform
from glue_jobs.bronze_to_silver.inventory import assemble_counted_at, space_product, transform
from tests.support.rows import stock

pytestmark = pytest.mark.spark

MOMENTS = [
    # Data          Horario      counted_at
    ("2021/07/01", "21:45:00",  "2021-07-01 21:45:00"),
    ("2021/02/30", "21:45:00",  None),
    ("2021-07-01", "21:45:00",  None),
    ("01/07/2021", "21:45:00",  None),
    ("2021/07/01", "",          None),
    (None,         "21:45:00",  None),
]  # fmt: skip


def test_a_moment_that_does_not_exist_is_null(spark: SparkSession) -> None:
    delivered = spark.createDataFrame([row[:2] for row in MOMENTS], "Data string, Horario string")
    got = delivered.transform(assemble_counted_at).selectExpr("CAST(counted_at AS string)").collect()
    assert [row[0] for row in got] == [row[2] for row in MOMENTS]


@pytest.mark.parametrize(
    ("delivered", "product"),
    [
        ('Smart_TV_55"', 'Smart TV 55"'),
        ("Ventilador_de_teto", "Ventilador de teto"),
        ("TV Box", "TV Box"),
        (None, None),
    ],
)
def test_underscores_become_spaces(spark: SparkSession, delivered: str, product: str) -> None:
    assert spark.createDataFrame([(delivered,)], "product string").transform(space_product).first() == (product,)


def test_the_transform_returns_what_the_contract_asks_for(spark: SparkSession) -> None:
    contracts = load_contracts()
    schema = read_schema(contracts["bronze.zoop_inventory"])
    delivered = spark.createDataFrame([tuple(stock(1)[field.name] for field in schema)], schema)
    got = transform(delivered).transform(conform, contracts["silver.inventory"])
    assert got.schema == read_schema(contracts["silver.inventory"])
