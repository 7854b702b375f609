"""DuckDB's own extensions: `iceberg_scan` and `read_parquet` over httpfs."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from pyiceberg.table import Table

from localaws.testing import Server
from tests.localaws.clients.test_pyiceberg import SCHEMA, open_catalog, rows


@pytest.fixture
def table(aws: Server, database: str) -> Table:
    """Three rows in two snapshots, one of them replaced in a third."""
    table = open_catalog(aws).create_table(f"{database}.t", SCHEMA)
    table.append(rows((1, "a"), (2, "é")))
    table.append(rows((3, None)))
    table.overwrite(rows((2, "b")), overwrite_filter="id = 2")
    return table


def asked(duck: duckdb.DuckDBPyConnection, sql: str, *given: object) -> list[tuple[object, ...]]:
    return duck.execute(sql, list(given)).fetchall()


def test_a_table_is_read_from_its_metadata(duck: duckdb.DuckDBPyConnection, table: Table) -> None:
    found = asked(duck, "select * from iceberg_scan(?) order by id", table.metadata_location)
    assert found == [(1, "a"), (2, "b"), (3, None)]
    assert asked(duck, "select name from iceberg_scan(?) where id = 2", table.metadata_location) == [("b",)]


def test_an_old_snapshot_is_read(duck: duckdb.DuckDBPyConnection, table: Table) -> None:
    first = table.snapshots()[0].snapshot_id
    sql = f"select * from iceberg_scan(?, snapshot_from_id => {first}) order by id"
    assert asked(duck, sql, table.metadata_location) == [(1, "a"), (2, "é")]


def test_its_snapshots_and_files_are_told(duck: duckdb.DuckDBPyConnection, table: Table) -> None:
    (count,) = asked(duck, "select count(*) from iceberg_snapshots(?)", table.metadata_location)[0]
    assert count == len(table.snapshots())
    files = asked(duck, "select distinct file_path from iceberg_metadata(?)", table.metadata_location)
    assert files
    assert all(str(path).startswith("s3://") for (path,) in files)


def test_the_catalog_tells_where_the_metadata_is(
    duck: duckdb.DuckDBPyConnection, table: Table, aws: Server, database: str
) -> None:
    found = aws.client("glue").get_table(DatabaseName=database, Name="t")["Table"]["Parameters"]["metadata_location"]
    assert asked(duck, "select max(id) from iceberg_scan(?)", found) == [(3,)]


def test_files_are_written_found_and_read(duck: duckdb.DuckDBPyConnection, bucket: str) -> None:
    duck.execute(
        f"copy (select range as n, n % 3 as k from range(1000)) to 's3://{bucket}/f' (format parquet, partition_by (k))"
    )
    duck.execute(f"copy (select 1 as n, 'x,y' as t) to 's3://{bucket}/c/one.csv'")
    found = asked(duck, f"select k, count(*) from 's3://{bucket}/f/**/*.parquet' group by k order by k")
    assert found == [(0, 334), (1, 333), (2, 333)]
    assert asked(duck, f"select t from read_csv('s3://{bucket}/c/*.csv')") == [("x,y",)]


def test_a_large_file_goes_up_in_parts_and_comes_down_in_ranges(duck: duckdb.DuckDBPyConnection, bucket: str) -> None:
    duck.execute(f"copy (select range as n, hash(range) as h from range(2000000)) to 's3://{bucket}/large.parquet'")
    sql = f"select sum(n), count(distinct h) from 's3://{bucket}/large.parquet'"
    assert asked(duck, sql) == [(1999999000000, 2000000)]
    assert asked(duck, f"select h = hash(77) from 's3://{bucket}/large.parquet' where n = 77") == [(True,)]


def test_what_is_not_there_is_an_error(duck: duckdb.DuckDBPyConnection, bucket: str) -> None:
    with pytest.raises(duckdb.Error, match="404"):
        asked(duck, f"select * from read_parquet('s3://{bucket}/none.parquet')")


def test_arrow_reads_the_same(duck: duckdb.DuckDBPyConnection, table: Table) -> None:
    mine = duck.execute("select * from iceberg_scan(?) order by id", [table.metadata_location]).to_arrow_table()
    assert mine.cast(pa.schema(SCHEMA)).equals(table.scan().to_arrow().sort_by("id").cast(pa.schema(SCHEMA)))
