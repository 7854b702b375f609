from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.frames.classify import CLASS
from copperline.frames.local import local_frame
from copperline.tables.iceberg import IcebergTable
from copperline.tables.merge import Span, append, literal, merge, span, span_columns
from localaws.testing import Server
from tests.copperline.tables.conftest import Make

pytestmark = pytest.mark.spark
COLUMNS = ("id", "part", "value")
MONTHS = [datetime(2024, month, 15, 23, 59, 59, 999_999, tzinfo=UTC) for month in (1, 2, 3, 4)]


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
    ("timestamp",     MONTHS[0],                MONTHS[1],                     MONTHS[1]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "least", "greatest", "between"), BOUNDS, ids=[row[0] for row in BOUNDS])
def test_a_bound_is_written_so_that_its_own_row_is_found(
    spark: SparkSession, kind: str, least: Any, greatest: Any, between: Any
) -> None:
    rows = spark.createDataFrame([(least,), (greatest,), (between,)], f"v {kind}")
    assert rows.where(f"v BETWEEN {literal(least)} AND {literal(greatest)}").count() == 3


STOCK = T.StructType(
    [
        T.StructField("id", T.LongType()),
        T.StructField("at", T.TimestampType()),
        T.StructField("value", T.StringType()),
        T.StructField(CLASS, T.StringType()),
        T.StructField("was_at", T.TimestampType()),
    ]
)


def monthly(make_table: Make, spark: SparkSession, rows: Sequence[tuple[int, datetime | None]]) -> IcebergTable:
    """A table in partitions of months, on a branch."""
    table = make_table("id bigint, at timestamp, value string", "months(at)")
    table.create_branch("run_a_1")
    drawn = [(number, at, "old", "inserted", None) for number, at in rows]
    append(table, "run_a_1", local_frame(spark, drawn, STOCK), ("id", "at", "value"))
    return table


def files_of(table: IcebergTable) -> dict[str, str]:
    """The data files by the months of their rows, as numbers since 1970."""
    found = table.spark.sql(f"SELECT partition.at_month AS month, file_path FROM {table.full_name}.all_data_files")
    return {row.month: row.file_path for row in found.collect()}


def delete(aws_server: Server, address: str) -> None:
    bucket, _, key = address.removeprefix("s3://").partition("/")
    aws_server.client("s3").delete_object(Bucket=bucket, Key=key)


def replace_rows(table: IcebergTable, changed: DataFrame) -> None:
    """The rows are merged, within the bounds of what they replace."""
    replaced = F.col("was_at").isNotNull() | (F.col(CLASS) == "updated")
    measured = changed.agg(*span_columns("at", F.col("was_at"), replaced)).first()
    spans = [span("at", "timestamp", measured)]
    merge(table, "run_a_1", changed, ["id"], ("id", "at", "value"), (1, 9), spans)


def test_files_of_other_partitions_are_not_opened(spark: SparkSession, make_table: Make, aws_server: Server) -> None:
    """The files of January and April are gone: whoever opened them would fail."""
    table = monthly(make_table, spark, list(enumerate(MONTHS, 1)))
    files = files_of(table)
    assert len(files) == 4
    for month in (min(files), max(files)):
        delete(aws_server, files[month])
    drawn = [
        (2, MONTHS[1], "new", "updated", MONTHS[1]),
        (3, MONTHS[0], "moved", "updated", MONTHS[2]),
        (8, MONTHS[3], "new", "inserted", None),
    ]
    replace_rows(table, local_frame(spark, drawn, STOCK))
    head = table.head("run_a_1")
    assert head is not None
    assert (head.summary["added-records"], head.summary["added-position-deletes"]) == ("3", "2")
    with pytest.raises(Exception, match=r"404|NotFound|NoSuchKey"):
        table.read(branch="run_a_1").collect()


def test_a_row_that_moves_to_another_partition_is_there_once(spark: SparkSession, make_table: Make) -> None:
    table = monthly(make_table, spark, [(1, MONTHS[0]), (2, MONTHS[1]), (3, None)])
    drawn = [(1, MONTHS[3], "moved", "updated", MONTHS[0]), (3, MONTHS[1], "moved", "updated", None)]
    replace_rows(table, local_frame(spark, drawn, STOCK))
    got = table.read(branch="run_a_1").orderBy("id").collect()
    assert [(row["id"], row["at"].month, row["value"]) for row in got] == [
        (1, 4, "moved"),
        (2, 2, "old"),
        (3, 2, "moved"),
    ]


def test_a_span_is_told_in_sql(spark: SparkSession) -> None:
    assert Span("at", "date", "2024-01-01", "2024-02-01", empty=True).condition("t") == (
        "(t.`at` IS NULL OR t.`at` BETWEEN CAST('2024-01-01' AS date) AND CAST('2024-02-01' AS date))"
    )
    assert Span("at", "date", None, None, empty=True).condition("t") == "(t.`at` IS NULL)"
    assert Span("at", "date", None, None, empty=False).condition("t") == "(false)"
