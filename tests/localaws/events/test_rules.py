"""Patterns, targets and input transformation of rules (AWS: Amazon EventBridge User Guide)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

EVENT = {"status": "FAILED", "name": "night-1", "count": 7, "nested": {"kind": "a"}, "list": ["x", "y"], "none": None}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({"status": ["FAILED", "ABORTED"]}, True),
        ({"status": ["SUCCEEDED"]}, False),
        ({"name": [{"prefix": "night-"}]}, True),
        ({"name": [{"prefix": "day-"}]}, False),
        ({"name": [{"suffix": "-1"}]}, True),
        ({"status": [{"anything-but": ["FAILED"]}]}, False),
        ({"status": [{"anything-but": "SUCCEEDED"}]}, True),
        ({"name": [{"anything-but": {"prefix": "night"}}]}, False),
        ({"count": [{"numeric": [">", 0, "<=", 7]}]}, True),
        ({"count": [{"numeric": ["=", 8]}]}, False),
        ({"missing": [{"exists": False}]}, True),
        ({"status": [{"exists": False}]}, False),
        ({"nested": {"kind": ["a"]}}, True),
        ({"nested": {"kind": ["b"]}}, False),
        ({"list": ["y"]}, True),
        ({"none": [None]}, True),
        ({"$or": [{"count": [1]}, {"status": ["FAILED"]}]}, True),
        ({"status": [{"equals-ignore-case": "failed"}]}, True),
        ({"name": [{"wildcard": "n*-1"}]}, True),
        ({"status": ["FAILED"], "count": [8]}, False),
    ],
)
def test_patterns(bench: Any, pattern: dict[str, Any], matches: bool) -> None:
    """ "Amazon EventBridge event patterns": a second rule that takes everything tells when all is delivered."""
    bench.rule(name="it", EventPattern={"source": [bench.name], "detail": pattern})
    last = {"InputPath": "$.source"}
    bench.rule(last, name="all", EventPattern={"source": [f"{bench.name}-last"]})
    bench.put(EVENT)
    got = bench.inbox.bodies(1) if matches else []
    bench.put({"x": 1}, source=f"{bench.name}-last")
    got += bench.inbox.bodies(1)
    assert [body["detail"] if isinstance(body, dict) else body for body in got] == [
        *([EVENT] if matches else []),
        f"{bench.name}-last",
    ]


def test_the_event_that_a_target_gets(bench: Any) -> None:
    """ "AWS service event metadata"."""
    bench.rule(EventPattern={"source": [bench.name]})
    bench.put({"a": 1}, Resources=["arn:aws:x"])
    (event,) = bench.inbox.bodies(1)
    assert set(event) == {
        *("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"),
    }
    assert event["time"].endswith("Z")
    assert (event["detail"], event["resources"], event["account"]) == ({"a": 1}, ["arn:aws:x"], "123456789012")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"Input": '{"fixed": true}'}, '{"fixed": true}'),
        ({"InputPath": "$.detail.nested"}, '{"kind": "a"}'),
        ({"InputPath": "$.detail.name"}, '"night-1"'),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"n": "$.detail.name", "s": "$.detail.status"},
                    "InputTemplate": '"<n> ended <s>"',
                }
            },
            '"night-1 ended FAILED"',
        ),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"n": "$.detail.name", "c": "$.detail.count", "o": "$.detail.nested"},
                    "InputTemplate": '{"name": <n>, "count": <c>, "nested": <o>, "text": "<n>: <c>"}',
                }
            },
            '{"name": "night-1", "count": 7, "nested": {"kind": "a"}, "text": "night-1: 7"}',
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"m": "$.detail.missing"}, "InputTemplate": '{"m": "<m>"}'}},
            '{"m": ""}',
        ),
        (
            {"InputTransformer": {"InputTemplate": '{"rule": "<aws.events.rule-name>"}'}},
            '{"rule": "{name}-rule"}',
        ),
    ],
)
def test_input(bench: Any, target: dict[str, Any], expected: str) -> None:
    """ "Amazon EventBridge input transformation"."""
    bench.rule(target, EventPattern={"source": [bench.name]})
    bench.put(EVENT)
    assert bench.inbox.texts(1) == [expected.replace("{name}", bench.name)]


def test_text_with_quotes_and_lines_stays_json(bench: Any) -> None:
    transformer = {"InputPathsMap": {"c": "$.detail.cause"}, "InputTemplate": '{"text": "because <c>"}'}
    bench.rule({"InputTransformer": transformer}, EventPattern={"source": [bench.name]})
    bench.put({"cause": 'he said "no"\nand left'})
    assert bench.inbox.bodies(1) == [{"text": 'because he said "no"\nand left'}]


def topic(bench: Any, *, allow: bool) -> str:
    sns = bench.aws.client("sns")
    arn: str = sns.create_topic(Name=bench.name)["TopicArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
    if allow:
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": arn}]}
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=bench.inbox.arn, Attributes={"RawMessageDelivery": "true"})
    return arn


def test_a_topic(bench: Any) -> None:
    bench.rule({"Arn": topic(bench, allow=True), "Input": '"hello"'}, EventPattern={"source": [bench.name]})
    bench.put({"a": 1})
    assert bench.inbox.texts(1) == ['"hello"']


def test_a_topic_that_does_not_let_eventbridge_in(bench: Any) -> None:
    """ "Using resource-based policies for Amazon EventBridge"."""
    bench.rule({"Arn": topic(bench, allow=False), "Input": '"lost"'}, EventPattern={"source": [bench.name]})
    bench.rule({"Input": '"found"'}, name="other", EventPattern={"source": [f"{bench.name}-other"]})
    bench.put({"a": 1})
    bench.put({"a": 1}, source=f"{bench.name}-other")
    assert bench.inbox.texts(1) == ['"found"']


def test_a_state_machine(bench: Any) -> None:
    machine = bench.machine({"Type": "Pass", "End": True})
    target = {"Arn": machine, "RoleArn": bench.role, "InputPath": "$.detail"}
    bench.rule(target, EventPattern={"source": [bench.name]})
    bench.put({"a": 1})
    (execution,) = bench.executions(machine, 1)
    assert json.loads(execution["input"]) == {"a": 1}


def test_a_state_machine_that_the_role_may_not_start(bench: Any) -> None:
    machine = bench.machine({"Type": "Pass", "End": True})
    poor = bench.make_role("poor", "s3:GetObject")
    bench.rule({"Arn": machine, "RoleArn": poor}, EventPattern={"source": [bench.name]})
    bench.put({"a": 1})
    bench.rule(name="other", EventPattern={"source": [f"{bench.name}-other"]})
    bench.put({"a": 1}, source=f"{bench.name}-other")
    bench.inbox.bodies(1)
    time.sleep(0.2)
    assert bench.sfn.list_executions(stateMachineArn=machine)["executions"] == []


def test_another_bus(bench: Any) -> None:
    bus = bench.events.create_event_bus(Name=bench.name)["EventBusArn"]
    bench.rule({"Arn": bus, "RoleArn": bench.role}, EventPattern={"source": [bench.name]})
    bench.events.put_rule(
        Name=f"{bench.name}-b", EventBusName=bench.name, EventPattern='{"source": [{"prefix": "t-"}]}'
    )
    bench.events.put_targets(
        Rule=f"{bench.name}-b", EventBusName=bench.name, Targets=[{"Id": "1", "Arn": bench.inbox.arn}]
    )
    bench.put({"a": 1})
    assert bench.inbox.bodies(1)[0]["detail"] == {"a": 1}


def test_a_log_group(bench: Any) -> None:
    logs = bench.aws.client("logs")
    logs.create_log_group(logGroupName=f"/aws/events/{bench.name}")
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/{bench.name}"
    bench.rule({"Arn": arn}, EventPattern={"source": [bench.name]})
    bench.put({"a": 1})
    for _ in range(500):
        events = logs.filter_log_events(logGroupName=f"/aws/events/{bench.name}")["events"]
        if events:
            break
        time.sleep(0.01)
    assert json.loads(events[0]["message"])["detail"] == {"a": 1}


def test_a_disabled_rule_sends_nothing(bench: Any) -> None:
    bench.rule(State="DISABLED", EventPattern={"source": [bench.name]})
    bench.rule({"Input": "1"}, name="other", EventPattern={"source": [bench.name]})
    bench.put({"a": 1})
    assert bench.inbox.bodies(1) == [1]
    bench.events.enable_rule(Name=f"{bench.name}-rule")
    bench.put({"a": 2})
    assert len(bench.inbox.bodies(2)) == 2


def test_a_scheduled_rule_takes_no_events(bench: Any) -> None:
    bench.rule(name="timed", ScheduleExpression="rate(1 day)")
    bench.rule({"Input": "1"}, EventPattern={"source": [bench.name]})
    bench.put({"a": 1})
    assert bench.inbox.bodies(1) == [1]


def test_an_archive_can_be_replayed(bench: Any) -> None:
    """ "Archiving and replaying events"."""
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    pattern = json.dumps({"source": [bench.name]})
    archive = bench.events.create_archive(ArchiveName=bench.name, EventSourceArn=bus, EventPattern=pattern)
    bench.rule(EventPattern={"source": [bench.name]})
    bench.put({"a": 1})
    assert len(bench.inbox.bodies(1)) == 1
    for _ in range(500):
        if bench.events.describe_archive(ArchiveName=bench.name)["EventCount"]:
            break
        time.sleep(0.01)
    bench.events.start_replay(
        ReplayName=bench.name,
        EventSourceArn=archive["ArchiveArn"],
        EventStartTime=0,
        EventEndTime=time.time() + 60,
        Destination={"Arn": bus},
    )
    (again,) = bench.inbox.bodies(1)
    assert again["detail"] == {"a": 1}
    assert again["replay-name"] == bench.name
