"""PyIceberg's own GlueCatalog and PyArrow's own S3, both told nothing but where AWS is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import IntegerType, LongType

from localaws.testing import Server
from tests.localaws.clients.conftest import KEY, REGION

SCHEMA = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("name", pa.string())])

#: PyIceberg's own setting: a commit is tried once
IMPATIENT = {"commit.retry.num-retries": "0"}


def rows(*found: tuple[Any, ...], schema: pa.Schema = SCHEMA) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in found], schema=schema)


def held(table: Any, **scan: Any) -> list[tuple[Any, ...]]:
    """The rows of the table, in order."""
    return sorted(tuple(row.values()) for row in table.scan(**scan).to_arrow().to_pylist())


def open_catalog(aws: Server) -> GlueCatalog:
    keys = {"access-key-id": KEY, "secret-access-key": KEY, "region": REGION, "endpoint": aws.endpoint}
    told = {f"{service}.{name}": value for service in ("glue", "s3") for name, value in keys.items()}
    catalog = load_catalog("glue", type="glue", **told)
    assert isinstance(catalog, GlueCatalog)
    return catalog


@pytest.fixture
def catalog(aws: Server) -> GlueCatalog:
    return open_catalog(aws)


def test_a_table_is_made_filled_and_read(catalog: GlueCatalog, aws: Server, database: str) -> None:
    table = catalog.create_table(f"{database}.t", SCHEMA)
    assert held(table) == []
    table.append(rows((1, "a"), (2, "é")))
    table.append(rows((3, None)))
    again = catalog.load_table(f"{database}.t")
    assert held(again, row_filter="id < 3") == [(1, "a"), (2, "é")]
    assert again.scan(selected_fields=("id",)).to_arrow()["id"].to_pylist() == [3, 1, 2]
    assert again.scan().count() == 3
    first = again.snapshots()[0].snapshot_id
    assert held(again, snapshot_id=first) == [(1, "a"), (2, "é")]
    found = aws.client("glue").get_table(DatabaseName=database, Name="t")["Table"]
    assert found["Parameters"]["table_type"].upper() == "ICEBERG"
    assert [column["Name"] for column in found["StorageDescriptor"]["Columns"]] == ["id", "name"]


def test_a_schema_grows_and_changes(catalog: GlueCatalog, aws: Server, database: str) -> None:
    table = catalog.create_table(f"{database}.t", pa.schema([("id", pa.int32()), ("name", pa.string())]))
    table.append(rows((1, "a"), schema=table.schema().as_arrow()))
    with table.update_schema() as change:
        change.add_column("size", IntegerType(), "how large")
        change.rename_column("name", "title")
        change.update_column("id", LongType())
    table.append(rows((2, "b", 7), schema=table.schema().as_arrow()))
    assert held(table) == [(1, "a", None), (2, "b", 7)]
    with table.update_schema() as change:
        change.delete_column("title")
    assert held(catalog.load_table(f"{database}.t")) == [(1, None), (2, 7)]
    columns = aws.client("glue").get_table(DatabaseName=database, Name="t")["Table"]["StorageDescriptor"]["Columns"]
    now = [(c["Name"], c["Type"]) for c in columns if c["Parameters"]["iceberg.field.current"] == "true"]
    assert now == [("id", "bigint"), ("size", "int")]


def test_rows_are_replaced_and_removed(catalog: GlueCatalog, database: str) -> None:
    table = catalog.create_table(f"{database}.t", SCHEMA)
    table.append(rows((1, "a"), (2, "b"), (3, "c")))
    told = table.upsert(rows((2, "B"), (3, "c"), (4, "d")), join_cols=["id"])
    assert (told.rows_updated, told.rows_inserted) == (1, 1)
    assert held(table) == [(1, "a"), (2, "B"), (3, "c"), (4, "d")]
    table.overwrite(rows((9, "z")), overwrite_filter="id >= 3")
    table.delete("id = 1")
    assert held(table) == [(2, "B"), (9, "z")]
    table.overwrite(rows((5, "e")))
    assert held(catalog.load_table(f"{database}.t")) == [(5, "e")]


def test_partitions_are_written_and_pruned(catalog: GlueCatalog, database: str) -> None:
    table = catalog.create_table(f"{database}.t", SCHEMA)
    with table.update_spec() as change:
        change.add_field("name", IdentityTransform())
    table.append(rows((1, "a"), (2, "b"), (3, "b")))
    (only,) = table.scan(row_filter="name = 'a'").plan_files()
    assert "name=a" in only.file.file_path
    table.dynamic_partition_overwrite(rows((7, "b")))
    assert held(table) == [(1, "a"), (7, "b")]


def test_snapshots_have_names(catalog: GlueCatalog, database: str) -> None:
    table = catalog.create_table(f"{database}.t", SCHEMA)
    table.append(rows((1, "a")), snapshot_properties={"run": "r-1"})
    seen = table.current_snapshot()
    assert seen
    assert seen.summary
    assert seen.summary["run"] == "r-1"
    table.manage_snapshots().create_tag(seen.snapshot_id, "first").create_branch(seen.snapshot_id, "trial").commit()
    table.append(rows((2, "b")), branch="trial")
    assert held(table.refresh()) == [(1, "a")]
    trial = table.snapshot_by_name("trial")
    assert trial
    assert held(table, snapshot_id=trial.snapshot_id) == [(1, "a"), (2, "b")]


def test_names_change_and_go(catalog: GlueCatalog, aws: Server, database: str, bucket: str) -> None:
    catalog.create_table(f"{database}.t", SCHEMA).append(rows((1, "a")))
    with pytest.raises(TableAlreadyExistsError):
        catalog.create_table(f"{database}.t", SCHEMA)
    catalog.rename_table(f"{database}.t", f"{database}.u")
    assert catalog.list_tables(database) == [(database, "u")]
    assert not catalog.table_exists(f"{database}.t")
    assert held(catalog.load_table(f"{database}.u")) == [(1, "a")]
    catalog.purge_table(f"{database}.u")
    with pytest.raises(NoSuchTableError):
        catalog.load_table(f"{database}.u")
    left = aws.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    assert not [item["Key"] for item in left if item["Key"].endswith((".parquet", ".avro"))]


def test_namespaces_are_databases(catalog: GlueCatalog, aws: Server, database: str) -> None:
    catalog.create_namespace(f"{database}_2", {"comment": "mine", "location": "s3://somewhere/x"})
    assert (f"{database}_2",) in catalog.list_namespaces()
    catalog.update_namespace_properties(f"{database}_2", updates={"owner": "me"})
    assert catalog.load_namespace_properties(f"{database}_2")["owner"] == "me"
    catalog.drop_namespace(f"{database}_2")
    names = [found["Name"] for found in aws.client("glue").get_databases()["DatabaseList"]]
    assert f"{database}_2" not in names


def test_a_stale_table_commits_nothing(catalog: GlueCatalog, aws: Server, database: str) -> None:
    mine = catalog.create_table(f"{database}.t", SCHEMA, properties=IMPATIENT)
    yours = open_catalog(aws).load_table(f"{database}.t")
    yours.append(rows((1, "a")))
    with pytest.raises(CommitFailedException):
        mine.append(rows((2, "b")))
    assert held(mine.refresh()) == [(1, "a")]


def append(aws: Server, name: str, row: tuple[int, str]) -> int:
    """The row is in the table; how often somebody else was faster."""
    table, collisions = open_catalog(aws).load_table(name), 0
    while True:
        try:
            table.append(rows(row))
        except CommitFailedException:
            table, collisions = table.refresh(), collisions + 1
        else:
            return collisions


def write_together(aws: Server, name: str) -> int:
    """Two writers append four rows between them; how often they collided."""
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(lambda n: append(aws, name, (n, "x")), range(4)))


def test_writers_that_collide_are_told(
    catalog: GlueCatalog, aws: Server, database: str, slow: Callable[[str, str], None]
) -> None:
    table = catalog.create_table(f"{database}.t", SCHEMA, properties=IMPATIENT)
    slow("glue", "UpdateTable")
    assert write_together(aws, f"{database}.t") > 0
    assert held(table.refresh()) == [(n, "x") for n in range(4)]
    assert len(table.snapshots()) == 4


def test_writers_that_collide_try_again_by_themselves(
    catalog: GlueCatalog,
    aws: Server,
    database: str,
    slow: Callable[[str, str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    table = catalog.create_table(f"{database}.t", SCHEMA)
    slow("glue", "UpdateTable")
    assert write_together(aws, f"{database}.t") == 0
    assert "Commit failed due to a concurrent update, retrying" in caplog.text
    assert held(table.refresh()) == [(n, "x") for n in range(4)]
    assert len(table.snapshots()) == 4
