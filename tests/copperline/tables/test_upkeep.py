"""Iceberg's maintenance of one table: what it says it would do is what it does, and no row changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from copperline.tables.iceberg import IcebergTable
from copperline.tables.upkeep import Upkeep
from localaws.testing import Server
from tests.copperline.tables.conftest import Make

pytestmark = pytest.mark.spark
LATER = timedelta(minutes=5)


def now() -> datetime:
    return datetime.now(UTC)


def rows(table: IcebergTable) -> list[int]:
    return sorted(row[0] for row in table.read().collect())


@pytest.fixture
def table(make_table: Make) -> IcebergTable:
    """Six small files, one of which has a deleted row."""
    made = make_table("id bigint")
    for start in range(0, 60, 10):
        made.spark.range(start, start + 10).coalesce(1).writeTo(made.full_name).append()
    made.spark.sql(f"ALTER TABLE {made.full_name} SET TBLPROPERTIES ('write.delete.mode'='merge-on-read')")
    made.spark.sql(f"DELETE FROM {made.full_name} WHERE id = 3")
    made.refresh()
    return made


def test_small_files_become_one_and_no_row_changes(table: IcebergTable) -> None:
    upkeep, before = Upkeep(table), rows(table)
    assert upkeep.to_compact() == 6
    assert upkeep.compact() == 6
    head = table.head()
    assert head is not None
    assert (head.summary["operation"], head.summary["total-data-files"]) == ("replace", "1")
    assert rows(table) == before == [number for number in range(60) if number != 3]
    assert (upkeep.to_compact(), upkeep.compact()) == (0, 0)
    assert upkeep.deletes_to_compact() == upkeep.compact_deletes() == 0


def test_files_of_deleted_places_become_few(table: IcebergTable) -> None:
    Upkeep(table).compact()
    for number in range(10, 60, 10):
        table.spark.range(100 + number, 110 + number).coalesce(1).writeTo(table.full_name).append()
        table.spark.sql(f"DELETE FROM {table.full_name} WHERE id = {100 + number}")
    table.refresh()
    upkeep, before = Upkeep(table), rows(table)
    files = upkeep.deletes_to_compact()
    assert upkeep.compact_deletes() == files >= 5
    assert rows(table) == before


def test_snapshots_that_no_branch_needs_go(table: IcebergTable) -> None:
    upkeep, before = Upkeep(table), rows(table)
    kept = [snapshot.id for snapshot in table.ancestors()][:2]
    at = next(one["timestamp-ms"] for one in table.metadata()["snapshots"] if one["snapshot-id"] == kept[1])
    limit = datetime.fromtimestamp(at / 1000, UTC)
    count = upkeep.to_expire(limit)
    assert count == 5
    assert upkeep.expire(limit) == count
    assert [snapshot.id for snapshot in table.ancestors()] == kept
    assert (rows(table), upkeep.expire(limit)) == (before, 0)
    assert upkeep.expire(now() + LATER) == 1, "the head stays, however old"
    assert rows(table) == before


def test_orphans_are_files_that_no_snapshot_knows_and_that_are_old(table: IcebergTable, aws_server: Server) -> None:
    s3, folder = aws_server.client("s3"), table.java.location().removeprefix("s3://tables-lake/")
    s3.put_object(Bucket="tables-lake", Key=f"{folder}/data/left-by-a-dead-run.parquet", Body=b"x")

    def there() -> bool:
        listed = s3.list_objects_v2(Bucket="tables-lake", Prefix=folder)["Contents"]
        return any("left-by-a-dead-run" in found["Key"] for found in listed)

    upkeep, before = Upkeep(table), rows(table)
    assert upkeep.orphans(now() - LATER, remove=True) == 0, "whoever writes it may still commit it"
    assert (upkeep.orphans(now() + LATER, remove=False), there()) == (1, True)
    assert (upkeep.orphans(now() + LATER, remove=True), there()) == (1, False)
    assert upkeep.orphans(now() + LATER, remove=True) == 0
    assert rows(table) == before
