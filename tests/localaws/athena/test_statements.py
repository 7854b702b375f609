"""SHOW, DESCRIBE and views."""

from __future__ import annotations

import base64
import json

import pytest

from localaws.planes.athena.statements import bare, kind
from tests.localaws.athena.conftest import PARQUET, Lake


@pytest.fixture(scope="module")
def shop(lake: Lake) -> Lake:
    lake.put_parquet("orders/1.parquet", {"id": [1, 2], "total": [1.5, 2.5]})
    lake.table("orders", "id bigint, total double", PARQUET, keys="region string")
    lake.table("other", "x int", PARQUET)
    lake.partition("orders", "north", "orders")
    return lake


def test_show_lists_what_the_catalog_has(shop: Lake) -> None:
    assert shop.rows("SHOW TABLES") == [["orders"], ["other"]]
    assert shop.rows(f"SHOW TABLES IN `{shop.name}` 'ord*'") == [["orders"]]
    assert [shop.name] in shop.rows("SHOW DATABASES")
    assert shop.rows(f"SHOW SCHEMAS LIKE '{shop.name}'") == [[shop.name]]
    assert [row[0].strip() for row in shop.rows("SHOW COLUMNS IN orders") if row[0]] == ["id", "total", "region"]


def test_describe_names_the_partition_keys_apart(shop: Lake) -> None:
    lines = [str(row[0]).split("\t") for row in shop.rows("DESCRIBE orders")]
    assert [line[0].strip() for line in lines] == [
        "id",
        "total",
        "region",
        "",
        "# Partition Information",
        "# col_name",
        "",
        "region",
    ]
    assert shop.run("DESC orders")["StatementType"] == "UTILITY"
    assert shop.error("DESCRIBE gone").startswith("TABLE_NOT_FOUND")
    assert shop.error("SHOW PARTITIONS other").endswith("is not a partitioned table")


def test_a_view_is_kept_as_athena_keeps_it(shop: Lake) -> None:
    query = "SELECT region, sum(total) AS total, cast(1 AS decimal(5,2)) d FROM orders GROUP BY 1"
    done = shop.run(f"CREATE VIEW totals AS {query}")
    assert done["Status"]["State"] == "SUCCEEDED"
    assert (done["StatementType"], done["SubstatementType"]) == ("DDL", "CREATE_VIEW")
    table = shop.glue.get_table(DatabaseName=shop.name, Name="totals")["Table"]
    assert table["TableType"] == "VIRTUAL_VIEW"
    assert table["Parameters"]["presto_view"] == "true"
    text = table["ViewOriginalText"]
    assert text.startswith("/* Presto View: ")
    body = json.loads(base64.b64decode(text[len("/* Presto View: ") : -len(" */")]))
    assert body["columns"] == [
        {"name": "region", "type": "varchar"},
        {"name": "total", "type": "double"},
        {"name": "d", "type": "decimal(5,2)"},
    ]
    assert shop.rows("SELECT * FROM totals") == [["region", "total", "d"], ["north", "4.0", "1.00"]]
    assert shop.rows("SELECT t.total FROM totals t WHERE t.region = 'north'") == [["total"], ["4.0"]]
    assert shop.error("CREATE VIEW totals AS SELECT 1 a").startswith("ALREADY_EXISTS")
    assert shop.run("CREATE OR REPLACE VIEW totals AS (SELECT 1 a)")["Status"]["State"] == "SUCCEEDED"
    assert shop.rows("SELECT * FROM totals") == [["a"], ["1"]]
    assert shop.rows("SHOW VIEWS") == [["totals"]]
    shop.rows("DROP VIEW totals")
    assert shop.rows("SHOW VIEWS") == []
    assert shop.error("DROP VIEW totals").startswith("TABLE_NOT_FOUND")
    assert shop.run("DROP VIEW IF EXISTS totals")["Status"]["State"] == "SUCCEEDED"


def test_a_table_is_no_view(shop: Lake) -> None:
    assert shop.error("CREATE OR REPLACE VIEW other AS SELECT 1 a").startswith("TABLE_ALREADY_EXISTS")
    assert shop.error("DROP VIEW other").startswith("TABLE_NOT_FOUND")
    assert shop.error("CREATE VIEW unnamed AS SELECT 1").startswith("MISSING_COLUMN_NAME")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("-- a comment\nSELECT 1", ("DML", "SELECT")),
        ("/* x */ (SELECT 1)", ("DML", "SELECT")),
        ("with a as (select 1) select 1", ("DML", "SELECT")),
        ("show tables", ("UTILITY", "SHOW_TABLES")),
        ("create or replace view v as select 1", ("DDL", "CREATE_VIEW")),
        ("CREATE EXTERNAL TABLE t (a int)", ("DDL", "CREATE_TABLE")),
        ("drop view v", ("DDL", "DROP_VIEW")),
    ],
)
def test_the_kind_of_a_statement(sql: str, expected: tuple[str, str]) -> None:
    found = kind(sql)
    assert (found.statement, found.substatement) == expected


def test_a_bare_statement_has_no_comments_before_it() -> None:
    assert bare(" -- a\n /* b */ SELECT 1 ; ") == "SELECT 1"
