from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from localaws.testing import Server
from tests.localaws.policies import make_role


class Inbox:
    """A queue that EventBridge and topics may send to, and what has come."""

    def __init__(self, aws: Server, name: str, *, fifo: bool = False) -> None:
        self.sqs = aws.client("sqs")
        name, attributes = (f"{name}.fifo", {"FifoQueue": "true"}) if fifo else (name, {})
        self.arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
        services = ["events.amazonaws.com", "sns.amazonaws.com"]
        allow = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": self.arn}]}
        attributes |= {"Policy": json.dumps(policy)}
        if fifo:
            attributes |= {"ContentBasedDeduplication": "true"}
        self.url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def texts(self, number: int) -> list[str]:
        """So many messages, once they are there."""
        found: list[str] = []
        for _ in range(1500):
            for message in self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
                found.append(message["Body"])
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            if len(found) >= number:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{found}, but expected {number}")

    def bodies(self, number: int) -> list[Any]:
        return [json.loads(text) for text in self.texts(number)]


class Bench:
    """Rules and schedules of a test's own, and what one does with them."""

    def __init__(self, aws: Server) -> None:
        self.aws = aws
        self.events, self.scheduler, self.sfn = (
            aws.client(service) for service in ("events", "scheduler", "stepfunctions")
        )
        self.name = f"t-{uuid.uuid4().hex[:12]}"
        self.inbox = Inbox(aws, self.name)
        self.role = self.make_role("all", "*")

    def make_role(self, name: str, action: str) -> str:
        allow = {"Effect": "Allow", "Action": action, "Resource": "*"}
        may = {"Version": "2012-10-17", "Statement": [allow]}
        return make_role(self.aws.client("iam"), f"{self.name}-{name}", "states", "events", "scheduler", may=may)

    def rule(self, target: dict[str, Any] | None = None, name: str = "rule", **more: Any) -> str:
        """A rule that sends to the inbox, or to another target; its name."""
        name = f"{self.name}-{name}"
        if isinstance(more.get("EventPattern"), dict):
            more["EventPattern"] = json.dumps(more["EventPattern"])
        self.events.put_rule(Name=name, **more)
        answer = self.events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": self.inbox.arn, **(target or {})}])
        assert answer["FailedEntryCount"] == 0
        return name

    def put(self, detail: Any, source: str | None = None, **more: Any) -> None:
        entry = {"Source": source or self.name, "DetailType": "test", "Detail": json.dumps(detail), **more}
        assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def machine(self, *states: dict[str, Any]) -> str:
        named = {f"S{number}": state for number, state in enumerate(states)}
        definition = json.dumps({"StartAt": "S0", "States": named})
        name = f"{self.name}-{uuid.uuid4().hex[:6]}"
        answer = self.sfn.create_state_machine(name=name, definition=definition, roleArn=self.role)
        arn: str = answer["stateMachineArn"]
        return arn

    def executions(self, machine: str, number: int) -> list[dict[str, Any]]:
        """So many executions of the machine that have ended, once they have; the oldest first."""
        for _ in range(1500):
            listed = self.sfn.list_executions(stateMachineArn=machine)["executions"]
            ended = [item for item in listed if item["status"] != "RUNNING"]
            if len(ended) >= number:
                return [self.sfn.describe_execution(executionArn=item["executionArn"]) for item in ended[::-1]]
            time.sleep(0.01)
        raise AssertionError(listed)


@pytest.fixture
def bench(aws: Server) -> Bench:
    return Bench(aws)


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which a minute passes in 0.6 seconds."""
    with Server(tmp_path_factory.mktemp("fast"), "--time-scale", "0.01") as server:
        yield server


@pytest.fixture
def hasty(fast: Server) -> Bench:
    return Bench(fast)
