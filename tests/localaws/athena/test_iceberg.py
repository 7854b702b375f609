"""Iceberg tables that Spark wrote, read by Athena."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localaws.spark import submit_env
from tests.localaws.athena.conftest import Lake

pytestmark = [pytest.mark.spark, pytest.mark.slow("Spark writes the tables first")]

SCRIPT = """
import sys
from pyspark.sql import SparkSession
name, db = "spark.sql.catalog.glue_catalog", f"glue_catalog.{sys.argv[1]}"
spark = (SparkSession.builder
    .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
    .config(name, "org.apache.iceberg.spark.SparkCatalog")
    .config(f"{name}.catalog-impl", "org.apache.iceberg.aws.glue.GlueCatalog")
    .config(f"{name}.io-impl", "org.apache.iceberg.aws.s3.S3FileIO")
    .config(f"{name}.warehouse", f"s3://{sys.argv[2]}/")
    .getOrCreate())
mor = "'write.merge.mode'='merge-on-read', 'write.delete.mode'='merge-on-read', 'format-version'='2'"
spark.sql(f"create table {db}.sales (id bigint, name string, price decimal(10,2), sold_at timestamp, day date, "
          f"local timestamp_ntz, tags array<string>, buyer struct<name:string,age:int>) "
          f"using iceberg tblproperties ({mor})")
spark.sql(f"insert into {db}.sales select id, concat('n', id), cast(id * 1.25 as decimal(10,2)), "
          f"timestamp'2026-01-02 03:04:05.678901', date'2026-01-02', timestamp_ntz'2026-01-02 03:04:05', "
          f"array('a', 'b'), struct('x', 7) from range(10)")
spark.sql(f"alter table {db}.sales create tag `first`")
spark.sql(f"delete from {db}.sales where id % 3 = 0")
spark.sql(f"merge into {db}.sales t using (select 1L id, 'new' name) s on t.id = s.id "
          f"when matched then update set t.name = s.name")
spark.sql(f"alter table {db}.sales add column extra int")
spark.sql(f"alter table {db}.sales rename column price to amount")
spark.sql(f"create table {db}.empty (id bigint, name string) using iceberg")
spark.sql(f"create table {db}.parted (id bigint, region string) using iceberg partitioned by (region)")
spark.sql(f"insert into {db}.parted select id, if(id < 5, 'north', 'south') from range(10)")
"""


@pytest.fixture(scope="module")
def tables(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    work: Path = tmp_path_factory.mktemp("iceberg")
    env = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "localaws", "AWS_SECRET_ACCESS_KEY": "localaws"}
    env |= submit_env(lake.aws.endpoint, "us-east-1", work=work)
    command = [sys.executable, "-c", SCRIPT, lake.name, lake.data]
    done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return lake


def test_deleted_rows_are_gone_and_merged_ones_new(tables: Lake) -> None:
    assert tables.rows("SELECT id, name FROM sales ORDER BY id") == [
        ["id", "name"],
        ["1", "new"],
        ["2", "n2"],
        ["4", "n4"],
        ["5", "n5"],
        ["7", "n7"],
        ["8", "n8"],
    ]


def test_every_type_has_athenas_spelling(tables: Lake) -> None:
    sql = "SELECT amount, sold_at, day, local, tags, buyer, buyer.age, extra FROM sales WHERE id = 2"
    assert tables.rows(sql)[1] == [
        "2.50",
        "2026-01-02 03:04:05.678901 UTC",
        "2026-01-02",
        "2026-01-02 03:04:05.000000",
        "[a, b]",
        "{name=x, age=7}",
        "7",
        None,
    ]


def test_a_table_without_a_snapshot_has_its_schema_and_no_rows(tables: Lake) -> None:
    assert tables.rows("SELECT * FROM empty") == [["id", "name"]]
    assert tables.rows("SELECT count(*) FROM empty") == [["_col0"], ["0"]]


def test_an_earlier_snapshot_is_read_by_its_tag_and_its_id(tables: Lake) -> None:
    assert tables.rows("SELECT count(*) FROM sales FOR VERSION AS OF 'first'")[1] == ["10"]
    first = tables.rows("SELECT snapshot_id FROM \"sales$refs\" WHERE name = 'first'")[1][0]
    assert tables.rows(f"SELECT count(*), sum(price) FROM sales FOR VERSION AS OF {first}")[1] == ["10", "56.25"]
    assert "Cannot find snapshot" in tables.error("SELECT 1 FROM sales FOR VERSION AS OF 'nope'")


def test_the_tables_about_a_table_tell_its_history(tables: Lake) -> None:
    assert tables.rows('SELECT operation FROM "sales$snapshots" ORDER BY committed_at') == [
        ["operation"],
        ["append"],
        ["delete"],
        ["overwrite"],
    ]
    assert tables.rows('SELECT count(*) FROM "sales$history" WHERE is_current_ancestor')[1] == ["3"]
    assert tables.rows('SELECT content, count(*) FROM "parted$files" GROUP BY 1')[1:] == [["0", "2"]]
    assert tables.rows("""SELECT element_at(summary, 'added-records') FROM "sales$snapshots" ORDER BY 1 DESC""")[1] == [
        "10"
    ]


def test_only_the_columns_that_are_read_are_billed(tables: Lake) -> None:
    one = tables.run("SELECT id FROM parted")["Statistics"]["DataScannedInBytes"]
    all_ = tables.run("SELECT * FROM parted")["Statistics"]["DataScannedInBytes"]
    none = tables.run("SELECT * FROM empty")["Statistics"]["DataScannedInBytes"]
    assert 0 == none < one < all_


def test_conditions_and_joins_work_over_partitions(tables: Lake) -> None:
    sql = "SELECT p.region, count(*), sum(s.amount) FROM parted p LEFT JOIN sales s USING (id) GROUP BY 1 ORDER BY 1"
    assert tables.rows(sql)[1:] == [["north", "5", "8.75"], ["south", "5", "25.00"]]
    assert tables.rows("SELECT max(id) FROM parted WHERE region = 'north'")[1] == ["4"]


def test_describe_shows_the_columns_of_the_catalog(tables: Lake) -> None:
    assert tables.rows("DESCRIBE empty") == [
        ["id                  \tbigint              \t                    "],
        ["name                \tstring              \t                    "],
    ]
