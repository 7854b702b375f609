from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from copperline.errors import StaleBranch
from copperline.tables.iceberg import IcebergTable
from tests.copperline.tables.conftest import Make

pytestmark = pytest.mark.spark


@pytest.fixture
def table(make_table: Make) -> IcebergTable:
    return make_table("id bigint")


def put(table: IcebergTable, branch: str, *numbers: int) -> None:
    table.spark.range(numbers[0], numbers[-1] + 1).writeTo(table.branch_identifier(branch)).append()
    table.refresh()


def numbers(table: IcebergTable, **where: object) -> list[int]:
    return sorted(row[0] for row in table.read(**where).collect())  # type: ignore[arg-type]


def test_a_new_table_has_no_head_and_no_rows(table: IcebergTable) -> None:
    assert (table.head(), table.branches(), list(table.ancestors())) == (None, [], [])
    assert numbers(table) == []
    assert table.columns() == {"id": "long"}


def test_nobody_sees_a_branch_before_it_is_published(table: IcebergTable) -> None:
    table.create_branch("run_a_1")
    put(table, "run_a_1", 1, 2)
    assert (numbers(table), numbers(table, branch="run_a_1")) == ([], [1, 2])
    table.publish("run_a_1")
    assert numbers(table) == [1, 2]
    assert table.head() == table.head("run_a_1")


def test_a_seal_adds_no_row_and_tells_what_it_was_told(table: IcebergTable) -> None:
    table.create_branch("run_a_1")
    put(table, "run_a_1", 1)
    written = table.head("run_a_1")
    table.seal("run_a_1", {"copperline.run": "jr_1", "copperline.audited": "true"})
    head = table.head("run_a_1")
    assert head is not None
    assert written is not None
    assert (head.parent, head.summary["copperline.run"], head.summary["total-records"]) == (written.id, "jr_1", "1")
    assert head.summary.get("added-records", "0") == "0"


def test_of_two_branches_only_the_first_is_published(table: IcebergTable) -> None:
    for branch in ("run_a_1", "run_b_2"):
        table.create_branch(branch)
    put(table, "run_a_1", 1)
    put(table, "run_b_2", 2)
    table.publish("run_a_1")
    with pytest.raises(StaleBranch, match=f"{table.name}: run_b_2: main has moved since the branch began"):
        table.publish("run_b_2")
    assert numbers(table) == [1]


@pytest.mark.parametrize("refreshed", [True, False], ids=["seen", "at the same moment"])
def test_another_process_may_have_been_first(
    table: IcebergTable, spark: SparkSession, monkeypatch: pytest.MonkeyPatch, refreshed: bool
) -> None:
    other = IcebergTable(spark.newSession(), table.name)
    table.create_branch("run_b_2")
    put(table, "run_b_2", 2)
    other.refresh()
    other.create_branch("run_a_1")
    put(other, "run_a_1", 1)
    other.publish("run_a_1")
    if not refreshed:
        monkeypatch.setattr(IcebergTable, "refresh", lambda _: None)
    with pytest.raises(StaleBranch):
        table.publish("run_b_2")
    monkeypatch.undo()
    table.refresh()
    assert numbers(table) == [1]


def test_a_branch_of_another_process_is_seen_after_a_refresh(table: IcebergTable, spark: SparkSession) -> None:
    other = IcebergTable(spark, table.name)
    other.create_branch("run_a_1")
    put(other, "run_a_1", 1)
    table.refresh()
    assert table.branches() == ["run_a_1"]
    table.drop_branch("run_a_1")
    assert (table.branches(), table.head("run_a_1")) == ([], None)


def test_a_branch_is_dropped_twice(table: IcebergTable, spark: SparkSession) -> None:
    other = IcebergTable(spark, table.name)
    table.create_branch("run_a_1")
    other.refresh()
    table.drop_branch("run_a_1")
    other.drop_branch("run_a_1")
    assert other.branches() == []


def test_ancestors_come_newest_first_and_old_snapshots_can_be_read(table: IcebergTable) -> None:
    table.create_branch("run_a_1")
    for number in (1, 2, 3):
        put(table, "run_a_1", number)
    table.publish("run_a_1")
    ids = [snapshot.id for snapshot in table.ancestors()]
    assert [numbers(table, snapshot=one) for one in ids] == [[1, 2, 3], [1, 2], [1], []]
    assert [snapshot.id for snapshot in table.ancestors("run_a_1")] == ids
    assert table.snapshot(ids[0] + 1) is None
    assert list(table.ancestors("nowhere")) == []


def test_publishing_a_branch_that_is_not_there_is_no_stale_branch(table: IcebergTable) -> None:
    with pytest.raises(Exception, match="nowhere") as caught:
        table.publish("nowhere")
    assert not isinstance(caught.value, StaleBranch)
