"""Folders of files, and the tables that a crawler makes of them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.crawlers.bench import Bench
from tests.localaws.crawlers.case import CSV, ID_NAME, Case
from tests.localaws.crawlers.cases_of_folders import FOLDER_CASES
from tests.localaws.crawlers.cases_of_formats import FORMATS
from tests.localaws.crawlers.cases_over_time import OVER_TIME

CASES = [*FORMATS, *FOLDER_CASES, *OVER_TIME]


def name() -> str:
    return f"c{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def role(aws: Server) -> str:
    """A role that may do everything."""
    return Bench(aws, name()).role


@pytest.fixture
def bench(aws: Server, role: str) -> Bench:
    return Bench(aws, name(), role)


def test_each_case_names_its_page() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)
    assert [case.name for case in CASES if not case.page] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tables(bench: Bench, case: Case) -> None:
    run(bench, case)
    tables = bench.tables()
    assert {name: columns(table) for name, table in tables.items()} == case.tables
    assert {n: [k["Name"] for k in t["PartitionKeys"]] for n, t in tables.items() if t["PartitionKeys"]} == case.keys
    assert {name: bench.partition_values(name) for name in case.keys} == case.partitions
    assert [name for name, table in tables.items() if "DEPRECATED_BY_CRAWLER" in table["Parameters"]] == case.deprecated
    for name, facts in case.facts.items():
        assert facts.items() <= tables[name]["Parameters"].items()
    for table in tables.values():
        assert table["Parameters"]["UPDATED_BY_CRAWLER"] == bench.name


def run(bench: Bench, case: Case) -> None:
    """The crawls of the case, each of which ends as it says."""
    for key, body in case.files.items():
        bench.put(key, body)
    bench.crawler(
        path=case.path,
        exclusions=case.exclusions,
        configuration=case.configuration,
        TablePrefix=case.prefix,
        Classifiers=classifiers(bench, case),
        SchemaChangePolicy={"UpdateBehavior": case.update, "DeleteBehavior": case.delete},
    )
    last = bench.crawl()
    assert last["Status"] == ("FAILED" if case.failed else "SUCCEEDED"), last
    assert case.failed in last.get("ErrorMessage", "")
    if case.later is None:
        return
    for key, changed in case.later.items():
        bench.put(key, changed) if changed is not None else bench.s3.delete_object(Bucket=bench.name, Key=key)
    assert bench.crawl()["Status"] == "SUCCEEDED"


def classifiers(bench: Bench, case: Case) -> list[str]:
    names = []
    for number, classifier in enumerate(case.classifiers):
        ((kind, definition),) = classifier.items()
        names.append(f"{bench.name}-{number}")
        bench.glue.create_classifier(**{kind: {**definition, "Name": names[-1]}})
    return names


def columns(table: dict[str, Any]) -> list[tuple[str, str]]:
    return [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]


def test_the_counts_are_those_of_the_files(bench: Bench) -> None:
    bench.put("in/a.csv", CSV)
    bench.put("in/b.csv", CSV)
    bench.crawler(exclusions=["**.tmp"])
    bench.crawl()
    (table,) = bench.tables().values()
    assert table["Parameters"] == {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": bench.name,
        "areColumnsQuoted": "false",
        "averageRecordSize": "8",
        "classification": "csv",
        "columnsOrdered": "true",
        "compressionType": "none",
        "delimiter": ",",
        "exclusions": f'["s3://{bench.name}/in/**.tmp"]',
        "objectCount": "2",
        "recordCount": "4",
        "sizeKey": "32",
        "skip.header.line.count": "1",
        "typeOfData": "file",
    }
    storage = table["StorageDescriptor"]
    assert storage["Location"] == f"s3://{bench.name}/in/"
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": ","},
    }
    assert table["TableType"] == "EXTERNAL_TABLE"


def test_a_classifier_may_ask_for_the_serde_that_knows_quotes(bench: Bench) -> None:
    """Page "CsvClassifier", field Serde."""
    bench.put("in/a.csv", b"x;'1;2'\ny;'3'\n")
    definition = {"Name": bench.name, "Delimiter": ";", "QuoteSymbol": "'", "Serde": "OpenCSVSerDe"}
    bench.glue.create_classifier(CsvClassifier=definition)
    bench.crawler(Classifiers=[bench.name])
    bench.crawl()
    (table,) = bench.tables().values()
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("OpenCSVSerde")
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["quoteChar"] == "'"


@pytest.mark.parametrize("more", [{}, {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}], ids=["default", "LOG"])
def test_partitions_that_inherit_are_as_their_table(bench: Bench, more: dict[str, str]) -> None:
    """Page "Setting crawler configuration options": a table that LOG keeps as it is has partitions like it."""
    inherit = {"CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}
    bench.put("in/day=1/a.csv", CSV)
    bench.crawler(
        configuration={**inherit, "Grouping": {"TableLevelConfiguration": 2}},
        SchemaChangePolicy=more,
    )
    bench.crawl()
    bench.put("in/day=2/a.csv", b"id,name,more\n1,a,2.5\n2,b,3\n")
    bench.crawl()
    (table,) = bench.tables().values()
    assert columns(table) == (ID_NAME if more else [*ID_NAME, ("more", "double")])
    assert [columns(entry) for entry in bench.partitions("in").values()] == [columns(table)] * 2


def test_merging_columns_keeps_what_people_wrote(bench: Bench) -> None:
    """Page "Setting crawler configuration options": "Add new columns only" keeps the catalog's metadata."""
    bench.put("in/a.csv", CSV)
    bench.crawler(configuration={"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}})
    bench.crawl()
    (table,) = bench.tables().values()
    own = {name: table[name] for name in ("Name", "TableType", "StorageDescriptor")}
    own["Parameters"] = {**table["Parameters"], "owner": "us"}
    bench.glue.update_table(DatabaseName=bench.name, TableInput={**own, "Description": "people"})
    bench.put("in/a.csv", b"id,name,more\n1,a,2.5\n2,b,3\n")
    bench.crawl()
    (table,) = bench.tables().values()
    assert (table["Description"], table["Parameters"]["owner"]) == ("people", "us")
    assert columns(table) == [*ID_NAME, ("more", "double")]


@pytest.mark.parametrize("kind", ["GrokClassifier", "XMLClassifier"])
def test_other_kinds_of_classifiers_are_refused(bench: Bench, kind: str) -> None:
    fields = {"GrokPattern": "%{WORD:w}"} if kind == "GrokClassifier" else {"RowTag": "r"}
    bench.glue.create_classifier(**{kind: {"Name": bench.name, "Classification": "x", **fields}})
    bench.crawler(Classifiers=[bench.name])
    with pytest.raises(ClientError, match=f"NotImplemented.* got a {kind}"):
        bench.glue.start_crawler(Name=bench.name)


def test_a_bucket_that_is_not_there_fails_the_crawl(bench: Bench) -> None:
    """Page "LastCrawlInfo"; the words are S3's, as the crawler's log has them on AWS."""
    bench.crawler(Targets={"S3Targets": [{"Path": f"s3://{bench.name}-none/in/"}]})
    last = bench.crawl()
    assert last["Status"] == "FAILED"
    assert "NoSuchBucket" in last["ErrorMessage"]
    assert bench.tables() == {}


@pytest.mark.parametrize("action", ["s3:ListBucket", "s3:GetObject", "glue:CreateTable"])
def test_a_missing_permission_fails_the_crawl(aws: Server, action: str) -> None:
    """Page "Crawler prerequisites"."""
    bench = Bench(aws, name())
    bench.put("in/a.csv", CSV)
    bench.crawler()
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    denied = {"Effect": "Deny", "Action": action, "Resource": "*"}
    bench.allow({"Version": "2012-10-17", "Statement": [everything, denied]})
    last = bench.crawl()
    assert last["Status"] == "FAILED"
    assert "AccessDenied" in last["ErrorMessage"]
    assert json.dumps(bench.tables()) == "{}"
