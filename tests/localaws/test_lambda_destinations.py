"""Records of asynchronous invocations ("Capturing records of Lambda asynchronous invocations")."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from localaws.planes.lambdas import events, invoke
from localaws.planes.lambdas.destinations import Record, _stamp
from localaws.testing import Server
from tests.localaws.handlers import zipped
from tests.localaws.policies import make_role

ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
CODE = """
def f(event, context):
    if event.get("bad"):
        raise ValueError("bad")
    return {"good": event}
"""


def document(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement]}


def function(aws: Server, statement: dict[str, Any] = ALL, runtime: str = "python3.11") -> tuple[str, str]:
    """Name and ARN of a function that fails when the event is bad, and is not tried again."""
    name = f"f-{uuid.uuid4().hex[:8]}"
    role = make_role(aws.client("iam"), name, "lambda", may=document(statement))
    made = aws.client("lambda").create_function(
        FunctionName=name, Role=role, Runtime=runtime, Handler="h.f", Code={"ZipFile": zipped(h=CODE)}
    )
    return name, made["FunctionArn"]


def configure(aws: Server, name: str, **destinations: str) -> None:
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        DestinationConfig={on: {"Destination": arn} for on, arn in destinations.items()},
    )


def send(aws: Server, name: str, event: dict[str, Any]) -> None:
    aws.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))


def queue(aws: Server) -> tuple[str, str]:
    """URL and ARN of a queue that takes messages from every service."""
    name = f"q-{uuid.uuid4().hex[:8]}"
    anyone = json.dumps(document({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}))
    url = aws.client("sqs").create_queue(QueueName=name, Attributes={"Policy": anyone})["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:123456789012:{name}"


def received(aws: Server, url: str, seconds: int = 20) -> list[Any]:
    found = aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=seconds)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def test_a_success_is_told_to_a_queue(aws: Server) -> None:
    (name, arn), (url, queue_arn) = function(aws), queue(aws)
    configure(aws, name, OnSuccess=queue_arn)
    send(aws, name, {"n": 1})
    [record] = received(aws, url)
    assert record["version"] == "1.0"
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("Success", 1)
    assert (context["functionArn"], len(context["requestId"])) == (f"{arn}:$LATEST", 36)
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"good": {"n": 1}}


def test_a_failure_is_told_to_its_own_destination(aws: Server) -> None:
    (name, _), (good, good_arn), (bad, bad_arn) = function(aws), queue(aws), queue(aws)
    configure(aws, name, OnSuccess=good_arn, OnFailure=bad_arn)
    send(aws, name, {"bad": 1})
    [record] = received(aws, bad)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorType"] == "ValueError"
    assert received(aws, good, seconds=0) == []


def test_a_function_that_cannot_run_at_all_has_failed(aws: Server) -> None:
    (name, _), (url, arn) = function(aws, runtime="ruby3.3"), queue(aws)
    configure(aws, name, OnFailure=arn)
    send(aws, name, {"n": 1})
    [record] = received(aws, url)
    assert record["requestPayload"] == {"n": 1}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert "expected a zip for python3, got ruby3.3" in record["responsePayload"]["errorMessage"]


def test_what_was_begun_before_a_reset_is_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Record] = []

    def run(*_: object) -> invoke.Outcome:
        events.forget()
        return invoke.Outcome("{}", failed=False, log="")

    monkeypatch.setattr(invoke, "run", run)
    monkeypatch.setattr(events, "tell", told.append)
    events._try(SimpleNamespace(event_invoke_config=[]), {}, events._eras[-1])
    assert told == []


def test_a_stamp_is_one_moment_to_the_millisecond() -> None:
    assert _stamp(datetime(2026, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC)) == "2026-01-02T03:04:05.999Z"


def test_a_topic_a_function_and_a_bus_are_told(aws: Server) -> None:
    (url, queue_arn), sns, events = queue(aws), aws.client("sns"), aws.client("events")
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex[:8]}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})
    bus = events.create_event_bus(Name=f"b-{uuid.uuid4().hex[:8]}")["EventBusArn"]
    rule = f"r-{uuid.uuid4().hex[:8]}"
    events.put_rule(Name=rule, EventBusName=bus, EventPattern=json.dumps({"source": ["lambda"]}))
    events.put_targets(Rule=rule, EventBusName=bus, Targets=[{"Id": "q", "Arn": queue_arn}])
    last, last_arn = function(aws)
    configure(aws, last, OnSuccess=topic)
    first, first_arn = function(aws)

    configure(aws, first, OnSuccess=last_arn)
    send(aws, first, {"n": 2})
    [record] = received(aws, url)
    assert record["requestPayload"]["requestPayload"] == {"n": 2}

    configure(aws, first, OnFailure=bus)
    send(aws, first, {"bad": 2})
    [event] = received(aws, url)
    assert event["detail-type"] == "Lambda Function Invocation Result - Failure"
    assert event["resources"] == [bus, f"{first_arn}:$LATEST"]
    assert event["detail"]["requestPayload"] == {"bad": 2}


def test_a_bucket_is_told_of_failures(aws: Server, s3: Any, bucket: str) -> None:
    name, _ = function(aws)
    configure(aws, name, OnFailure=f"arn:aws:s3:::{bucket}")
    send(aws, name, {"bad": 3})
    prefix, deadline = f"aws/lambda/async/{name}/", time.monotonic() + 60
    while not (found := s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    record = json.loads(s3.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read())
    assert record["requestPayload"] == {"bad": 3}


def test_the_functions_role_must_be_allowed_to_tell(aws: Server) -> None:
    name, _ = function(aws, {"Effect": "Allow", "Action": "logs:*", "Resource": "*"})
    url = aws.client("sqs").create_queue(QueueName=f"{name}-closed")["QueueUrl"]
    configure(aws, name, OnSuccess=f"arn:aws:sqs:us-east-1:123456789012:{name}-closed")
    send(aws, name, {})
    assert received(aws, url, seconds=2) == []


def test_the_last_configuration_holds_and_an_update_changes_what_it_names(aws: Server) -> None:
    (name, _), functions = function(aws), aws.client("lambda")
    for attempts in (2, 1):
        functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=attempts)
    assert functions.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == 1
    functions.update_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=60)
    found = functions.get_function_event_invoke_config(FunctionName=name)
    assert (found["MaximumRetryAttempts"], found["MaximumEventAgeInSeconds"]) == (1, 60)
    functions.delete_function_event_invoke_config(FunctionName=name)
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function_event_invoke_config(FunctionName=name)
