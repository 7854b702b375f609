from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from copperline.columns.types import read_schema
from copperline.contract import load_contracts
from copperline.frames.conform import conform
from copperline.frames.steps import fill_missing, fit_types
from glue_jobs.bronze_to_silver.sales import CATEGORIES, TYPES, abbreviate_state, assemble_sold_at, transform
from tests.support.rows import sale

pytestmark = pytest.mark.spark

MOMENTS = [
    # Dia  Mês  Ano    Horario      sold_at
    (20,   8,   2021, "08:58:00",  "2021-08-20 08:58:00"),
    (29,   2,   2024, "23:59:59",  "2024-02-29 23:59:59"),
    (29,   2,   2023, "00:00:00",  None),
    (31,   4,   2023, "00:00:00",  None),
    (1,    13,  2023, "00:00:00",  None),
    (0,    1,   2023, "00:00:00",  None),
    (1,    1,   2023, "24:00:00",  None),
    (1,    1,   2023, "8:58",      None),
    (1,    1,   2023, None,        None),
    (None, 1,   2023, "00:00:00",  None),
    (1,    1,   23,   "00:00:00",  "0023-01-01 00:00:00"),
]  # fmt: skip


def test_a_moment_that_does_not_exist_is_null(spark: SparkSession) -> None:
    delivered = spark.createDataFrame(
        [row[:4] for row in MOMENTS], "Dia bigint, `Mês` bigint, Ano bigint, Horario string"
    )
    got = delivered.transform(assemble_sold_at).selectExpr("CAST(sold_at AS string)").collect()
    assert [row[0] for row in got] == [row[4] for row in MOMENTS]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mato Grosso do Sul", "MS"),
        ("São Paulo", "SP"),
        ("Roraima", "RR"),
        ("Guanabara", None),
        ("SP", None),
        (None, None),
    ],
)
def test_a_state_becomes_two_letters(spark: SparkSession, name: str | None, letters: str | None) -> None:
    df = spark.createDataFrame([(name,)], "customer_state string").transform(abbreviate_state)
    assert df.first() == (letters,)


@pytest.mark.parametrize(
    ("product", "category", "filled"),
    [
        ("Cafeteira", None, "Eletrodomésticos"),
        ('Smart TV 55"', None, "Eletrônicos"),
        ("Cafeteira", "Eletrônicos", "Eletrônicos"),
        ("Videocassete", None, None),
    ],
)
def test_only_a_missing_category_is_filled(
    spark: SparkSession, product: str, category: str | None, filled: str | None
) -> None:
    df = spark.createDataFrame([(product, category)], "product string, category string")
    assert df.transform(fill_missing, "category", by="product", listed=CATEGORIES).first()["category"] == filled  # type: ignore[index]


@pytest.mark.parametrize(
    ("price", "quantity", "fitted"),
    [
        (199.0, 3, (Decimal("199.00"), 3)),
        (0.1, 2_147_483_647, (Decimal("0.10"), 2_147_483_647)),
        (1e12, 2_147_483_648, (None, None)),
        (float("nan"), -5_000_000_000, (None, None)),
    ],
)
def test_a_number_that_does_not_fit_is_null(spark: SparkSession, price: float, quantity: int, fitted: Any) -> None:
    schema = "unit_price double, quantity bigint, customer_age bigint, rating bigint"
    got = spark.createDataFrame([(price, quantity, 30, 4)], schema).transform(fit_types, TYPES).first()
    assert got is not None
    assert (got["unit_price"], got["quantity"]) == fitted


def test_the_transform_returns_what_the_contract_asks_for(spark: SparkSession) -> None:
    contracts = load_contracts()
    schema = read_schema(contracts["bronze.zoop_sales"])
    delivered = spark.createDataFrame([tuple(sale(1)[field.name] for field in schema)], schema)
    got = transform(delivered).transform(conform, contracts["silver.sales"])
    assert got.schema == read_schema(contracts["silver.sales"])
