"""Spark with Iceberg's own GlueCatalog, in a process that knows nothing but where AWS is; others share its tables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from localaws.spark import submit_env
from localaws.testing import Server
from tests.localaws.clients.test_pyiceberg import SCHEMA, held, open_catalog, rows

SCRIPT = """
import sys
from pyspark.sql import SparkSession
database, files = sys.argv[1:]
name = "spark.sql.catalog.glue_catalog"
spark = (SparkSession.builder
    .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
    .config("spark.sql.defaultCatalog", "glue_catalog")
    .config(name, "org.apache.iceberg.spark.SparkCatalog")
    .config(f"{name}.catalog-impl", "org.apache.iceberg.aws.glue.GlueCatalog")
    .config(f"{name}.io-impl", "org.apache.iceberg.aws.s3.S3FileIO")
    .getOrCreate())

def held(table):
    return [tuple(row) for row in spark.table(table).orderBy("id").collect()]

spark.sql(f"use {database}")
spark.sql("create table made (id bigint not null, name string) using iceberg tblproperties ("
    "'format-version'='2', 'write.merge.mode'='merge-on-read', 'write.delete.mode'='merge-on-read')")
spark.read.schema("id bigint, name string").json(files).coalesce(1).writeTo("made").append()
assert held("made") == [(1, "x"), (2, "y"), (3, "z")]
spark.sql("merge into made t using (select 2L as id, 'Y' as name union all select 4L, 'w') s on t.id = s.id "
    "when matched then update set name = s.name when not matched then insert *")
spark.sql("delete from made where id = 1")
assert held("made") == [(2, "Y"), (3, "z"), (4, "w")]
assert held("found") == [(1, "a"), (2, "b")]
spark.sql("insert into found values (3, 'c')")
spark.sql("alter table found add column size int")
spark.sql("call glue_catalog.system.rewrite_data_files('made')")
assert spark.conf.get("spark.sql.session.timeZone") == "UTC"
print("done")
"""
LINES = b'{"id":1,"name":"x"}\n{"id":2,"name":"y"}\n{"id":3,"name":"z"}\n'


def run(aws: Server, folder: Path, *arguments: str) -> str:
    """What the script prints; it must succeed."""
    env = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "localaws", "AWS_SECRET_ACCESS_KEY": "localaws"}
    env |= submit_env(aws.endpoint, "us-east-1", work=folder / "work")
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.spark
@pytest.mark.slow("starts Spark, PyIceberg and DuckDB")
def test_spark_and_others_share_tables(
    aws: Server, database: str, bucket: str, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key="in/x.json", Body=LINES)
    catalog = open_catalog(aws)
    catalog.create_table(f"{database}.found", SCHEMA).append(rows((1, "a"), (2, "b")))
    assert run(aws, tmp_path, database, f"s3://{bucket}/in/") == "done\n"
    made = catalog.load_table(f"{database}.made")
    assert held(made) == [(2, "Y"), (3, "z"), (4, "w")]
    assert held(catalog.load_table(f"{database}.found")) == [(1, "a", None), (2, "b", None), (3, "c", None)]
    merged = [found for found in made.snapshots() if found.summary and found.summary["total-delete-files"] != "0"]
    old = held(made, snapshot_id=merged[-1].snapshot_id)
    assert old == held(made), "what is read with delete files is what was compacted"
    scan = duck.execute("select * from iceberg_scan(?) order by id", [made.metadata_location])
    assert scan.fetchall() == [(2, "Y"), (3, "z"), (4, "w")]
    assert [entry.name for entry in tmp_path.iterdir()] == ["work"]
