from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, Observation, SparkSession

from copperline.contract import Contract, Measure, load_contracts
from copperline.frames.judge import REASONS
from copperline.frames.measure import compared, measure, sums

pytestmark = pytest.mark.spark
BRONZE, SILVER = load_contracts()["bronze.zoop_sales"], load_contracts()["silver.sales"]
COLUMNS = "quantity int, unit_price decimal(12,2), reasons array<string>, raw struct<Quantidade: bigint, `Mês`: bigint>"


def judged(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    """Rows as the job made them, with what was delivered: quantity, price, reasons, (Quantidade, Mês)."""
    return spark.createDataFrame(list(rows), COLUMNS).withColumnsRenamed({"reasons": REASONS, "raw": "_raw"})


def asks(**expressions: str) -> Contract:
    """silver.sales with these measures alone."""
    columns = [
        replace(one, measure=Measure(BRONZE.id, expressions[one.name]) if one.name in expressions else None)
        for one in SILVER.columns
    ]
    return replace(SILVER, columns=tuple(columns))


def observed(df: DataFrame, contract: Contract) -> list[tuple[str, str, str]]:
    observation = Observation()
    seen = measure(df, contract, BRONZE, observation)
    assert seen.columns == df.columns
    assert seen.collect() == df.collect()
    return [(one["measure"], one["expected"], one["found"]) for one in compared(contract, BRONZE, observation)]


def test_good_rows_count_on_both_sides_and_rejected_ones_on_neither(spark: SparkSession) -> None:
    rows = judged(
        spark,
        (3, Decimal("1.50"), [], (3, 8)),
        (4, Decimal("2.25"), [], (5, 9)),
        (100, Decimal("100.00"), ["channel_unknown"], (100, 1)),
    )
    contract = asks(quantity="sum(zoop_sales.Quantidade)", unit_price="sum(zoop_sales.`Mês`) / 4 - 0.5")
    assert observed(rows, contract) == [("unit_price", "3.75", "3.75"), ("quantity", "8", "7")]


def test_no_rows_sum_to_nothing(spark: SparkSession) -> None:
    contract = asks(quantity="sum(zoop_sales.Quantidade)")
    assert observed(judged(spark).limit(0), contract) == [("quantity", "0", "0")]


def test_without_measures_nothing_is_observed(spark: SparkSession) -> None:
    rows = judged(spark, (3, None, [], (3, 8)))
    assert observed(rows, asks()) == []
    assert measure(rows, asks(), BRONZE, Observation()) is rows


@pytest.mark.parametrize(
    ("number", "text"), [(None, "0"), (0, "0"), (Decimal("20078.000000"), "20078"), (Decimal("-0.10"), "-0.1")]
)
def test_a_sum_is_written_without_zeros_that_say_nothing(number: Decimal | int | None, text: str) -> None:
    assert sums("m", "bronze.x", number, number) == {
        "measure": "m",
        "source": "bronze.x",
        "expected": text,
        "found": text,
    }
