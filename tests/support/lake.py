"""A small lakehouse for tests of jobs: buckets, databases, tables and files, without crawlers and machines."""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from copperline.contract import load_contracts
from copperline.files.corrections import Correction, correction_contract, correction_id
from copperline.files.dynamo import Table
from copperline.files.findings import Finding
from copperline.files.records import Pending, delivery_id
from copperline.job.arguments import Arguments
from copperline.job.context import Context
from copperline.job.declare import Job
from copperline.job.runner import execute
from copperline.names import LAYERS, Names
from localaws.testing import Server

Row = Mapping[str, Any]
_TYPES = {"bigint": pa.int64(), "double": pa.float64(), "string": pa.string()}
FIRST_DELIVERY = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass
class Lake:
    """One stack's worth of resources on a server."""

    server: Server
    spark: SparkSession
    stack: str
    clock: Any = field(default_factory=itertools.count)
    runs: Any = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.names = Names(self.stack)
        self.bucket = f"{self.stack}-lake"
        self.server.client("s3").create_bucket(Bucket=self.bucket)
        for layer in LAYERS:
            place = {"Name": self.names.database(layer), "LocationUri": f"s3://{self.bucket}/{layer}"}
            self.server.client("glue").create_database(DatabaseInput=place)
        self._tables()
        secret = {"Name": self.names.hmac_secret, "SecretString": "a key that only this test knows"}
        self.server.client("secretsmanager").create_secret(**secret)
        self.topic = self.server.client("sns").create_topic(Name=f"{self.stack}-alerts")["TopicArn"]
        self.docs = self.names.docs_bucket(account=self.topic.split(":")[4])
        self.server.client("s3").create_bucket(Bucket=self.docs)

    def _tables(self) -> None:
        text = {"AttributeType": "S"}
        for name, keys in (
            (self.names.deliveries, {"pk": "HASH", "sk": "RANGE"}),
            (self.names.leases, {"table_name": "HASH"}),
            (self.names.runs, {"execution": "HASH"}),
        ):
            self.server.client("dynamodb").create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
                AttributeDefinitions=[{"AttributeName": key} | text for key in keys],
            )

    def deliver(
        self,
        bronze: str,
        rows: Sequence[Row],
        *,
        name: str = "file.parquet",
        body: bytes = b"",
        found: Finding | None = None,
    ) -> Pending:
        """The rows are a file in bronze that is pending for every table that reads it."""
        contracts = load_contracts()
        contract = contracts.get(bronze) or correction_contract(bronze.partition(".")[2], contracts)
        assert contract is not None
        body = body or _parquet(rows, {column.name: column.type for column in contract.columns})
        at = FIRST_DELIVERY + timedelta(minutes=next(self.clock))
        digest = hashlib.sha256(body).hexdigest()
        key = f"{contract.feed}/{contract.folder}/ingest_date={at.date()}/{digest[:16]}-{name}"
        self.server.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)
        pending = Pending(
            delivery=delivery_id(at, name, digest),
            delivered_at=at,
            uri=f"s3://{self.bucket}/{key}",
            key=f"{contract.feed}/{contract.folder}/{name}",
            version_id="1",
            size=len(body),
            sha256=digest,
            bronze=bronze,
            found=found or Finding(rows=len(rows) if rows else None),
        )
        table = Table(self.server.client("dynamodb"), self.names.deliveries)
        readers = contracts.readers(bronze)
        table.transact([table.put(pending.item(f"accepted#{bronze}") | {"readers": list(readers)})])
        for reader in readers:
            table.transact([table.put(pending.item(f"pending#{reader}"))])
        return pending

    def correct(self, silver: str, *corrections: Correction, name: str = "fix.jsonl") -> Pending:
        """The corrections are a file in bronze that is pending for the table."""
        body = "\n".join(one.line() for one in corrections).encode()
        return self.deliver(correction_id(silver), [], name=name, body=body)

    def context(self, **options: Any) -> Context:
        """A run's context, on the shared session."""
        arguments = Arguments("job", f"jr_{self.stack}_{next(self.runs)}", self.stack, self.topic, **options)
        return Context(arguments, self.server.client)

    def run(self, *jobs: Job, **options: Any) -> Context:
        """The jobs have run."""
        context = self.context(**options)
        execute(context, jobs)
        return context

    def rows(self, table: str, *columns: str, order: str = "") -> list[tuple[Any, ...]]:
        """The published rows of a table such as silver.sales."""
        frame = self.spark.table(f"glue_catalog.{self.names.table(table)}")
        frame = frame.select(*columns) if columns else frame
        return [tuple(row) for row in (frame.orderBy(order) if order else frame).collect()]

    def ledger(self, context: Context) -> dict[str, dict[str, int]]:
        """What the run did, by table."""
        found = self.spark.table(f"glue_catalog.{self.names.database('ops')}.rows").where(
            f"run_id = '{context.run_id}'"
        )
        return {row.table_name: _counts(row.asDict()) for row in found.collect()}


def data_files(lake: Lake, table: str) -> set[str]:
    """The data and delete files of a table such as silver.sales."""
    database, _, name = lake.names.table(table).partition(".")
    found = lake.server.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
    prefix = found["StorageDescriptor"]["Location"].removeprefix(f"s3://{lake.bucket}/")
    pages = lake.server.client("s3").get_paginator("list_objects_v2").paginate(Bucket=lake.bucket, Prefix=prefix)
    return {item["Key"] for page in pages for item in page.get("Contents", []) if "/data/" in item["Key"]}


def _counts(row: dict[str, Any]) -> dict[str, int]:
    return {name: value for name, value in row.items() if isinstance(value, int) and value}


def _parquet(rows: Sequence[Row], types: Mapping[str, str]) -> bytes:
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in types.items()])
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), sink)
    return sink.getvalue()
