"""A small account for tests of deliveries: buckets, tables, contracts, and ways to disturb it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
from botocore.config import Config
from moto import mock_aws

from copperline.contract import Column, Contract, Contracts
from copperline.files.claims import Claims
from copperline.files.deliveries import Deliveries
from copperline.files.promote import Limits, Promoter, Slice
from copperline.files.verdict import Buckets

STACK, ACCOUNT = "shop", "123456789012"
BUCKETS = Buckets.of(STACK, ACCOUNT)
CREDENTIALS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}


def client(service: str) -> Any:
    config = Config(retries={"total_max_attempts": 1})
    return boto3.session.Session().client(service, config=config, **CREDENTIALS)


S3, DYNAMODB = client("s3"), client("dynamodb")


class FakeClock:
    """A clock that moves when it is told to, and a microsecond whenever it is asked."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.at += timedelta(seconds=seconds)


def column(name: str, kind: str = "bigint", *, required: bool = True) -> Column:
    return Column(name, kind, description=name, required=required)


def bronze(table: str, *, folder: str, feed: str = "shop", **more: Any) -> Contract:
    return Contract(
        id=f"bronze.{table}",
        version="1.0.0",
        description=table,
        grain="a row",
        columns=more.pop("columns", (column("id"), column("note", "string", required=False))),
        feed=feed,
        folder=folder,
        group=f"bronze.{table}",
        **more,
    )


def reader(identity: str, *reads: str, group: str = "") -> Contract:
    return Contract(
        id=identity,
        version="1.0.0",
        description=identity,
        grain="a row",
        columns=(column("id"),),
        reads=reads,
        group=group or identity,
    )


def contracts(*parts: Contract) -> Contracts:
    return Contracts({part.id: part for part in parts})


CONTRACTS = contracts(
    bronze("sales", folder="sales", aliases=("vendas",)),
    bronze("stock", folder="stock", delivery="snapshot"),
    reader("silver.sales", "bronze.sales"),
    reader("silver.customers", "bronze.sales"),
    reader("silver.stock", "bronze.stock"),
    reader("gold.sales", "silver.sales"),
    reader("gold.turnover", "silver.sales", "silver.stock"),
)


def parquet(*ids: int, **columns: list[Any]) -> bytes:
    """A Parquet file with these ids, and other columns beside."""
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": pa.array(ids, pa.int64()), **columns}), sink)
    return sink.getvalue()


@contextmanager
def account() -> Iterator[None]:
    """An empty account with the stack's buckets and tables."""
    with mock_aws():
        for bucket in (BUCKETS.copper, BUCKETS.bronze, BUCKETS.archive):
            S3.create_bucket(Bucket=bucket)
            S3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        _table(f"{STACK}-deliveries", "pk", "sk")
        _table(f"{STACK}-leases", "table_name")
        _table(f"{STACK}-runs", "execution")
        yield


def _table(name: str, *key: str) -> None:
    kinds = zip(key, ("HASH", "RANGE"), strict=False)
    DYNAMODB.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": part, "KeyType": kind} for part, kind in kinds],
        AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in key],
        BillingMode="PAY_PER_REQUEST",
    )


def deliver(key: str, body: bytes, **more: Any) -> str:
    """A source puts a file; the version's id."""
    return str(S3.put_object(Bucket=BUCKETS.copper, Key=key, Body=body, **more)["VersionId"])


def promoter(
    *,
    s3: Any = S3,
    dynamodb: Any = DYNAMODB,
    clock: FakeClock | None = None,
    alerts: list[str] | None = None,
    known: Contracts = CONTRACTS,
    limits: Limits | None = None,
) -> Promoter:
    said = [] if alerts is None else alerts
    return Promoter(
        s3=s3,
        claims=Claims(dynamodb, STACK, clock or FakeClock()),
        contracts=lambda: known,
        alert=lambda _subject, message: said.append(message),
        buckets=BUCKETS,
        limits=limits or Limits(),
    )


def promote(**parts: Any) -> Slice:
    """One slice with all the time in the world."""
    return promoter(**parts).run(lambda: 900.0)


def deliveries() -> Deliveries:
    return Deliveries(DYNAMODB, STACK, FakeClock())


def waiting(table: str) -> list[tuple[str, str]]:
    """What waits for a table: (key, state), in order."""
    return [(one.key, one.state) for one in deliveries().pending(table)]


def keys(bucket: str) -> list[str]:
    return [found["Key"] for found in S3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def bodies(bucket: str) -> dict[str, bytes]:
    return {key: S3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys(bucket)}


def tags(key: str, version_id: str) -> dict[str, str]:
    found = S3.get_object_tagging(Bucket=BUCKETS.copper, Key=key, VersionId=version_id)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def items() -> list[dict[str, Any]]:
    return [dict(item) for item in DYNAMODB.scan(TableName=f"{STACK}-deliveries")["Items"]]


def claims() -> dict[tuple[str, str], str]:
    """The state of every claimed version, with a star once it is closed."""
    found = {}
    for item in items():
        if item["pk"]["S"].startswith("copper#"):
            closed = "*" if item.get("closed", {}).get("BOOL") else ""
            found[item["pk"]["S"].removeprefix("copper#"), item["sk"]["S"]] = item["state"]["S"] + closed
    return found


class Tapped:
    """A client of which every call passes a gate before it is made and after."""

    def __init__(self, inner: Any, gate: Callable[[str, bool], None]) -> None:
        self._inner = inner
        self._gate = gate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name in ("exceptions", "meta", "can_paginate"):
            return found

        def call(*arguments: Any, **parameters: Any) -> Any:
            self._gate(name, False)
            answer = found(*arguments, **parameters)
            self._gate(name, True)
            return answer

        return call


class Dead(BaseException):
    """The process was killed here."""


class Fuse:
    """Lets calls pass until the n-th moment before or after one, and kills there."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, _name: str, _after: bool) -> None:
        if self.left == 0:
            self.left = -1
            raise Dead
        self.left -= 1


def outcome() -> Mapping[str, Any]:
    """All that a promotion leaves, without its clock and without ids that S3 draws."""
    states = sorted((key, state) for (key, _), state in claims().items())
    tables = ("silver.sales", "silver.customers", "silver.stock", "ops.files")
    pending = {table: sorted(waiting(table)) for table in tables}
    content = sorted(item["pk"]["S"] for item in items() if item["pk"]["S"].startswith("content#"))
    return {
        "states": states,
        "pending": pending,
        "content": content,
        "bronze": bodies(BUCKETS.bronze),
        "archive": bodies(BUCKETS.archive),
    }
