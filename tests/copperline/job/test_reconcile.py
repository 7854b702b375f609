from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from copperline.contract import load_contracts
from copperline.errors import AuditFailed, ContractError
from copperline.job.declare import GoldJob
from copperline.job.reconcile import reconcile
from glue_jobs.bronze_to_silver import sales as silver_sales
from glue_jobs.silver_to_gold import ratings, sales
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = pytest.mark.spark
CONTRACTS = load_contracts()


@pytest.fixture
def silver(spark: SparkSession) -> DataFrame:
    """Three sales on two days."""
    drawn = [
        # sold_at          product  region channel  category  quantity  price
        ("2025-01-01 10:00", "Fogão", "Sul", "Loja 1", "Eletro", 2, "10.00"),
        ("2025-01-01 11:00", "Fogão", "Sul", "Loja 1", "Eletro", 1, "12.00"),
        ("2025-01-02 10:00", "Fogão", "Sul", "Loja 1", "Eletro", 5, "10.00"),
    ]
    names = "sold_at string, product string, customer_region string, channel string, category string, quantity int"
    rows = spark.createDataFrame(drawn, f"{names}, unit_price string")
    return rows.withColumns(
        {"sold_at": rows["sold_at"].cast("timestamp"), "unit_price": rows["unit_price"].cast("decimal(12,2)")}
    )


@pytest.mark.parametrize("keys", [None, [date(2025, 1, 1)]], ids=["all days", "one day"])
def test_sums_that_agree_pass(silver: DataFrame, keys: list[Any] | None) -> None:
    gold = sales.transform(silver)
    gold = gold if keys is None else gold.where(gold["sold_on"].isin(keys))
    reconcile(sales.JOB, CONTRACTS["gold.sales"], gold, None, {"silver.sales": silver}, keys)


@pytest.mark.parametrize(
    ("column", "change", "says"),
    [
        (
            "orders",
            "orders + 1",
            "gold.sales: orders",
        ),
        (
            "units_sold",
            "units_sold * 2",
            "gold.sales: units_sold",
        ),
        (
            "revenue",
            "revenue - 0.01",
            "gold.sales: revenue",
        ),
    ],
)
def test_a_sum_that_differs_is_named(silver: DataFrame, column: str, change: str, says: str) -> None:
    gold = sales.transform(silver).withColumn(column, F.expr(change))
    with pytest.raises(AuditFailed) as caught:
        reconcile(sales.JOB, CONTRACTS["gold.sales"], gold, None, {"silver.sales": silver}, None)
    told = "sum for each sold_on: expected silver's, got another sum for 2 of them; mend the transform"
    assert str(caught.value) == f"{says}: {told}"


def test_what_was_published_before_counts_with_what_was_added(silver: DataFrame) -> None:
    kept = sales.transform(silver.where("quantity > 1"))
    added = {"silver.sales": silver.where("quantity = 1")}
    day = [date(2025, 1, 1)]
    gold, kept = (rows.where(rows["sold_on"].isin(day)) for rows in (sales.transform(silver), kept))
    reconcile(sales.JOB, CONTRACTS["gold.sales"], gold, kept, added, day)
    with pytest.raises(AuditFailed, match=r"orders: .* another sum for 1 of them"):
        reconcile(sales.JOB, CONTRACTS["gold.sales"], kept, kept, added, day)


def test_rows_that_are_lost_are_noticed(silver: DataFrame) -> None:
    gold = sales.transform(silver)
    lost = gold.where(gold["sold_on"] > date(2025, 1, 1))
    with pytest.raises(AuditFailed, match=r"orders: .* another sum for 1 of them"):
        reconcile(sales.JOB, CONTRACTS["gold.sales"], lost, None, {"silver.sales": silver}, None)
    with pytest.raises(AuditFailed, match=r"orders: .* another sum for 2 of them"):
        reconcile(sales.JOB, CONTRACTS["gold.sales"], gold.limit(0), None, {"silver.sales": silver}, None)


def test_nothing_on_both_sides_agrees(silver: DataFrame) -> None:
    none = silver.limit(0)
    reconcile(sales.JOB, CONTRACTS["gold.sales"], sales.transform(none), None, {"silver.sales": none}, None)


def test_a_contract_without_sums_asks_for_nothing(silver: DataFrame) -> None:
    contract = CONTRACTS["gold.sales"]
    without = replace(contract, columns=tuple(replace(column, measure=None) for column in contract.columns))
    reconcile(sales.JOB, without, silver, None, {}, None)


def test_each_source_answers_for_its_own_sums() -> None:
    sources = {column.measure.source for column in CONTRACTS["gold.ratings"].columns if column.measure}
    assert sources == set(ratings.JOB.reads) == set(ratings.JOB.touches)


def test_a_gold_job_must_be_rebuilt_by_a_column_of_its_own(lake: Lake) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1)])
    lost: GoldJob = replace(sales.JOB, rebuild_by="sold_at")
    with pytest.raises(ContractError, match=r"^gold\.sales: rebuild_by: expected one of its columns, got sold_at"):
        lake.run(silver_sales.JOB, lost)
    assert lake.rows("silver.sales", "sale_id") == [(1,)]
    assert lake.rows("gold.sales") == []


def test_units_of_the_wrong_day_are_noticed_though_the_total_agrees(silver: DataFrame) -> None:
    swapped = sales.transform(silver).withColumn(
        "sold_on", F.date_sub(F.lit(date(2025, 1, 3)), F.dayofmonth("sold_on"))
    )
    with pytest.raises(AuditFailed, match=r"orders: .* another sum for 2 of them"):
        reconcile(sales.JOB, CONTRACTS["gold.sales"], swapped, None, {"silver.sales": silver}, None)
