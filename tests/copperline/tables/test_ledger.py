from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from copperline.errors import LedgerMismatch
from copperline.tables import ledger
from copperline.tables.ddl import create_statement
from copperline.tables.iceberg import CATALOG, IcebergTable
from copperline.tables.ledger import SCHEMAS, Counts, Row, append, append_missing, cost
from localaws.testing import Server

STARTED = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counts", "accounted"),
    [
        (Counts(), True),
        (Counts(read=15, inserted=1, updated=2, unchanged=3, superseded=4, quarantined=5), True),
        (Counts(read=1, inserted=1, deleted=9), True),
        (Counts(read=2, inserted=1), False),
        (Counts(read=1, inserted=1, quarantined=1), False),
        (Counts(read=1, deleted=1), False),
        (Counts(inserted=1), False),
    ],
)
def test_every_row_that_was_read_is_accounted_for(counts: Counts, accounted: bool) -> None:
    if accounted:
        return counts.check("silver.sales")
    with pytest.raises(LedgerMismatch, match=r"^silver.sales: rows: expected \d+ as read, got \d+ in read \d+"):
        counts.check("silver.sales")
    return None


SUMMARIES: list[tuple[Counts, dict[str, str], bool]] = [
    # counts                                 what the snapshot says                       whether they agree
    (Counts(),                               {},                                                        True),
    (Counts(inserted=2),                     {"added-records": "2"},                                    True),
    (Counts(inserted=2),                     {"added-records": "3"},                                    False),
    (Counts(inserted=2),                     {},                                                        False),
    (Counts(updated=2),                      {"added-records": "2", "added-position-deletes": "2"},     True),
    (Counts(updated=2),                      {"added-records": "2"},                                    False),
    (Counts(updated=2),                      {"added-records": "2", "added-position-deletes": "1"},     False),
    (Counts(updated=1), {"added-records": "1", "added-position-deletes": "3", "removed-position-deletes": "2"}, True),
    (Counts(updated=1), {"added-records": "1", "added-position-deletes": "3", "removed-position-deletes": "1"}, False),
    (Counts(deleted=2),                      {"added-position-deletes": "2"},                           True),
    (Counts(deleted=2),                      {"added-position-deletes": "3"},                           False),
    (Counts(unchanged=5, superseded=5, quarantined=5), {},                                              True),
    (Counts(unchanged=5),                    {"added-records": "1"},                                    False),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "summary", "agrees"), SUMMARIES)
def test_the_snapshot_must_say_the_same(counts: Counts, summary: dict[str, str], agrees: bool) -> None:
    if agrees:
        return counts.check_summary("silver.sales", summary)
    with pytest.raises(LedgerMismatch, match=r"^silver.sales: snapshot: expected \d+ rows added and \d+ removed, got"):
        counts.check_summary("silver.sales", summary)
    return None


def test_counts_are_told_by_name() -> None:
    told = "read 1 inserted 0 updated 0 unchanged 0 superseded 0 quarantined 1 deleted 0"
    assert str(Counts(read=1, quarantined=1)) == told


@pytest.mark.parametrize(
    ("seconds", "dpu", "usd"),
    [(3600.0, 2.0, 0.88), (90.0, 2.0, 0.022), (30.0, 2.0, 0.014667), (0.0, 10.0, 0.073333)],
)
def test_a_run_costs_its_seconds_and_a_minute_at_least(seconds: float, dpu: float, usd: float) -> None:
    row = cost("jr_1", "job", STARTED, STARTED + timedelta(seconds=seconds), dpu)
    assert (row["seconds"], row["dpu"], row["usd"]) == (seconds, dpu, usd)
    assert row.keys() == set(SCHEMAS["cost"].names)
    assert row["priced_on"] in ledger.PRICES


@pytest.fixture(scope="module")
def ledgers(spark: SparkSession, database: str) -> dict[str, IcebergTable]:
    return ledger.ensure(spark, database)


def counted(run: str, table: str = "silver.it's") -> dict[str, Any]:
    return {"run_id": run, "table_name": table, "read": 1, "inserted": 1, "recorded_at": STARTED}


