from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from pyspark.sql import functions as F

from copperline.files.iceberg import BUILT_FROM
from copperline.job.changed import Source, built_from, changed_keys
from copperline.job.prepared import RUN
from copperline.tables.iceberg import CATALOG, IcebergTable
from copperline.tables.merge import merge
from glue_jobs.silver_to_gold import ratings, sales
from tests.support.lake import Lake

pytestmark = pytest.mark.spark
SILVER = "silver.sales"
COLUMNS = ("sale_id", "sold_at", "_run")
DAYS = [date(2025, 1, day) for day in range(1, 10)]
_numbers = itertools.count()


@pytest.fixture
def table(lake: Lake) -> IcebergTable:
    """A silver table with as much as the question needs."""
    name = f"{lake.names.database('silver')}.t"
    lake.spark.sql(
        f"CREATE TABLE {CATALOG}.{name} (sale_id bigint, sold_at date, _run string) USING iceberg "
        "TBLPROPERTIES ('format-version'='2', 'write.merge.mode'='merge-on-read')"
    )
    return IcebergTable(lake.spark, name)


def publish(table: IcebergTable, run: str, rows: Sequence[tuple[int, date]]) -> int:
    """The run has merged the rows (all of them, in one range of keys); the snapshot that readers see then."""
    branch = f"run_{next(_numbers)}"
    table.create_branch(branch)
    if rows:
        drawn = [(number, day, run, "updated") for number, day in rows]
        changes = table.spark.createDataFrame(drawn, "sale_id bigint, sold_at date, _run string, _class string")
        merge(table, branch, changes, ("sale_id",), COLUMNS, (0, 99))
    table.seal(branch, {RUN: run})
    table.publish(branch)
    head = table.head()
    assert head is not None
    return head.id


def changed(table: IcebergTable, before: int | None, now: int) -> list[Any] | None:
    told = None if before is None else {SILVER: before}
    return changed_keys("gold.sales", sales.JOB, {SILVER: Source(table, ("sale_id",))}, told, {SILVER: now})


def test_the_days_of_a_changed_row_are_its_old_and_its_new_one(table: IcebergTable) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0]), (2, DAYS[1]), (3, DAYS[2])])
    second = publish(table, "jr_2", [(2, DAYS[5])])
    third = publish(table, "jr_3", [(4, DAYS[7])])
    assert changed(table, None, third) is None
    assert changed(table, third, third) == []
    assert changed(table, second, third) == [DAYS[7]]
    assert changed(table, first, second) == [DAYS[1], DAYS[5]]
    assert changed(table, first, third) == [DAYS[1], DAYS[5], DAYS[7]]


def test_a_run_that_wrote_nothing_touches_nothing(table: IcebergTable) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0])])
    assert changed(table, first, publish(table, "jr_2", [])) == []


def test_without_the_snapshot_it_was_built_from_all_is_rebuilt(
    table: IcebergTable, capsys: pytest.CaptureFixture[str]
) -> None:
    now = publish(table, "jr_1", [(1, DAYS[0])])
    assert changed(table, now + 1, now) is None
    assert "full refresh: the snapshot of silver.sales that it was built from is gone" in capsys.readouterr().out


def test_a_source_that_is_new_to_gold_rebuilds_all(table: IcebergTable) -> None:
    now = publish(table, "jr_1", [(1, DAYS[0])])
    assert changed_keys("gold.sales", sales.JOB, {SILVER: Source(table, ("sale_id",))}, {}, {SILVER: now}) is None


def test_gold_says_what_it_was_built_from(table: IcebergTable) -> None:
    assert built_from(table) is None
    table.create_branch("run_g")
    table.seal("run_g", {BUILT_FROM: json.dumps({SILVER: "12", "silver.ratings": "-3"})})
    table.publish("run_g")
    publish(table, "jr_1", [(1, DAYS[0])])
    assert built_from(table) == {SILVER: 12, "silver.ratings": -3}


def test_gold_waits_for_silver_that_was_never_published(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    lake.run(ratings.JOB)
    told = "gold.ratings         waits: nothing is published yet in silver.ratings, silver.sales"
    assert told in capsys.readouterr().out
    for table in ("gold.ratings", SILVER):
        assert not lake.spark.catalog.tableExists(f"{CATALOG}.{lake.names.table(table)}")


def test_the_first_element_of_what_a_row_touches_is_its_own_key(lake: Lake) -> None:
    rows = lake.spark.createDataFrame([(DAYS[0],)], "sold_at date")
    assert rows.select(F.element_at(sales.JOB.touches[SILVER](), 1)).first() == (DAYS[0],)
