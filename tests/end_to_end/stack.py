"""The whole product in a directory of its own, as a user has it."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from copperctl import lifecycle
from copperctl.athena import Answer, ask, ask_named
from copperctl.aws import Aws
from copperctl.deliver import deliver
from copperctl.watch import ENDED

PARSE = {
    "bigint": int,
    "integer": int,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    "decimal": Decimal,
    "varchar": str,
    "double": float,
}


class Stack:
    """One instance: up, delivered to, run, asked."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.up()

    def up(self) -> None:
        """The instance runs."""
        self.instance = lifecycle.up(self.state)
        self.aws = Aws(self.instance)

    def down(self) -> None:
        """The instance has stopped."""
        lifecycle.down(self.state)

    def deliver(self, folder: Path) -> tuple[str, ...]:
        """The folder's files are in copper."""
        return deliver(self.aws, folder).sent

    def start(self) -> str:
        """An execution of medallion runs."""
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=self.aws.output("MedallionArn"), input="{}"
        )
        return str(started["executionArn"])

    def wait(self, execution: str) -> dict[str, Any]:
        """The execution's description once it has ended."""
        while True:
            found: dict[str, Any] = self.aws.client("stepfunctions").describe_execution(executionArn=execution)
            if found["status"] in ENDED:
                return found
            time.sleep(0.2)

    def run(self) -> dict[str, Any]:
        """An execution has run to its end."""
        return self.wait(self.start())

    def ask(self, sql: str, layer: str = "Gold") -> list[tuple[Any, ...]]:
        """Athena's answer, with values in place of texts."""
        return parsed(ask(self.aws, sql, self.aws.output(f"{layer}Database")))

    def ask_named(self, name: str) -> list[tuple[Any, ...]]:
        """The answer to a named query, with values in place of texts."""
        return parsed(ask_named(self.aws, name))

    def rows(self, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
        """Every row of a table, by way of the file that Athena writes, since its API pages by a thousand."""
        layer, _, stem = table.partition(".")
        names = ", ".join(f'"{name}"' for name in columns)
        athena, database = self.aws.client("athena"), self.aws.output(f"{layer.capitalize()}Database")
        query = athena.start_query_execution(
            QueryString=f"SELECT {names} FROM {database}.{stem}", WorkGroup=self.aws.output("AthenaWorkgroup")
        )["QueryExecutionId"]
        while (found := athena.get_query_execution(QueryExecutionId=query)["QueryExecution"])["Status"]["State"] in (
            "QUEUED",
            "RUNNING",
        ):
            time.sleep(0.1)
        assert found["Status"]["State"] == "SUCCEEDED", found["Status"]
        described = athena.get_query_results(QueryExecutionId=query, MaxResults=1)["ResultSet"]["ResultSetMetadata"]
        types = tuple(column["Type"] for column in described["ColumnInfo"])
        lines = list(csv.reader(io.StringIO(self.read(found["ResultConfiguration"]["OutputLocation"]).decode())))
        texts = tuple(tuple(cell or None for cell in line) for line in lines[1:])
        return parsed(Answer(tuple(lines[0]), types, texts))

    def read(self, uri: str) -> bytes:
        """The bytes of an object."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        body: bytes = self.aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def run_job(self, name: str) -> str:
        """A run of the job has succeeded; its id."""
        glue = self.aws.client("glue")
        run = glue.start_job_run(JobName=name)["JobRunId"]
        while (found := glue.get_job_run(JobName=name, RunId=run)["JobRun"])["JobRunState"] in ("STARTING", "RUNNING"):
            time.sleep(0.2)
        assert found["JobRunState"] == "SUCCEEDED", found.get("ErrorMessage")
        return str(run)

    def job_runs(self) -> list[dict[str, Any]]:
        """Every job run there was, oldest first."""
        glue = self.aws.client("glue")
        names = [job["Name"] for page in glue.get_paginator("get_jobs").paginate() for job in page["Jobs"]]
        runs = [run for name in names for run in glue.get_job_runs(JobName=name)["JobRuns"]]
        return sorted(runs, key=lambda run: run["StartedOn"])

    def subscribe(self, name: str) -> str:
        """The URL of a queue that receives what the topic sends from now on."""
        sqs, arn = self.aws.client("sqs"), f"arn:aws:sqs:us-east-1:123456789012:{name}"
        policy = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})}
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.aws.client("sns").subscribe(TopicArn=self.aws.output("AlertsTopicArn"), Protocol="sqs", Endpoint=arn)
        return str(url)

    def messages(self, queue: str, *, seconds: float = 3) -> list[dict[str, str]]:
        """What the queue has received, until nothing more has come for a while."""
        found: list[dict[str, str]] = []
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < seconds:
            got = self.aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
            for message in got:
                found.append(json.loads(message["Body"]))
                self.aws.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                quiet_since = time.monotonic()
            time.sleep(0.2)
        return found


def parsed(answer: Answer) -> list[tuple[Any, ...]]:
    """The answer's rows as values."""
    kinds = [kind.partition("(")[0] for kind in answer.types]
    return [tuple(_value(text, kind) for text, kind in zip(row, kinds, strict=True)) for row in answer.rows]


def _value(text: str | None, kind: str) -> Any:
    if text is None:
        return None
    if kind.startswith("timestamp"):
        return datetime.fromisoformat(text.removesuffix(" UTC"))
    return PARSE[kind](text)
