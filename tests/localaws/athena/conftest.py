from __future__ import annotations

import io
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from localaws.testing import Server

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
OPENX = "org.openx.data.jsonserde.JsonSerDe"

Row = list[str | None]


@dataclass
class Lake:
    """A database, a bucket for its data and one for results, of one test module."""

    aws: Server
    name: str = field(default_factory=lambda: f"lake{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        self.athena = self.aws.client("athena")
        self.s3 = self.aws.client("s3")
        self.glue = self.aws.client("glue")
        for bucket in (self.data, self.results):
            self.s3.create_bucket(Bucket=bucket)
        self.glue.create_database(DatabaseInput={"Name": self.name})

    @property
    def data(self) -> str:
        return f"{self.name}-data"

    @property
    def results(self) -> str:
        return f"{self.name}-results"

    def put(self, key: str, body: bytes | str) -> None:
        self.s3.put_object(Bucket=self.data, Key=key, Body=body)

    def put_parquet(self, key: str, columns: dict[str, Any]) -> None:
        buffer = io.BytesIO()
        pq.write_table(pa.table(columns), buffer)
        self.put(key, buffer.getvalue())

    def table(self, name: str, columns: str, serde: str, *, keys: str = "", **parameters: str) -> None:
        """A table at s3://data/<name>/; columns are written `a int, b string`."""
        self.glue.create_table(
            DatabaseName=self.name,
            TableInput={
                "Name": name,
                "PartitionKeys": _columns(keys),
                "StorageDescriptor": {
                    "Columns": _columns(columns),
                    "Location": f"s3://{self.data}/{name}/",
                    "SerdeInfo": {"SerializationLibrary": serde, "Parameters": parameters},
                },
            },
        )

    def partition(self, table: str, value: str, folder: str) -> None:
        location = {"Location": f"s3://{self.data}/{folder}/"}
        self.glue.create_partition(
            DatabaseName=self.name, TableName=table, PartitionInput={"Values": [value], "StorageDescriptor": location}
        )

    def start(self, sql: str, client: Any = None, **given: Any) -> str:
        given.setdefault("ResultConfiguration", {"OutputLocation": f"s3://{self.results}/q/"})
        started = (client or self.athena).start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": self.name, "Catalog": "AwsDataCatalog"}, **given
        )
        return str(started["QueryExecutionId"])

    def wait(self, execution: str) -> dict[str, Any]:
        while True:
            found: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return found
            time.sleep(0.01)

    def run(self, sql: str, **given: Any) -> dict[str, Any]:
        return self.wait(self.start(sql, **given))

    def rows(self, sql: str, **given: Any) -> list[Row]:
        """All rows of the result, header and all."""
        done = self.run(sql, **given)
        assert done["Status"]["State"] == "SUCCEEDED", done["Status"]["StateChangeReason"]
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=done["QueryExecutionId"])
        return [[d.get("VarCharValue") for d in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]

    def error(self, sql: str, **given: Any) -> str:
        done = self.run(sql, **given)
        assert done["Status"]["State"] == "FAILED", done["Status"]
        return str(done["Status"]["StateChangeReason"])


def _columns(written: str) -> list[dict[str, str]]:
    pairs = (each.strip().partition(" ") for each in written.split(",") if each.strip())
    return [{"Name": name, "Type": kind.replace(";", ",")} for name, _, kind in pairs]


@pytest.fixture(scope="module")
def lake(aws: Server) -> Lake:
    return Lake(aws)
