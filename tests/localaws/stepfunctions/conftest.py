from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from localaws.testing import Server
from tests.localaws.policies import EVERYTHING, make_role

ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
ACTORS = ("states", "glue", "lambda", "events", "scheduler")


class Bench:
    """State machines of a test's own, and what one does with them."""

    def __init__(self, aws: Server) -> None:
        self.aws = aws
        self.sfn = aws.client("stepfunctions")
        self.name = f"t-{uuid.uuid4().hex[:12]}"
        self.count = 0
        self.role = self.make_role("all", EVERYTHING)

    def make_role(self, name: str, policy: dict[str, Any]) -> str:
        return make_role(self.aws.client("iam"), f"{self.name}-{name}", *ACTORS, may=policy)

    def machine(self, states: dict[str, Any], **more: Any) -> str:
        """A machine of these states, which begins with the first; its ARN."""
        self.count += 1
        definition = {"StartAt": next(iter(states)), "States": states, **more.pop("top", {})}
        answer = self.sfn.create_state_machine(
            name=f"{self.name}-{self.count}", definition=json.dumps(definition), **{"roleArn": self.role, **more}
        )
        arn: str = answer["stateMachineArn"]
        return arn

    def start(self, machine: str | dict[str, Any], data: Any = None, **more: Any) -> str:
        arn = machine if isinstance(machine, str) else self.machine(machine)
        answer = self.sfn.start_execution(stateMachineArn=arn, input=json.dumps({} if data is None else data), **more)
        execution: str = answer["executionArn"]
        return execution

    def look(self, execution: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.sfn.describe_execution(executionArn=execution)
        return answer

    def wait(self, execution: str) -> dict[str, Any]:
        for _ in range(1500):
            seen = self.look(execution)
            if seen["status"] in ENDED:
                return seen
            time.sleep(0.01)
        raise AssertionError(f"never ended: {seen}; {self.events(execution)}")

    def run(self, machine: str | dict[str, Any], data: Any = None) -> dict[str, Any]:
        return self.wait(self.start(machine, data))

    def output(self, machine: str | dict[str, Any], data: Any = None) -> Any:
        """What an execution that must succeed gives."""
        ended = self.run(machine, data)
        assert ended["status"] == "SUCCEEDED", ended
        return json.loads(ended["output"])

    def failure(self, machine: str | dict[str, Any], data: Any = None) -> tuple[str | None, str]:
        """Error and cause of an execution that must fail."""
        ended = self.run(machine, data)
        assert ended["status"] == "FAILED", ended
        return ended.get("error"), ended.get("cause", "")

    def events(self, execution: str) -> list[str]:
        pages = self.sfn.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event["type"] for page in pages for event in page["events"]]

    def until(self, execution: str, event: str, times: int = 1) -> None:
        for _ in range(1500):
            if self.events(execution).count(event) >= times:
                return
            time.sleep(0.01)
        raise AssertionError(f"never {event}: {self.events(execution)}")

    # What tasks need

    def table(self) -> str:
        self.aws.client("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return self.name

    def put(self, key: str) -> None:
        self.aws.client("dynamodb").put_item(TableName=self.name, Item={"id": {"S": key}})

    def job(self, script: str) -> str:
        s3, name = self.aws.client("s3"), f"{self.name}-job"
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="script.py", Body=script.encode())
        self.aws.client("glue").create_job(
            Name=name,
            Role=self.role,
            GlueVersion="5.1",
            Command={"Name": "glueetl", "ScriptLocation": f"s3://{name}/script.py"},
            ExecutionProperty={"MaxConcurrentRuns": 10},
        )
        return name

    def job_states(self) -> list[str]:
        runs = self.aws.client("glue").get_job_runs(JobName=f"{self.name}-job")["JobRuns"]
        return [run["JobRunState"] for run in runs]


@pytest.fixture
def bench(aws: Server) -> Bench:
    return Bench(aws)


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose clock runs a hundred times faster."""
    with Server(tmp_path_factory.mktemp("fast"), "--time-scale", "0.01") as server:
        yield server


@pytest.fixture
def hasty(fast: Server) -> Bench:
    return Bench(fast)
