"""The real stack with other leaves: what promote and plan answer, and what the batch job does, is up to each test."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

import pytest

from copperctl.deploy import deploy
from localaws.testing import Server
from tests.localaws.handlers import zipped
from tests.support.templates import ROOT

STACK = "machines"
PROMOTE = """
import json
def handler(event, context):
    if event["execution"].startswith("broken"):
        raise ValueError("copper cannot be listed")
    return {"more": False, "accepted": 1, "repeated": 0, "refused": 0}
"""
#: The plan is what the test put where the role may read: in the environment, by the first word of the execution's name.
PLAN = """
import json, os
def handler(event, context):
    feeds = json.loads(os.environ["PLANS"])[event["execution"].split("-")[0]]
    return {"nothing": not feeds, "feeds": [{**feed, "execution": event["execution"]} for feed in feeds]}
"""
JOB = """
import sys, time
import boto3
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
tables, bucket = arguments["--tables"], arguments["--TempDir"].split("/")[2]
if tables.startswith("needs."):
    try:
        boto3.client("s3").get_object(Bucket=bucket, Key=f"jobs/{tables}")
    except Exception:
        raise ValueError(f"{tables}: the amount column is missing")
if tables.startswith("says."):
    sys.exit(boto3.client("s3").get_object(Bucket=bucket, Key=f"jobs/{tables}")["Body"].read().decode())
if tables.startswith("beaten."):
    sys.exit(f"{tables.split('.')[1]}: {tables}: another run was faster")
if tables.startswith("slow."):
    try:
        boto3.client("s3").get_object(Bucket=bucket, Key=f"jobs/{tables}")
    except Exception:
        time.sleep(600)
if tables.startswith("tells."):
    boto3.client("dynamodb").update_item(
        TableName=arguments["--stack"] + "-runs", Key={"execution": {"S": arguments["--execution"]}},
        UpdateExpression="SET report = list_append(if_not_exists(report, :none), :line)",
        ExpressionAttributeValues={":none": {"L": []}, ":line": {"L": [{"S": tables + ": read 3, inserted 3"}]}})
"""


def feed(name: str, *silver: str, gold: tuple[str, ...] = (), crawlers: tuple[str, ...] = ()) -> dict[str, Any]:
    def runs(tables: tuple[str, ...]) -> list[dict[str, str]]:
        return [{"job": f"{STACK}-batch", "tables": table} for table in tables]

    return {"feed": name, "crawlers": list(crawlers), "silver": runs(silver), "gold": runs(gold), "warehouses": []}


@dataclass
class Machines:
    """A deployed stack, and the queue that hears its topic."""

    server: Server
    outputs: dict[str, str]
    queue: str
    plans: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.server.client(service)

    def plan(self, *feeds: dict[str, Any]) -> str:
        """A word that an execution's name begins with to get this plan."""
        word = f"p{len(self.plans)}"
        self.plans[word] = list(feeds)
        environment = {"Variables": {"STACK": STACK, "PLANS": json.dumps(self.plans)}}
        self.client("lambda").update_function_configuration(FunctionName=f"{STACK}-plan", Environment=environment)
        return word

    def start(self, word: str, **given: Any) -> str:
        self.messages()
        machine, name = self.outputs["MedallionArn"], f"{word}-{uuid.uuid4().hex[:8]}"
        started = self.client("stepfunctions").start_execution(
            stateMachineArn=machine, name=name, input=json.dumps(given)
        )
        return str(started["executionArn"])

    def ended(self, execution: str, seconds: float = 60) -> dict[str, Any]:
        until = monotonic() + seconds
        while monotonic() < until:
            described = self.client("stepfunctions").describe_execution(executionArn=execution)
            if described["status"] != "RUNNING":
                return dict(described)
            sleep(0.1)
        raise AssertionError(f"{execution} still runs: {self.states(execution)}")

    def run(self, word: str, **given: Any) -> dict[str, Any]:
        return self.ended(self.start(word, **given))

    def states(self, execution: str) -> list[str]:
        events = self.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def pipelines(self, execution: str) -> list[dict[str, Any]]:
        """The children of an execution, oldest first."""
        states = self.client("stepfunctions")
        found = states.list_executions(stateMachineArn=self.outputs["PipelineArn"])["executions"]
        described = [states.describe_execution(executionArn=one["executionArn"]) for one in reversed(found)]
        return [dict(one) for one in described if execution in one["input"]]

    def messages(self) -> list[dict[str, str]]:
        """What the topic has told since the last look."""
        sqs, found = self.client("sqs"), []
        while page := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in page:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def hears(self, count: int, seconds: float = 10) -> list[dict[str, str]]:
        """So many messages, and no more after a moment."""
        until, found = monotonic() + seconds, self.messages()
        while len(found) < count and monotonic() < until:
            sleep(0.1)
            found += self.messages()
        sleep(0.5)
        found += self.messages()
        assert len(found) == count, found
        return found

    def job_runs(self, tables: str) -> list[dict[str, Any]]:
        runs = self.client("glue").get_job_runs(JobName=f"{STACK}-batch")["JobRuns"]
        return [run for run in runs if run["Arguments"].get("--tables") == tables]

    def allow(self, tables: str, words: str = "") -> None:
        """What the job lacked is there; `words` are what it ends with."""
        self.client("s3").put_object(Bucket=self.outputs["ResultsBucket"], Key=f"jobs/{tables}", Body=words.encode())


@pytest.fixture(scope="session")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with Server(tmp_path_factory.mktemp("machines"), "--time-scale", "0.02") as server:
        environment = {
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": "localaws",
            "AWS_SECRET_ACCESS_KEY": "localaws",
            "AWS_REGION": "us-east-1",
        }
        outputs = deploy(ROOT, STACK, environment=environment)
        yield _with_other_leaves(server, outputs)


def _with_other_leaves(server: Server, outputs: dict[str, str]) -> Machines:
    functions, glue, s3 = server.client("lambda"), server.client("glue"), server.client("s3")
    functions.update_function_code(FunctionName=f"{STACK}-promote", ZipFile=zipped(handler=PROMOTE))
    functions.update_function_code(FunctionName=f"{STACK}-plan", ZipFile=zipped(handler=PLAN))
    job = glue.get_job(JobName=f"{STACK}-batch")["Job"]
    artifacts = job["Command"]["ScriptLocation"].split("/")[2]
    s3.put_object(Bucket=artifacts, Key="other/job.py", Body=JOB.encode())
    arguments = {key: value for key, value in job["DefaultArguments"].items() if "python-modules" not in key}
    update = {
        "Role": job["Role"],
        "Command": {**job["Command"], "ScriptLocation": f"s3://{artifacts}/other/job.py"},
        "ExecutionProperty": job["ExecutionProperty"],
        "DefaultArguments": arguments,
        "GlueVersion": job["GlueVersion"],
        "WorkerType": job["WorkerType"],
        "NumberOfWorkers": job["NumberOfWorkers"],
        "Timeout": job["Timeout"],
    }
    glue.update_job(JobName=f"{STACK}-batch", JobUpdate=update)
    sqs = server.client("sqs")
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    server.client("sns").subscribe(TopicArn=outputs["AlertsTopicArn"], Protocol="sqs", Endpoint=arn)
    return Machines(server, outputs, queue)
