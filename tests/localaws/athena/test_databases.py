"""CREATE DATABASE and DROP DATABASE, and the operations that list what is there."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.athena.conftest import Lake
from tests.localaws.athena.test_workgroups import role


@pytest.fixture
def name() -> str:
    return f"d{uuid.uuid4().hex[:8]}"


def made(lake: Lake, sql: str) -> None:
    """The statement has succeeded, without a row."""
    assert lake.rows(sql) == []


def found(lake: Lake, name: str) -> dict[str, Any]:
    database: dict[str, Any] = lake.glue.get_database(Name=name)["Database"]
    return {key: value for key, value in database.items() if key not in ("CreateTime", "CatalogId")}


def test_a_database_is_one_of_glue(lake: Lake, name: str) -> None:
    done = lake.run(f"create database {name.upper()}")
    assert (done["StatementType"], done["SubstatementType"]) == ("DDL", "CREATE_DATABASE")
    assert found(lake, name)["Name"] == name
    made(lake, f"DROP SCHEMA `{name}`")
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        found(lake, name)


def test_its_comment_location_and_properties_are_kept(lake: Lake, name: str) -> None:
    made(
        lake,
        f"""-- all of it
        CREATE SCHEMA IF NOT EXISTS awsdatacatalog.`{name}` COMMENT 'Jane\\'s; "clicks"'
        LOCATION "s3://{lake.data}/{name}/" WITH DBPROPERTIES ('a' = '1, 2', "b.c"='(3)');""",
    )
    database = found(lake, name)
    assert database["Description"] == 'Jane\'s; "clicks"'
    assert database["LocationUri"] == f"s3://{lake.data}/{name}/"
    assert database["Parameters"] == {"a": "1, 2", "b.c": "(3)"}


def test_a_name_that_is_taken_fails_unless_that_was_foreseen(lake: Lake, name: str) -> None:
    made(lake, f"CREATE DATABASE {name} COMMENT 'first'")
    assert lake.error(f"CREATE DATABASE {name}").endswith(f"Database {name} already exists")
    made(lake, f"CREATE DATABASE IF NOT EXISTS {name} COMMENT 'second'")
    assert found(lake, name)["Description"] == "first"


def test_a_name_that_is_not_there_fails_unless_that_was_foreseen(lake: Lake, name: str) -> None:
    assert lake.error(f"DROP DATABASE {name}").endswith(f"Database does not exist: {name}")
    made(lake, f"DROP DATABASE IF EXISTS {name}")


def test_tables_go_with_their_database_only_when_told_to(lake: Lake, name: str) -> None:
    made(lake, f"CREATE DATABASE {name}")
    for table in ("t", "u"):
        made(lake, f"CREATE VIEW {name}.{table} AS SELECT 1 AS a")
    for how in ("", " RESTRICT"):
        assert "is not empty" in lake.error(f"DROP DATABASE {name}{how}")
    assert len(lake.glue.get_tables(DatabaseName=name)["TableList"]) == 2
    made(lake, f"DROP DATABASE {name} CASCADE")
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        found(lake, name)


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        (" LOCATION 'hdfs://x'", "LOCATION: expected a place in S3"),
        (" WITH DBPROPERTIES ('a')", "ParseException"),
        (" LOCATION 's3://b/' COMMENT 'late'", "ParseException"),
        (" MANAGEDLOCATION 's3://b/'", "ParseException"),
    ],
)
def test_what_is_no_such_statement_makes_nothing(lake: Lake, name: str, rest: str, reason: str) -> None:
    assert reason in lake.error(f"CREATE DATABASE {name}{rest}")
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        found(lake, name)


def test_other_catalogs_are_refused(lake: Lake, name: str) -> None:
    assert "localaws does not know" in lake.error(f"CREATE DATABASE elsewhere.{name}")


def test_the_rights_are_the_callers(lake: Lake, name: str) -> None:
    results = {"Action": ["athena:*", "s3:*"], "Resource": "*"}
    reader = role(lake, f"reader-{name}", results, {"Action": "glue:Get*", "Resource": "*"})
    done = lake.wait(lake.start(f"CREATE DATABASE {name}", client=reader))
    assert done["Status"]["StateChangeReason"].startswith("PERMISSION_DENIED")
    assert reader.get_database(CatalogName="AwsDataCatalog", DatabaseName=lake.name)["Database"]["Name"] == lake.name
    blind = role(lake, f"blind-{name}", results)
    with pytest.raises(ClientError, match=r"MetadataException.*Insufficient permissions"):
        blind.get_database(CatalogName="AwsDataCatalog", DatabaseName=lake.name)


def test_athena_lists_what_glue_has(lake: Lake, name: str) -> None:
    made(lake, f"CREATE DATABASE {name} COMMENT 'words' WITH DBPROPERTIES ('a' = '1')")
    shown = lake.athena.get_database(CatalogName="AwsDataCatalog", DatabaseName=name.upper())["Database"]
    assert shown == {"Name": name, "Description": "words", "Parameters": {"a": "1"}}
    pages = lake.athena.get_paginator("list_databases").paginate(
        CatalogName="AwsDataCatalog", PaginationConfig={"PageSize": 2}
    )
    listed = [each["Name"] for page in pages for each in page["DatabaseList"]]
    assert listed == sorted(set(listed))
    assert {name, lake.name, "default"} <= set(listed)
    lake.glue.delete_database(Name=name)
    with pytest.raises(ClientError, match="MetadataException"):
        lake.athena.get_database(CatalogName="AwsDataCatalog", DatabaseName=name)