def unless_there(*rows: Row) -> Callable[[Sequence[Row]], list[Row]]:
    def missing(there: Sequence[Row]) -> list[Row]:
        known = {(row["run_id"], row["table_name"]) for row in there}
        return [row for row in rows if (row["run_id"], row["table_name"]) not in known]

    return missing


def kept(table: IcebergTable, *runs: str) -> list[tuple[Any, ...]]:
    table.refresh()
    rows = table.read().collect()
    return sorted((row["run_id"], row["table_name"]) for row in rows if row["run_id"] in runs)


@pytest.mark.spark
def test_a_ledger_keeps_what_was_appended(spark: SparkSession, database: str, ledgers: dict[str, IcebergTable]) -> None:
    costs = ledger.ensure(spark, database)["cost"]
    rows = [cost(run, "job", STARTED, STARTED + timedelta(seconds=60), 2.0) for run in "ab"]
    append(costs, SCHEMAS["cost"], rows)
    append(costs, SCHEMAS["cost"], [])
    assert len(list(costs.ancestors())) == 1
    assert [(row["seconds"], str(row["recorded_at"])) for row in costs.read().where("run_id = 'b'").collect()] == [
        (60.0, "2026-11-20 12:01:00")
    ]


@pytest.mark.spark
def test_what_is_there_is_not_written_again(ledgers: dict[str, IcebergTable]) -> None:
    rows = ledgers["rows"]
    add = partial(append_missing, rows, SCHEMAS["rows"], by="run_id")
    add(unless_there(counted("c"), counted("d")), among=["c", "d"])
    commits = len(list(rows.ancestors()))
    add(unless_there(counted("d"), counted("c")), among=["c", "d"])
    add(unless_there(), among=[])
    assert len(list(rows.ancestors())) == commits
    add(unless_there(counted("d", "gold.x"), counted("d")), among=["d"])
    assert kept(rows, "c", "d") == [("c", "silver.it's"), ("d", "gold.x"), ("d", "silver.it's")]


@pytest.mark.spark
@pytest.mark.parametrize("start", ["empty", "written"])
def test_of_two_that_account_for_the_same_only_one_does(
    spark: SparkSession, ledgers: dict[str, IcebergTable], start: str
) -> None:
    """The other writes between the look and the commit of the first: the row itself, then a row that is no matter."""
    name = f"{ledgers['rows'].name}_{start}"
    spark.sql(create_statement(f"{CATALOG}.{name}", SCHEMAS["rows"], comment="One of two."))
    table, other = IcebergTable(spark, name), IcebergTable(spark, name)
    if start == "written":
        append(table, SCHEMAS["rows"], [counted("before")])
    meanwhile = [counted("mine"), counted("theirs")]
    looks = 0

    def missing(there: Sequence[Row]) -> list[Row]:
        nonlocal looks
        looks += 1
        if meanwhile:
            append(other, SCHEMAS["rows"], [meanwhile.pop()])
        return unless_there(counted("mine"))(there)

    append_missing(table, SCHEMAS["rows"], missing, by="run_id", among=["mine"])
    assert looks == 3
    assert kept(table, "mine", "theirs") == [("mine", "silver.it's"), ("theirs", "silver.it's")]


@pytest.mark.spark
def test_a_ledger_of_an_earlier_release_gets_the_columns_that_came_later(
    aws_server: Server, spark: SparkSession, database: str
) -> None:
    old = f"{database}_old"
    place = {"Name": old, "LocationUri": "s3://tables-lake/old"}
    aws_server.client("glue").create_database(DatabaseInput=place)
    columns = [field for field in SCHEMAS["runs"] if field.name != "reason"]
    spark.sql(create_statement(f"{CATALOG}.{old}.runs", T.StructType(columns), comment="As it was."))
    append(IcebergTable(spark, f"{old}.runs"), T.StructType(columns), [{"run_id": "x", "status": "succeeded"}])
    for _ in range(2):
        runs = ledger.ensure(spark, old)["runs"]
    assert list(runs.columns()) == SCHEMAS["runs"].names
    append(runs, SCHEMAS["runs"], [{"run_id": "y", "status": "failed", "reason": "why"}])
    found = {row["run_id"]: row["reason"] for row in runs.read().collect()}
    assert found == {"x": None, "y": "why"}
