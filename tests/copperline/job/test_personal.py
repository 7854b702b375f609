from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from glue_jobs.bronze_to_silver import sales
from localaws.testing import Server
from tests.support.events import event_log
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
NAMES = ("Zenóbia Quaresma", "Xisto Wanderlúcio", "Ysadora Kpop")
KEY = "a key that only this test knows"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the event log goes."""
    return tmp_path_factory.mktemp("events")


@pytest.fixture(scope="module")
def lake(aws_server: Server, spark: SparkSession, log: Path) -> Lake:
    """Sales of three people, one of them rejected and one updated."""
    lake = Lake(aws_server, spark, "personal")
    with event_log(spark, log):
        lake.deliver("bronze.zoop_sales", [sale(number, Nome_cliente=name) for number, name in enumerate(NAMES[:2])])
        lake.run(sales.JOB)
        more = [sale(1, Nome_cliente=NAMES[1], Quantidade=7), sale(2, Nome_cliente=NAMES[2], Quantidade=0)]
        lake.deliver("bronze.zoop_sales", more, name="second.parquet")
        lake.run(sales.JOB)
    return lake


def plain(key: str, body: bytes) -> bytes:
    """What a reader of the object sees: Parquet's values, and Avro's blocks inflated."""
    if key.endswith(".parquet"):
        return repr(pq.read_table(io.BytesIO(body)).to_pydict()).encode()
    return body + b"".join(inflated(body)) if key.endswith(".avro") else body


def inflated(body: bytes) -> Iterator[bytes]:
    """The blocks of an Avro file, wherever they begin: a block that is none does not inflate."""
    for start in range(len(body)):
        try:
            yield zlib.decompressobj(-15).decompress(body[start:])
        except zlib.error:
            continue


def spellings() -> list[bytes]:
    whole = [text for name in NAMES for text in (name, *name.split())]
    return [text.encode() for text in whole] + [text.encode("unicode_escape") for text in whole]


def objects(lake: Lake, *layers: str) -> Iterator[tuple[str, bytes]]:
    s3 = lake.server.client("s3")
    for layer in layers:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=lake.bucket, Prefix=f"{layer}/"):
            for item in page.get("Contents", []):
                yield item["Key"], plain(item["Key"], s3.get_object(Bucket=lake.bucket, Key=item["Key"])["Body"].read())


def test_the_names_were_there(lake: Lake) -> None:
    found = b"".join(body for _, body in objects(lake, "zoop"))
    assert all(name.encode() in found for name in NAMES)


@pytest.mark.parametrize("layer", ["silver", "quarantine", "ops"])
def test_no_name_is_in_any_byte_past_bronze(lake: Lake, layer: str) -> None:
    seen = dict(objects(lake, layer))
    assert any(key.endswith(".parquet") for key in seen)
    assert any(key.endswith(".avro") for key in seen)
    assert [(key, name) for key, body in seen.items() for name in spellings() if name in body] == []


def test_no_name_and_no_key_is_in_the_event_log(lake: Lake, log: Path) -> None:
    (file,) = log.iterdir()
    body = file.read_bytes()
    assert b"SparkListenerSQLExecutionStart" in body
    assert [name for name in [*spellings(), KEY.encode()] if name in body] == []


def test_no_name_and_no_key_is_in_what_dynamodb_keeps(lake: Lake) -> None:
    dynamodb = lake.server.client("dynamodb")
    for table in (lake.names.deliveries, lake.names.runs, lake.names.leases):
        text = repr(dynamodb.scan(TableName=table)["Items"])
        assert [name for name in (*NAMES, KEY) if name in text] == []


def test_the_same_person_has_the_same_hash(lake: Lake) -> None:
    hashes = lake.rows("silver.sales", "customer_hash", order="sale_id")
    assert len(set(hashes)) == 2
    assert all(len(digest) == 64 for (digest,) in hashes)
