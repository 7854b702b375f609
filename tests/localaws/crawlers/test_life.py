"""What a crawler does over time: its states, its policy, its role and its log."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.crawlers.bench import TRUST, Bench

CSV = b"id,name\n1,a\n2,b\n"
WIDER = b"id,name,more\n1,a,2.5\n2,b,3\n"


@pytest.fixture
def bench(aws: Server) -> Bench:
    return Bench(aws, f"c{uuid.uuid4().hex[:12]}")


def columns(bench: Bench, table: str) -> list[str]:
    return [column["Name"] for column in bench.tables()[table]["StorageDescriptor"]["Columns"]]


def policy(update: str = "UPDATE_IN_DATABASE", delete: str = "LOG") -> dict[str, Any]:
    return {"SchemaChangePolicy": {"UpdateBehavior": update, "DeleteBehavior": delete}}


def test_a_crawl_tells_its_facts(bench: Bench) -> None:
    bench.put("in/a.csv", CSV)
    bench.crawler()
    assert "LastCrawl" not in bench.glue.get_crawler(Name=bench.name)["Crawler"]
    last = bench.crawl()
    assert last["Status"] == "SUCCEEDED"
    assert (last["LogGroup"], last["LogStream"]) == ("/aws-glue/crawlers", bench.name)
    log = bench.aws.client("logs").get_log_events(logGroupName="/aws-glue/crawlers", logStreamName=bench.name)
    messages = [event["message"] for event in log["events"]]
    assert messages[0] == f"[{last['MessagePrefix']}] BENCHMARK : Running Start Crawl for Crawler {bench.name}"
    assert f"[{last['MessagePrefix']}] INFO : Created table in in database {bench.name}" in messages
    (metrics,) = bench.glue.get_crawler_metrics(CrawlerNameList=[bench.name])["CrawlerMetricsList"]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"], metrics["TablesDeleted"]) == (1, 0, 0)
    (crawl,) = bench.glue.list_crawls(CrawlerName=bench.name)["Crawls"]
    assert crawl["State"] == "COMPLETED"
    assert crawl["StartTime"] <= crawl["EndTime"]


def test_a_second_crawl_of_the_same_changes_nothing(bench: Bench) -> None:
    bench.put("in/day=1/a.csv", CSV)
    bench.crawler()
    bench.crawl()
    before = bench.tables()
    bench.crawl()
    assert bench.tables() == before
    (metrics,) = bench.glue.get_crawler_metrics(CrawlerNameList=[bench.name])["CrawlerMetricsList"]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 0)


def test_new_columns_and_partitions_are_added(bench: Bench) -> None:
    bench.put("in/day=1/a.csv", CSV)
    inherit = {"CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}
    bench.crawler(configuration={**inherit, "Grouping": {"TableLevelConfiguration": 2}})
    bench.crawl()
    bench.put("in/day=2/a.csv", WIDER)
    bench.crawl()
    assert columns(bench, "in") == ["id", "name", "more"]
    for values, entry in bench.partitions("in").items():
        assert [c["Name"] for c in entry["StorageDescriptor"]["Columns"]] == ["id", "name", "more"]
        assert entry["StorageDescriptor"]["Location"] == f"s3://{bench.name}/in/day={values[0]}/"
    (metrics,) = bench.glue.get_crawler_metrics(CrawlerNameList=[bench.name])["CrawlerMetricsList"]
    assert metrics["TablesUpdated"] == 1


def test_with_log_only_the_schema_stays_and_partitions_come(bench: Bench) -> None:
    bench.put("in/day=1/a.csv", CSV)
    bench.crawler(configuration={"Grouping": {"TableLevelConfiguration": 2}}, **policy(update="LOG"))
    bench.crawl()
    bench.put("in/day=2/a.csv", WIDER)
    bench.crawl()
    assert columns(bench, "in") == ["id", "name"]
    assert bench.partition_values("in") == [["1"], ["2"]]


def test_merging_columns_keeps_the_old_ones(bench: Bench) -> None:
    bench.put("in/a.csv", WIDER)
    bench.crawler(configuration={"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}})
    bench.crawl()
    bench.put("in/a.csv", b"id,fresh,name\n1,2,a\n2,3,b\n")
    bench.crawl()
    assert columns(bench, "in") == ["id", "name", "more", "fresh"]


@pytest.mark.parametrize(
    ("delete", "left", "marked"),
    [
        ("LOG", ["gone", "here"], []),
        ("DEPRECATE_IN_DATABASE", ["gone", "here"], ["gone"]),
        ("DELETE_FROM_DATABASE", ["here"], []),
    ],
)
def test_tables_without_files(bench: Bench, delete: str, left: list[str], marked: list[str]) -> None:
    bench.put("in/gone/a.csv", CSV)
    bench.put("in/here/b.parquet", b"PAR1")
    bench.put("in/here/b.csv", b"a|b|c|d\n1|2|3|4\n")
    bench.crawler(**policy(delete=delete))
    bench.crawl()
    bench.s3.delete_object(Bucket=bench.name, Key="in/gone/a.csv")
    bench.crawl()
    tables = bench.tables()
    assert sorted(tables) == left
    assert [name for name, table in tables.items() if "DEPRECATED_BY_CRAWLER" in table["Parameters"]] == marked


@pytest.mark.parametrize(
    ("delete", "left"),
    [("LOG", [["1"], ["2"]]), ("DEPRECATE_IN_DATABASE", [["1"], ["2"]]), ("DELETE_FROM_DATABASE", [["1"]])],
)
def test_partitions_without_files(bench: Bench, delete: str, left: list[list[str]]) -> None:
    bench.put("in/day=1/a.csv", CSV)
    bench.put("in/day=2/a.csv", CSV)
    bench.crawler(**policy(delete=delete))
    bench.crawl()
    bench.s3.delete_object(Bucket=bench.name, Key="in/day=2/a.csv")
    bench.crawl()
    assert bench.partition_values("in") == left
    marked = [v for v, entry in bench.partitions("in").items() if "DEPRECATED_BY_CRAWLER" in entry["Parameters"]]
    assert marked == ([("2",)] if delete == "DEPRECATE_IN_DATABASE" else [])


def test_a_table_of_another_writer_is_not_touched(bench: Bench) -> None:
    bench.put("in/a.csv", CSV)
    iceberg = {"Name": "in", "Parameters": {"table_type": "ICEBERG"}, "StorageDescriptor": {"Location": "s3://x/y"}}
    bench.glue.create_table(DatabaseName=bench.name, TableInput=iceberg)
    bench.crawler(**policy(delete="DELETE_FROM_DATABASE"))
    assert bench.crawl()["Status"] == "SUCCEEDED"
    (table,) = bench.tables().values()
    assert table["Parameters"] == {"table_type": "ICEBERG"}


def test_two_folders_of_one_name_are_two_tables(bench: Bench) -> None:
    bench.put("one/x/a.csv", CSV)
    bench.put("two/x/a.csv", CSV)
    targets = [{"Path": f"s3://{bench.name}/{folder}/x"} for folder in ("one", "two")]
    bench.crawler(Targets={"S3Targets": targets})
    bench.crawl()
    first, second = sorted(bench.tables())
    assert first == "x"
    assert second.startswith("x_")
    before = bench.tables()
    bench.crawl()
    assert bench.tables() == before


def test_a_running_crawler_is_not_started_again(bench: Bench) -> None:
    for number in range(100):
        bench.put(f"in/{number}.csv", CSV)
    bench.crawler()
    bench.glue.start_crawler(Name=bench.name)
    with pytest.raises(ClientError, match="CrawlerRunningException"):
        bench.glue.start_crawler(Name=bench.name)
    assert bench.wait()["Status"] == "SUCCEEDED"


def test_a_stopped_crawl_is_cancelled(bench: Bench) -> None:
    for number in range(100):
        bench.put(f"in/{number}.csv", CSV + b"3,%d\n" % number)
    bench.crawler()
    with pytest.raises(ClientError, match="CrawlerNotRunningException"):
        bench.glue.stop_crawler(Name=bench.name)
    bench.glue.start_crawler(Name=bench.name)
    bench.glue.stop_crawler(Name=bench.name)
    assert bench.wait()["Status"] == "CANCELLED"
    assert bench.tables() == {}
    assert bench.crawl()["Status"] == "SUCCEEDED"


def test_it_acts_as_its_role(bench: Bench) -> None:
    bench.put("in/a.csv", CSV)
    bench.crawler()
    bench.allow({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "glue:*", "Resource": "*"}]})
    last = bench.crawl()
    assert last["Status"] == "FAILED"
    assert "AccessDenied" in last["ErrorMessage"]
    bench.iam.update_assume_role_policy(RoleName=bench.name, PolicyDocument=json.dumps(TRUST).replace("glue", "ec2"))
    assert bench.crawl()["Status"] == "FAILED"


def test_more_tables_than_allowed_fail_the_crawl(bench: Bench) -> None:
    bench.put("in/a/a.csv", CSV)
    bench.put("in/b/b.csv", b"a|b|c|d\n1|2|3|4\n")
    bench.crawler(configuration={"CrawlerOutput": {"Tables": {"TableThreshold": 1}}})
    last = bench.crawl()
    assert last["Status"] == "FAILED"
    assert "greater than the table threshold value provided: 1" in last["ErrorMessage"]
    assert bench.tables() == {}


def test_what_is_not_emulated_says_so(bench: Bench) -> None:
    bench.crawler(Targets={"DynamoDBTargets": [{"Path": "x"}]})
    with pytest.raises(ClientError, match="NotImplemented"):
        bench.glue.start_crawler(Name=bench.name)
