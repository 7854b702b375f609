"""awswrangler's functions for S3, the catalog and Athena, told by the environment alone where AWS is."""

from __future__ import annotations

import datetime
import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import awswrangler as wr
import pandas as pd
import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server

pytestmark = pytest.mark.usefixtures("default_session")


@pytest.fixture
def sales() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [1, 2, 3],
            "name": ["a", "é", None],
            "price": [Decimal("1.50"), Decimal("2.25"), None],
            "sold": [datetime.date(2024, 1, 31), datetime.date(2024, 2, 29), None],
            "month": ["2024-01", "2024-02", "2024-02"],
        }
    )


def test_objects_come_and_go(bucket: str, sales: pd.DataFrame) -> None:
    for number in range(3):
        wr.s3.to_csv(sales, f"s3://{bucket}/csv/{number}.csv", index=False)
    assert wr.s3.list_objects(f"s3://{bucket}/csv/") == [f"s3://{bucket}/csv/{n}.csv" for n in range(3)]
    assert wr.s3.does_object_exist(f"s3://{bucket}/csv/1.csv")
    assert wr.s3.size_objects(f"s3://{bucket}/csv/1.csv")[f"s3://{bucket}/csv/1.csv"] > 0
    wr.s3.copy_objects([f"s3://{bucket}/csv/1.csv"], f"s3://{bucket}/csv", f"s3://{bucket}/copy")
    assert len(wr.s3.read_csv(f"s3://{bucket}/copy/1.csv")) == 3
    wr.s3.delete_objects(f"s3://{bucket}/csv/")
    assert wr.s3.list_objects(f"s3://{bucket}/csv/") == []
    assert wr.s3.list_directories(f"s3://{bucket}/") == [f"s3://{bucket}/copy/"]


def test_csv_and_json_and_parquet_are_read_as_written(bucket: str) -> None:
    frame = pd.DataFrame({"n": [1, 2], "t": ["x,y", 'q"']})
    wr.s3.to_csv(frame, f"s3://{bucket}/a.csv.gz", index=False, compression="gzip")
    wr.s3.to_json(frame, f"s3://{bucket}/a.json", orient="records", lines=True)
    wr.s3.to_parquet(frame, f"s3://{bucket}/a.parquet")
    for found in (
        wr.s3.read_csv(f"s3://{bucket}/a.csv.gz"),
        wr.s3.read_json(f"s3://{bucket}/a.json", orient="records", lines=True),
        wr.s3.read_parquet(f"s3://{bucket}/a.parquet"),
    ):
        assert found.astype({"n": "int64"}).to_dict("list") == frame.to_dict("list")
    types, _ = wr.s3.read_parquet_metadata(f"s3://{bucket}/a.parquet")
    assert types == {"n": "bigint", "t": "string"}


def test_a_large_object_goes_up_in_parts(bucket: str, aws: Server, tmp_path: Path) -> None:
    whole = random.Random(7).randbytes(20 << 20)
    (tmp_path / "up").write_bytes(whole)
    wr.s3.upload(str(tmp_path / "up"), f"s3://{bucket}/large")
    tag = aws.client("s3").head_object(Bucket=bucket, Key="large")["ETag"]
    assert re.fullmatch('"[0-9a-f]{32}-[0-9]+"', tag)
    wr.s3.download(f"s3://{bucket}/large", str(tmp_path / "down"))
    assert (tmp_path / "down").read_bytes() == whole
    numbers = pd.DataFrame({"n": range(1_000_000)})
    wr.s3.to_parquet(numbers, f"s3://{bucket}/n.parquet", compression=None)
    assert sum(len(chunk) for chunk in wr.s3.read_parquet(f"s3://{bucket}/n.parquet", chunked=300_000)) == 1_000_000


def write(sales: pd.DataFrame, bucket: str, database: str) -> Any:
    """The frame is a data set and a table, by month; where it went."""
    return wr.s3.to_parquet(
        sales,
        f"s3://{bucket}/sales/",
        dataset=True,
        database=database,
        table="sales",
        partition_cols=["month"],
        dtype={"price": "decimal(10,2)"},
        glue_table_settings={"columns_comments": {"id": "who it is"}},
    )


