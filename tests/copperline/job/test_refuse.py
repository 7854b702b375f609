from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from copperline.contract import load_contracts
from copperline.errors import TableFailed
from copperline.files.records import Pending
from copperline.job.context import Context
from glue_jobs.bronze_to_silver import sales
from localaws.testing import Server
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = pytest.mark.spark
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"


@dataclass
class Refused:
    """A run over files: whole, cut short, with a footer that promises what its pages do not hold, and gone."""

    lake: Lake
    context: Context
    whole: Pending
    bad: list[Pending]
    gone: Pending
    messages: list[dict[str, Any]]


def parquet(*numbers: int) -> bytes:
    kinds = {"bigint": pa.int64(), "double": pa.float64(), "string": pa.string()}
    schema = pa.schema([(column.name, kinds[column.type]) for column in load_contracts()[BRONZE].columns])
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([sale(number) for number in numbers], schema=schema), sink)
    return sink.getvalue()


def holed(body: bytes) -> bytes:
    """The same footer, and pages of nothing but 0xFF."""
    return body[:4] + b"\xff" * 600 + body[604:]


def queue_on(server: Server, topic: str, name: str) -> str:
    url = server.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = server.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    server.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return str(url)


def received(server: Server, url: str) -> list[dict[str, Any]]:
    found = []
    while messages := server.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            server.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


@pytest.fixture(scope="module")
def refused(aws_server: Server, spark: SparkSession) -> Refused:
    lake = Lake(aws_server, spark, "refuse")
    url = queue_on(aws_server, lake.topic, "refuse-alerts")
    whole = lake.deliver(BRONZE, [sale(1), sale(2)], name="whole.parquet")
    bad = [
        lake.deliver(BRONZE, [], name="cut short.parquet", body=parquet(3, 4)[:-200]),
        lake.deliver(BRONZE, [], name="holed.parquet", body=holed(parquet(5, 6))),
    ]
    gone = lake.deliver(BRONZE, [sale(8)], name="gone.parquet")
    aws_server.client("s3").delete_object(Bucket=lake.bucket, Key=in_bronze(gone, lake))
    context = lake.run(sales.JOB)
    return Refused(lake, context, whole, bad, gone, received(aws_server, url))


def keys(lake: Lake) -> set[str]:
    pages = lake.server.client("s3").get_paginator("list_objects_v2").paginate(Bucket=lake.bucket)
    return {item["Key"] for page in pages for item in page.get("Contents", []) if item["Key"].endswith(".parquet")}


def in_bronze(one: Pending, lake: Lake) -> str:
    return one.uri.removeprefix(f"s3://{lake.bucket}/")


def test_the_other_files_go_on(refused: Refused) -> None:
    assert refused.lake.rows(SILVER, "sale_id", order="sale_id") == [(1,), (2,)]
    assert refused.lake.ledger(refused.context) == {SILVER: {"read": 2, "inserted": 2}}


def test_what_cannot_be_read_is_set_aside_and_no_longer_where_it_was(refused: Refused) -> None:
    there = keys(refused.lake)
    for one in refused.bad:
        key = in_bronze(one, refused.lake)
        assert key not in there
        assert f"_refused/{key}" in there
    assert in_bronze(refused.whole, refused.lake) in there


def test_an_alert_names_each_refused_file_once(refused: Refused) -> None:
    assert [message["Subject"] for message in refused.messages] == ["Copperline refused a file"] * 3
    ends = {message["Message"].splitlines()[-1] for message in refused.messages}
    assert ends == {"Runbook: docs/runbook.md#copperline-refused-a-file"}
    told = sorted(message["Message"].splitlines()[0] for message in refused.messages)
    run = refused.context.run_id
    assert told == [
        f"{one.key}: run {run} could not read it for {SILVER}. Deliver it again, whole."
        for one in (refused.bad[0], refused.gone, refused.bad[1])
    ]


def test_the_files_ledger_has_the_reason(refused: Refused) -> None:
    got = refused.lake.rows("ops.files", "table_name", "file", "status", "reason", "run_id", order="file")
    assert got == [
        (SILVER, "zoop/sales/cut short.parquet", "refused", "unreadable", refused.context.run_id),
        (SILVER, "zoop/sales/gone.parquet", "refused", "unreadable", refused.context.run_id),
        (SILVER, "zoop/sales/holed.parquet", "refused", "unreadable", refused.context.run_id),
        (SILVER, "zoop/sales/whole.parquet", "accepted", None, refused.context.run_id),
    ]


def test_nothing_waits_and_a_replay_passes_over_what_was_withdrawn(refused: Refused) -> None:
    deliveries = refused.context.deliveries
    assert deliveries.pending(SILVER) == []
    assert [one.delivery for one in deliveries.history([BRONZE])] == [refused.whole.delivery]
    states = {delivery: done["state"] for delivery, done in deliveries.done(SILVER).items()}
    bad = {one.delivery: "refused" for one in [*refused.bad, refused.gone]}
    assert states == {refused.whole.delivery: "published", **bad}


def test_a_run_of_nothing_but_unreadable_files_succeeds(refused: Refused) -> None:
    lake = refused.lake
    lake.deliver(BRONZE, [], name="alone.parquet", body=parquet(7)[:-100])
    context = lake.run(sales.JOB)
    assert lake.ledger(context) == {}
    assert lake.rows(SILVER, "sale_id", order="sale_id") == [(1,), (2,)]
    assert ("zoop/sales/alone.parquet", "refused") in lake.rows("ops.files", "file", "status")
    assert context.deliveries.pending(SILVER) == []


def test_a_failure_that_no_file_explains_is_raised(refused: Refused) -> None:
    def breaks(bronze: DataFrame) -> DataFrame:
        return sales.transform(bronze).withColumn("channel", F.raise_error(F.lit("the step is broken")).cast("string"))

    lake = refused.lake
    pending = lake.deliver(BRONZE, [sale(9)], name="good.parquet")
    with pytest.raises(TableFailed, match=r"silver\.sales: Spark raised"):
        lake.run(replace(sales.JOB, transform=breaks))
    assert in_bronze(pending, lake) in keys(lake)
    assert [one.delivery for one in lake.context().deliveries.pending(SILVER)] == [pending.delivery]
