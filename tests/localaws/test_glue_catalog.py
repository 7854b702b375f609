"""The Glue Data Catalog as its API reference describes it (pages named at each test)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server


def unique(stem: str) -> str:
    return f"{stem}_{uuid.uuid4().hex[:8]}"


@pytest.fixture
def glue(aws: Server) -> Any:
    return aws.client("glue")


@pytest.fixture
def table(glue: Any) -> tuple[str, str]:
    database = unique("db")
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "Parameters": {"n": "0"}})
    return database, "t"


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def put(glue: Any, table: tuple[str, str], n: int, **more: Any) -> None:
    glue.update_table(DatabaseName=table[0], TableInput={"Name": table[1], "Parameters": {"n": str(n)}}, **more)


def version(glue: Any, table: tuple[str, str]) -> str:
    return str(glue.get_table(DatabaseName=table[0], Name=table[1])["Table"]["VersionId"])


def test_a_stale_version_is_refused(glue: Any, table: tuple[str, str]) -> None:
    """Page "UpdateTable": VersionId, ConcurrentModificationException."""
    seen = version(glue, table)
    put(glue, table, 1, VersionId=seen)
    with pytest.raises(ClientError) as error:
        put(glue, table, 2, VersionId=seen)
    assert code(error) == "ConcurrentModificationException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert glue.get_table(DatabaseName=table[0], Name="t")["Table"]["Parameters"] == {"n": "1"}


def test_of_many_writers_with_one_version_one_wins(glue: Any, table: tuple[str, str]) -> None:
    seen = version(glue, table)

    def attempt(n: int) -> bool:
        try:
            put(glue, table, n, VersionId=seen, SkipArchive=True)
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


@pytest.mark.parametrize(("skip", "kept"), [(True, 1), (False, 3)])
def test_skip_archive_keeps_one_version(glue: Any, table: tuple[str, str], skip: bool, kept: int) -> None:
    """Page "UpdateTable": SkipArchive."""
    put(glue, table, 1, SkipArchive=skip)
    put(glue, table, 2, SkipArchive=skip)
    versions = glue.get_table_versions(DatabaseName=table[0], TableName="t")["TableVersions"]
    assert len(versions) == kept
    assert version(glue, table) == "3"


def test_names_are_folded_to_lower_case(glue: Any) -> None:
    """Pages "CreateDatabase" and "TableInput": for Hive compatibility, folded to lowercase."""
    database = unique("Db")
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName=database, TableInput={"Name": "Sales"})
    assert glue.get_table(DatabaseName=database.lower(), Name="SALES")["Table"]["Name"] == "sales"
    glue.delete_table(DatabaseName=database, Name="Sales")
    glue.delete_database(Name=database)
    assert database.lower() not in [found["Name"] for found in glue.get_databases()["DatabaseList"]]


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        ("get_database", {"Name": "nowhere"}),
        ("get_table", {"DatabaseName": "nowhere", "Name": "t"}),
        ("get_classifier", {"Name": "nowhere"}),
        ("update_job", {"JobName": "nowhere", "JobUpdate": {}}),
        ("update_crawler", {"Name": "nowhere"}),
        ("delete_connection", {"ConnectionName": "nowhere"}),
    ],
)
def test_what_is_not_there_is_not_found(glue: Any, call: str, asked: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as error:
        getattr(glue, call)(**asked)
    assert code(error) == "EntityNotFoundException"
    assert "nowhere not found" in str(error.value)


def test_a_partition_expression_selects(glue: Any) -> None:
    """Page "GetPartitions"."""
    database = unique("db")
    glue.create_database(DatabaseInput={"Name": database})
    keys = [{"Name": "day", "Type": "string"}]
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "PartitionKeys": keys})
    days = [["2025-01-01"], ["2025-01-02"], ["2025-02-01"]]
    partitions = [{"Values": day, "StorageDescriptor": {"Location": f"s3://b/{day[0]}"}} for day in days]
    glue.batch_create_partition(DatabaseName=database, TableName="t", PartitionInputList=partitions)
    january = glue.get_partitions(DatabaseName=database, TableName="t", Expression="day < '2025-02-01'")
    assert [found["Values"] for found in january["Partitions"]] == days[:2]
    some = glue.batch_get_partition(
        DatabaseName=database, TableName="t", PartitionsToGet=[{"Values": days[2]}, {"Values": ["2030-01-01"]}]
    )
    assert [found["Values"] for found in some["Partitions"]] == [days[2]]


def test_a_job_update_replaces_the_whole_definition(glue: Any) -> None:
    """Page "JobUpdate": unspecified configuration is removed or reset to default values."""
    name = unique("job")
    glue.create_job(Name=name, Role="r", Command={"Name": "glueetl"}, Timeout=20, DefaultArguments={"--a": "1"})
    glue.update_job(JobName=name, JobUpdate={"Role": "r2", "Command": {"Name": "glueetl"}, "NumberOfWorkers": 3})
    job = glue.get_job(JobName=name)["Job"]
    assert (job["Role"], job["NumberOfWorkers"], job["DefaultArguments"], job.get("Timeout")) == ("r2", 3, {}, None)


def test_a_job_name_is_taken_once(glue: Any) -> None:
    """Page "CreateJob"."""
    name = unique("job")
    glue.create_job(Name=name, Role="r", Command={"Name": "glueetl"})
    with pytest.raises(ClientError) as error:
        glue.create_job(Name=name, Role="r", Command={"Name": "glueetl"})
    assert code(error) == "AlreadyExistsException"


def test_a_crawler_update_keeps_what_it_does_not_name(glue: Any) -> None:
    """Page "UpdateCrawler"."""
    name = unique("crawler")
    glue.create_crawler(
        Name=name, Role="r", DatabaseName="d", TablePrefix="p_", Targets={"S3Targets": [{"Path": "s3://b"}]}
    )
    glue.update_crawler(Name=name, DatabaseName="e")
    crawler = glue.get_crawler(Name=name)["Crawler"]
    assert (crawler["DatabaseName"], crawler["TablePrefix"], crawler["Version"]) == ("e", "p_", 2)


def test_a_classifier_lives_from_create_to_delete(glue: Any) -> None:
    """Pages "CreateClassifier", "UpdateClassifier", "GetClassifiers", "DeleteClassifier"."""
    name = unique("csv")
    glue.create_classifier(CsvClassifier={"Name": name, "Delimiter": ",", "ContainsHeader": "ABSENT", "Header": ["a"]})
    glue.update_classifier(CsvClassifier={"Name": name, "Delimiter": ";"})
    found = glue.get_classifier(Name=name)["Classifier"]["CsvClassifier"]
    assert (found["Delimiter"], found["Header"], found["Version"]) == (";", ["a"], 2)
    assert name in [
        given["CsvClassifier"]["Name"] for given in glue.get_classifiers()["Classifiers"] if "CsvClassifier" in given
    ]
    with pytest.raises(ClientError) as error:
        glue.create_classifier(CsvClassifier={"Name": name})
    assert code(error) == "AlreadyExistsException"
    glue.delete_classifier(Name=name)
    with pytest.raises(ClientError):
        glue.get_classifier(Name=name)


def test_a_connection_is_updated_and_deleted(glue: Any) -> None:
    """Pages "UpdateConnection", "DeleteConnection"."""
    name = unique("connection")
    given = {"Name": name, "ConnectionType": "JDBC", "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:a"}}
    glue.create_connection(ConnectionInput=given)
    glue.update_connection(
        Name=name, ConnectionInput={**given, "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:b"}}
    )
    found = glue.get_connection(Name=name)["Connection"]
    assert found["ConnectionProperties"] == {"JDBC_CONNECTION_URL": "jdbc:b"}
    glue.delete_connection(ConnectionName=name)
    with pytest.raises(ClientError):
        glue.get_connection(Name=name)


def test_a_trigger_is_updated(glue: Any) -> None:
    """Page "UpdateTrigger"."""
    name = unique("trigger")
    glue.create_trigger(Name=name, Type="ON_DEMAND", Actions=[{"JobName": "a"}])
    glue.update_trigger(Name=name, TriggerUpdate={"Actions": [{"JobName": "b"}]})
    assert glue.get_trigger(Name=name)["Trigger"]["Actions"][0]["JobName"] == "b"