def test_a_data_set_is_a_table(bucket: str, database: str, sales: pd.DataFrame, aws: Server) -> None:
    told = write(sales, bucket, database)
    assert sorted(told["partitions_values"].values()) == [["2024-01"], ["2024-02"]]
    columns = wr.catalog.get_table_types(database, "sales")
    assert columns == {"id": "bigint", "name": "string", "price": "decimal(10,2)", "sold": "date", "month": "string"}
    assert len(wr.catalog.get_partitions(database, "sales")) == 2
    assert wr.catalog.get_columns_comments(database, "sales")["id"] == "who it is"
    assert wr.catalog.get_table_location(database, "sales") == f"s3://{bucket}/sales/"
    found = wr.s3.read_parquet_table(database=database, table="sales").sort_values("id")
    assert found["price"].tolist()[:2] == [Decimal("1.50"), Decimal("2.25")]
    only = wr.s3.read_parquet(f"s3://{bucket}/sales/", dataset=True, partition_filter=lambda p: p["month"] > "2024-01")
    assert sorted(only["id"]) == [2, 3]


def test_partitions_are_replaced_and_columns_added(bucket: str, database: str, sales: pd.DataFrame) -> None:
    where: dict[str, Any] = {
        "path": f"s3://{bucket}/sales/",
        "dataset": True,
        "database": database,
        "table": "sales",
        "partition_cols": ["month"],
    }
    wr.s3.to_parquet(sales[["id", "month"]], **where)
    more = pd.DataFrame({"id": [9], "month": ["2024-02"], "size": [7]})
    wr.s3.to_parquet(more, mode="overwrite_partitions", **where)
    found = wr.s3.read_parquet_table(database=database, table="sales", validate_schema=False).sort_values("id")
    assert found["id"].tolist() == [1, 9]
    assert wr.catalog.get_table_types(database, "sales")["size"] == "bigint"
    wr.s3.to_parquet(more, mode="append", **where)
    assert len(wr.s3.read_parquet_table(database=database, table="sales", validate_schema=False)) == 3


def test_the_catalog_is_looked_through(bucket: str, database: str, sales: pd.DataFrame) -> None:
    for table in ("one", "two"):
        told: Any = {"description": f"number {table}"}
        where = f"s3://{bucket}/{table}/"
        wr.s3.to_parquet(sales, where, dataset=True, database=database, table=table, glue_table_settings=told)
    assert database in wr.catalog.databases(limit=10000)["Database"].tolist()
    assert sorted(found["Name"] for found in wr.catalog.get_tables(database=database)) == ["one", "two"]
    with pytest.raises(ClientError, match="glue SearchTables is not emulated"):
        list(wr.catalog.search_tables(text="number two"))
    assert wr.catalog.tables(database=database, name_prefix="o")["Table"].tolist() == ["one"]
    assert wr.catalog.table(database=database, table="one")["Column Name"].tolist()[0] == "id"
    assert wr.catalog.does_table_exist(database, "one")
    wr.catalog.upsert_table_parameters({"owner": "me"}, database, "one")
    assert wr.catalog.get_table_parameters(database, "one")["owner"] == "me"
    assert wr.catalog.delete_table_if_exists(database, "one")
    assert not wr.catalog.delete_table_if_exists(database, "one")
    wr.catalog.create_database(f"{database}_2", exist_ok=True)
    wr.catalog.delete_database(f"{database}_2")


def test_a_csv_table_of_ones_own(bucket: str, database: str) -> None:
    wr.s3.to_csv(
        pd.DataFrame({"n": [1, 2], "t": ["x", "y"]}),
        f"s3://{bucket}/c/",
        dataset=True,
        database=database,
        table="c",
        index=False,
    )
    assert wr.catalog.get_table_types(database, "c") == {"n": "bigint", "t": "string"}
    wr.catalog.create_json_table(database, "j", f"s3://{bucket}/j/", {"n": "bigint"}, partitions_types={"d": "string"})
    wr.catalog.add_json_partitions(database, "j", {f"s3://{bucket}/j/d=1/": ["1"]}, columns_types={"n": "bigint"})
    assert wr.catalog.get_partitions(database, "j") == {f"s3://{bucket}/j/d=1/": ["1"]}


