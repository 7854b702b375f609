"""An execution as a person sees it go: histories are made up, as Step Functions writes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from copperctl import watch
from copperctl.aws import Aws
from copperctl.history import last_id
from copperctl.telling import Telling, plain, trouble
from copperctl.watch import Watch

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
MEDALLION = "arn:aws:states:us-east-1:123456789012:execution:copperline-medallion:m"
PIPELINE = "arn:aws:states:us-east-1:123456789012:execution:copperline-pipeline:p"


def event(at: float, kind: str, previous: int = 0, **details: Any) -> dict[str, Any]:
    name = f"{kind[0].lower()}{kind[1:]}EventDetails"
    for entered in ("TaskStateEntered", "MapStateEntered"):
        name = "stateEnteredEventDetails" if kind == entered else name
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in details.items()}
    return {"timestamp": BEGAN + timedelta(seconds=at), "type": kind, "previousEventId": previous, name: texts}


class States:
    """Step Functions with histories that go on by as many seconds a look as are told."""

    def __init__(self, histories: dict[str, list[dict[str, Any]]], grow: float) -> None:
        self.histories = {
            arn: [found | {"id": number} for number, found in enumerate(events, 1)] for arn, events in histories.items()
        }
        self.grow, self.shown, self.read = grow, 0.0, 0

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.shown += self.grow
        last = self.visible(executionArn)[-1:]
        ended = last and last[0]["type"].startswith("ExecutionS") and last[0]["type"] != "ExecutionStarted"
        return {"executionArn": executionArn, "status": "SUCCEEDED" if ended else "RUNNING"}

    def visible(self, arn: str) -> list[dict[str, Any]]:
        now = BEGAN + timedelta(seconds=self.shown)
        return [found for found in self.histories[arn] if found["timestamp"] <= now]

    def get_execution_history(self, executionArn: str, reverseOrder: bool, maxResults: int) -> dict[str, Any]:  # noqa: N803
        return {"events": self.visible(executionArn)[::-1][:maxResults]}

    def get_paginator(self, operation: str) -> States:
        assert operation == "get_execution_history"
        return self

    def paginate(self, executionArn: str, reverseOrder: bool, **_: Any) -> Any:  # noqa: N803 - boto3's names
        assert reverseOrder
        events = self.visible(executionArn)[::-1]
        for start in range(0, len(events), 2):
            self.read += 1
            yield {"events": events[start : start + 2]}


class FakeAws:
    def __init__(self, states: States) -> None:
        self.states = states

    def client(self, _: str) -> States:
        return self.states


PARENT = [
    event(0.0, "ExecutionStarted", input={}),
    event(0.1, "TaskStateEntered", name="Promote"),
    event(0.1, "TaskScheduled", 2, resourceType="lambda", resource="invoke", parameters={}),
    event(1.0, "MapStateEntered", name="EachFeed"),
    event(1.1, "TaskStateEntered", name="RunFeed"),
    event(1.1, "TaskScheduled", 5, resourceType="states", resource="startExecution.sync:2", parameters={}),
    event(1.2, "TaskSubmitted", output={"ExecutionArn": PIPELINE}),
    event(9.0, "TaskStateEntered", name="Summarize"),
    event(9.0, "TaskScheduled", 8, resourceType="sns", resource="publish", parameters={}),
    event(9.1, "ExecutionSucceeded"),
]
CHILD = [
    event(1.3, "ExecutionStarted", input={"feed": "zoop"}),
    event(1.4, "TaskStateEntered", name="StartCrawler"),
    event(1.4, "TaskScheduled", 2, resource="startCrawler", parameters={"Name": "copper-zoop"}),
    event(1.5, "TaskStateEntered", name="GetCrawler"),
    event(1.5, "TaskScheduled", 4, resource="getCrawler", parameters={}),
    event(2.5, "TaskStateEntered", name="GetCrawler"),
    event(2.5, "TaskScheduled", 6, resource="getCrawler", parameters={}),
    event(3.0, "TaskStateEntered", name="RunSilver"),
    event(3.0, "TaskScheduled", 8, parameters={"JobName": "batch", "Arguments": {"--tables": "silver.a,silver.b"}}),
    event(3.1, "TaskSubmitted", output={"JobRunId": "jr_0123456789abcdef", "JobName": "batch"}),
    event(8.0, "TaskSucceeded", output={"Id": "jr_0123456789abcdef", "JobRunState": "SUCCEEDED", "ExecutionTime": 5}),
    event(8.5, "ExecutionSucceeded"),
]
TOLD = """
0.1 medallion       Promote
1.0 medallion       EachFeed
1.4 pipeline zoop     crawler copper-zoop
1.5 pipeline zoop   GetCrawler
3.0 pipeline zoop     job batch  silver.a, silver.b
3.1 pipeline zoop     job run jr_0123456789ab started
8.0 pipeline zoop     job run jr_0123456789ab SUCCEEDED after 5 s
9.0 medallion       Summarize
"""


@pytest.mark.parametrize("grow", [0.05, 1, 3, 100])
def test_whatever_the_pace_everything_is_told_once(grow: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "POLL", 0)
    states, said, ticks = States({MEDALLION: PARENT, PIPELINE: CHILD}, grow), [], []
    aws = cast(Aws, FakeAws(states))
    watching = Watch(
        aws,
        MEDALLION,
        lambda at, text: said.append(f"{(at - BEGAN).total_seconds():.1f} {text}"),
        tick=lambda: ticks.append(1),
    )
    described = watching.until_it_ends()
    assert described["status"] == "SUCCEEDED"
    assert watching.children() == [PIPELINE]
    if grow == 100:
        assert said == TOLD.strip().splitlines()
        assert ticks == []
    assert sorted(said) == sorted(TOLD.strip().splitlines())


def test_a_look_reads_new_events_alone() -> None:
    states = States({MEDALLION: PARENT, PIPELINE: CHILD}, 0)
    states.shown = 100
    watching = Watch(cast(Aws, FakeAws(states)), MEDALLION)
    watching.look()
    states.read = 0
    watching.look()
    assert states.read == 1, "the last page of the parent, and nothing of the child, which has ended"


def test_what_happened_before_a_redrive_is_not_told_again() -> None:
    failed = [event(0, "ExecutionStarted", input={"feed": "zoop"}), event(1, "ExecutionFailed", error="Glue.X")]
    states = States({PIPELINE: [*failed, event(5, "ExecutionRedriven"), event(6, "ExecutionSucceeded")]}, 0)
    states.shown, said = 100, list[str]()
    aws = cast(Aws, FakeAws(states))
    assert last_id(aws, PIPELINE) == 4
    Watch(aws, PIPELINE, lambda _, text: said.append(text), after=2).look()
    assert said == ["pipeline        redriven"]


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"error": "States.Timeout"}, "States.Timeout"),
        ({"error": "E", "cause": "in clear"}, "E: in clear"),
        ({"error": "E", "cause": '{"errorMessage": "of a Lambda", "errorType": "X"}'}, "E: of a Lambda"),
        ({"error": "E", "cause": '{"JobRunState": "FAILED", "ErrorMessage": "of a job"}'}, "E: of a job"),
        ({"error": "E", "cause": '{"JobRunState": "STOPPED"}'}, "E: STOPPED"),
        ({"error": "E", "cause": '{"Cause": "{\\"ErrorMessage\\": \\"of a child\\"}", "Error": "F"}'}, "E: of a child"),
        ({"error": "E", "cause": '["one line", "another"]'}, "E: one line; another"),
        ({"error": "E", "cause": '{"unknown": 1}'}, 'E: {"unknown": 1}'),
    ],
)
def test_trouble_is_told_in_its_own_words(details: dict[str, str], words: str) -> None:
    assert trouble(details) == words
    failed = event(0, "TaskFailed", **details)
    assert list(Telling("pipeline").lines(failed)) == [f"pipeline        TaskFailed: {words}"]


def test_a_cause_may_be_any_json() -> None:
    assert [plain(cause) for cause in ("7", "text", "")] == ["7", "text", ""]
