from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from copperline.frames.classify import CLASS
from copperline.tables.iceberg import IcebergTable
from copperline.tables.merge import append, literal, merge
from tests.copperline.tables.conftest import Make

pytestmark = pytest.mark.spark
COLUMNS = ("id", "part", "value")


def changes(spark: SparkSession, drawn: list[tuple[Any, ...]]) -> DataFrame:
    return spark.createDataFrame(drawn, f"id bigint, part string, value string, {CLASS} string")


def rows(table: IcebergTable, branch: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in table.read(branch=branch).collect())


@pytest.fixture
def table(spark: SparkSession, make_table: Make) -> IcebergTable:
    """A table of four rows, on a branch."""
    table = make_table("id bigint, part string, value string")
    table.create_branch("run_a_1")
    drawn = [(number, "p", "old", "inserted") for number in (1, 2, 3, 9)]
    append(table, "run_a_1", changes(spark, drawn), COLUMNS)
    table.refresh()
    return table


def test_classified_rows_are_merged_by_their_class(spark: SparkSession, table: IcebergTable) -> None:
    drawn = [
        (1, "p", "new", "updated"),
        (2, "p", "new", "unchanged"),
        (3, "p", None, "deleted"),
        (4, "p", "new", "inserted"),
        (5, "p", "new", "superseded"),
        (6, "p", None, "deleted"),
        (9, "q", "new", "inserted"),
    ]
    merge(table, "run_a_1", changes(spark, drawn), ("id", "part"), COLUMNS, (1, 9))
    assert rows(table, "run_a_1") == [
        (1, "p", "new"),
        (2, "p", "old"),
        (4, "p", "new"),
        (9, "p", "old"),
        (9, "q", "new"),
    ]
    assert table.head() is None


def test_only_rows_between_the_bounds_are_sought(spark: SparkSession, table: IcebergTable) -> None:
    merge(table, "run_a_1", changes(spark, [(2, "p", "new", "updated")]), ("id", "part"), COLUMNS, (2, 2))
    assert rows(table, "run_a_1")[1] == (2, "p", "new")
    head = table.head("run_a_1")
    assert head is not None
    assert (head.summary["added-records"], head.summary["added-position-deletes"]) == ("1", "1")


BOUNDS = [
    # type            least                     greatest                       between
    ("bigint",        -(2**63),                 2**63 - 1,                     0),
    ("string",        "a'b",                    "z\\'z",                       "b"),
    ("date",          date(2024, 2, 29),        date(2024, 3, 1),              date(2024, 2, 29)),
    ("decimal(38,2)", Decimal("-1.50"),         Decimal("9" * 36 + ".99"),     Decimal("9" * 36 + ".98")),
    ("boolean",       False,                    True,                          True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "least", "greatest", "between"), BOUNDS, ids=[row[0] for row in BOUNDS])
def test_a_bound_is_written_so_that_its_own_row_is_found(
    spark: SparkSession, kind: str, least: Any, greatest: Any, between: Any
) -> None:
    rows = spark.createDataFrame([(least,), (greatest,), (between,)], f"v {kind}")
    assert rows.where(f"v BETWEEN {literal(least)} AND {literal(greatest)}").count() == 3