def query(database: str, bucket: str, sql: str, **more: Any) -> pd.DataFrame:
    return wr.athena.read_sql_query(
        sql,
        database=database,
        ctas_approach=False,
        unload_approach=False,
        s3_output=f"s3://{bucket}/results/",
        **more,
    )


def test_athena_answers(bucket: str, database: str, sales: pd.DataFrame) -> None:
    write(sales, bucket, database)
    found = query(database, bucket, "select * from sales order by id")
    assert found["id"].tolist() == [1, 2, 3]
    assert found["price"].tolist()[:2] == [Decimal("1.50"), Decimal("2.25")]
    assert found["sold"].tolist()[0] == datetime.date(2024, 1, 31)
    assert found["name"].tolist()[1] == "é"
    named = query(database, bucket, "select count(*) as n from sales where month = :m", params={"m": "2024-02"})
    assert named["n"].tolist() == [2]
    chunks = list(query(database, bucket, "select id from sales", chunksize=2))
    assert sum(len(chunk) for chunk in chunks) == 3
    described = wr.athena.describe_table("sales", database=database, s3_output=f"s3://{bucket}/results/")
    assert described["Column Name"].tolist() == ["id", "name", "price", "sold", "month"]


def test_columns_partitions_and_versions(bucket: str, database: str, sales: pd.DataFrame) -> None:
    where: dict[str, Any] = {"dataset": True, "database": database, "table": "t", "partition_cols": ["month"]}
    wr.s3.to_parquet(sales[["id", "month"]], f"s3://{bucket}/t/", **where)
    wr.catalog.add_column(database, "t", "size", "int", "how large")
    assert wr.catalog.get_columns_comments(database, "t")["size"] == "how large"
    wr.catalog.delete_column(database, "t", "size")
    assert "size" not in (wr.catalog.get_table_types(database, "t") or {})
    assert wr.catalog.get_table_number_of_versions(database, "t") == len(wr.catalog.get_table_versions(database, "t"))
    wr.catalog.overwrite_table_parameters({"owner": "me"}, database, "t")
    assert wr.catalog.get_table_parameters(database, "t") == {"owner": "me"}
    assert wr.catalog.get_parquet_partitions(database, "t", expression="month='2024-01'") == {
        f"s3://{bucket}/t/month=2024-01/": ["2024-01"]
    }
    wr.catalog.delete_partitions("t", database, [["2024-01"]])
    assert list(wr.catalog.get_partitions(database, "t").values()) == [["2024-02"]]
    wr.catalog.delete_all_partitions("t", database)
    assert wr.catalog.get_partitions(database, "t") == {}


def test_what_is_there_becomes_a_table(bucket: str, database: str, sales: pd.DataFrame) -> None:
    wr.s3.to_parquet(sales[["id", "month"]], f"s3://{bucket}/t/", dataset=True, partition_cols=["month"])
    wr.s3.store_parquet_metadata(f"s3://{bucket}/t/", database=database, table="t", dataset=True)
    assert wr.catalog.get_table_types(database, "t") == {"id": "bigint", "month": "string"}
    found = wr.s3.describe_objects(f"s3://{bucket}/t/")
    assert all(each["ContentLength"] > 0 for each in found.values())
    wr.s3.wait_objects_exist(list(found))
    wr.s3.merge_datasets(f"s3://{bucket}/t/", f"s3://{bucket}/u/", mode="overwrite")
    assert sorted(wr.s3.read_parquet(f"s3://{bucket}/u/", dataset=True)["id"]) == [1, 2, 3]
    assert bucket in wr.s3.list_buckets()
    assert wr.s3.get_bucket_region(bucket) == "us-east-1"
