from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pyspark.sql import functions as F

from copperline.files.iceberg import BUILT_FROM
from copperline.job import changed
from copperline.job.changed import Changes, Source, built_from, changes
from copperline.job.prepared import COUNTS, REMOVED, RUN
from copperline.tables.iceberg import CATALOG, IcebergTable
from copperline.tables.ledger import Counts
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


def publish(table: IcebergTable, run: str, rows: Sequence[tuple[int, date | None]], **seal: str) -> int:
    """The run has merged the rows (all of them, in one range of keys); the snapshot that readers see then.

    A row without a day is removed.
    """
    branch = f"run_{next(_numbers)}"
    table.create_branch(branch)
    if rows:
        drawn = [(number, day, run, "updated" if day else "deleted") for number, day in rows]
        changed = table.spark.createDataFrame(drawn, "sale_id bigint, sold_at date, _run string, _class string")
        merge(table, branch, changed, ("sale_id",), COLUMNS, (0, 99))
    table.seal(branch, {RUN: run, **seal})
    table.publish(branch)
    return head(table)


def head(table: IcebergTable) -> int:
    table.refresh()
    found = table.head()
    assert found is not None
    return found.id


def counted(bounds: tuple[int, int] | None = None, **counts: int) -> dict[str, str]:
    """What a seal says of what its run did, beside the run."""
    removed = {REMOVED: json.dumps(bounds)} if bounds else {}
    return {COUNTS: json.dumps(Counts(**counts).as_dict()), **removed}


def since(table: IcebergTable, before: int | None, now: int) -> Changes | None:
    told = None if before is None else {SILVER: before}
    return changes("gold.sales", sales.JOB, {SILVER: Source(table, ("sale_id",))}, told, {SILVER: now})


def keys(table: IcebergTable, before: int | None, now: int) -> tuple[Sequence[Any], Sequence[Any]] | None:
    """Days to rebuild, and days to which sales were only added."""
    found = since(table, before, now)
    return None if found is None else (list(found.rebuilt), list(found.added))


def test_the_days_of_a_changed_row_are_its_old_and_its_new_one(table: IcebergTable) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0]), (2, DAYS[1]), (3, DAYS[2])])
    second = publish(table, "jr_2", [(2, DAYS[5])])
    third = publish(table, "jr_3", [(4, DAYS[7])], **counted(inserted=1, read=1))
    assert keys(table, None, third) is None
    assert keys(table, third, third) == ([], [])
    assert keys(table, second, third) == ([], [DAYS[7]])
    assert keys(table, first, second) == ([DAYS[1]], [DAYS[5]])
    assert keys(table, first, third) == ([DAYS[1]], [DAYS[5], DAYS[7]])


def test_a_row_that_stays_on_its_day_has_the_day_rebuilt(table: IcebergTable) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0]), (2, DAYS[1])])
    now = publish(table, "jr_2", [(1, DAYS[0]), (3, DAYS[1])], **counted(updated=1, inserted=1, read=2))
    assert keys(table, first, now) == ([DAYS[0]], [DAYS[1]])


def test_where_nothing_adds_up_every_day_is_rebuilt(table: IcebergTable) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0])])
    now = publish(table, "jr_2", [(2, DAYS[1])])
    plain = replace(sales.JOB, combine=None)
    found = changes("gold.sales", plain, {SILVER: Source(table, ("sale_id",))}, {SILVER: first}, {SILVER: now})
    assert found == Changes([DAYS[1]], [], {SILVER: ["jr_2"]})


@pytest.mark.parametrize("bounds", [None, (3, 3)], ids=["somewhere", "where the seal says"])
def test_the_days_of_removed_rows_are_rebuilt(table: IcebergTable, bounds: tuple[int, int] | None) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0]), (2, DAYS[1]), (3, DAYS[2])])
    removed = publish(table, "jr_2", [(3, None)], **counted(bounds, deleted=1))
    assert keys(table, first, removed) == ([DAYS[2]], [])
    back = publish(table, "jr_3", [(3, DAYS[4])], **counted(inserted=1, read=1))
    assert keys(table, first, back) == ([DAYS[2]], [DAYS[4]])


def test_a_run_that_wrote_nothing_touches_nothing(table: IcebergTable) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0])])
    assert keys(table, first, publish(table, "jr_2", [])) == ([], [])


def test_files_that_were_rewritten_change_nothing(table: IcebergTable) -> None:
    publish(table, "jr_1", [(1, DAYS[0])])
    first = publish(table, "jr_2", [(2, DAYS[1])])
    rewrite = f"CALL {CATALOG}.system.rewrite_data_files(table => '{table.name}', options => map('rewrite-all','true'))"
    table.spark.sql(rewrite)
    assert head(table) != first
    assert keys(table, first, head(table)) == ([], [])


def test_what_no_run_sealed_rebuilds_all(table: IcebergTable, capsys: pytest.CaptureFixture[str]) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0])])
    table.spark.sql(f"DELETE FROM {table.full_name} WHERE sale_id = 1")
    assert keys(table, first, head(table)) is None
    assert "full refresh: what became of silver.sales since it was built is not known" in capsys.readouterr().out


def test_without_the_snapshot_it_was_built_from_all_is_rebuilt(
    table: IcebergTable, capsys: pytest.CaptureFixture[str]
) -> None:
    now = publish(table, "jr_1", [(1, DAYS[0])])
    assert keys(table, now + 1, now) is None
    assert "full refresh: what became of silver.sales since it was built is not known" in capsys.readouterr().out


def test_of_very_many_days_all_are_rebuilt(
    table: IcebergTable, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = publish(table, "jr_1", [(1, DAYS[0])])
    now = publish(table, "jr_2", [(2, DAYS[1]), (3, DAYS[2]), (4, DAYS[3])])
    monkeypatch.setattr(changed, "MOST_KEYS", 3)
    assert keys(table, first, now) == ([], DAYS[1:4])
    monkeypatch.setattr(changed, "MOST_KEYS", 2)
    assert keys(table, first, now) is None
    assert "full refresh: more than 2 of sold_on changed" in capsys.readouterr().out


def test_a_source_that_is_new_to_gold_rebuilds_all(table: IcebergTable) -> None:
    now = publish(table, "jr_1", [(1, DAYS[0])])
    assert changes("gold.sales", sales.JOB, {SILVER: Source(table, ("sale_id",))}, {}, {SILVER: now}) is None


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
