"""What a failing branch or iteration cuts: histories measured on AWS (Floci's issue 2868), and the longest history."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from localaws.planes.stepfunctions import iterations, parts
from tests.localaws.stepfunctions.cases import BOOM

LATER = {"W": {"Type": "Wait", "Seconds": 20, "Next": "Boom"}, **BOOM["States"]}
LONG = {"L": {"Type": "Wait", "Seconds": 500, "End": True}}
SLOW_PARAMETERS = {"QueueUrl": "{url}", "WaitTimeSeconds": 20}


def slow(url: str) -> dict[str, Any]:
    """A task that takes its time."""
    resource = "arn:aws:states:::aws-sdk:sqs:receiveMessage"
    return {"Type": "Task", "Resource": resource, "Parameters": {**SLOW_PARAMETERS, "QueueUrl": url}, "End": True}


def tail(bench: Any, execution: str) -> list[tuple[str, str | int]]:
    """The events after the failure: of each, whether it follows the failure or another event."""
    bench.wait(execution)
    events = bench.sfn.get_execution_history(executionArn=execution)["events"]
    failure = next(event["id"] for event in events if event["type"] == "FailStateEntered")
    return [
        (event["type"], "failure" if event["previousEventId"] == failure else event["previousEventId"] - failure)
        for event in events
        if event["id"] > failure
    ]


@pytest.fixture
def queue(hasty: Any) -> str:
    url: str = hasty.aws.client("sqs").create_queue(QueueName=hasty.name)["QueueUrl"]
    return url


@pytest.mark.parametrize("kind", ["Wait", "Task"])
def test_a_failing_branch_cuts_the_others(hasty: Any, queue: str, kind: str) -> None:
    other = LONG if kind == "Wait" else {"T": slow(queue)}
    branches = [{"StartAt": next(iter(other)), "States": other}, {"StartAt": "W", "States": LATER}]
    execution = hasty.start({"P": {"Type": "Parallel", "Branches": branches, "End": True}})
    assert tail(hasty, execution) == [
        (f"{kind}StateAborted", "failure"),
        ("ParallelStateFailed", "failure"),
        ("ExecutionFailed", 2),
    ]


@pytest.mark.parametrize("kind", ["Wait", "Task"])
def test_a_failing_iteration_cuts_the_others(hasty: Any, queue: str, kind: str) -> None:
    other = LONG if kind == "Wait" else {"T": slow(queue)}
    rule = {"Variable": "$", "StringEquals": "boom", "Next": "W"}
    choice = {"Type": "Choice", "Choices": [rule], "Default": next(iter(other))}
    processor = {"StartAt": "C", "States": {"C": choice, **other, **LATER}}
    execution = hasty.start({"M": {"Type": "Map", "ItemProcessor": processor, "End": True}}, ["long", "boom"])
    assert tail(hasty, execution) == [
        ("MapIterationAborted", "failure"),
        (f"{kind}StateAborted", "failure"),
        ("MapIterationFailed", "failure"),
        ("MapStateFailed", "failure"),
        ("ExecutionFailed", 4),
    ]


@pytest.mark.parametrize("most", [2, 5])
def test_nothing_begins_after_the_failure(hasty: Any, most: int) -> None:
    """More items than may run at once: the failure is the last of the Map state, and no item follows it."""
    rule = {"Variable": "$", "NumericEquals": 7, "Next": "Boom"}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "D"}
    states = {"C": choice, "D": {"Type": "Pass", "End": True}, **BOOM["States"]}
    processor = {"StartAt": "C", "States": states}
    state = {"Type": "Map", "MaxConcurrency": most, "ItemProcessor": processor, "End": True}
    machine = hasty.machine({"M": state})
    for execution in [hasty.start(machine, list(range(60))) for _ in range(5)]:
        ended = hasty.wait(execution)
        assert (ended["status"], ended["error"]) == ("FAILED", "Boom")
        events = hasty.events(execution)
        assert events[-2:] == ["MapStateFailed", "ExecutionFailed"]
        closed = sum(events.count(f"MapIteration{how}") for how in ("Succeeded", "Failed", "Aborted"))
        assert events.count("MapIterationStarted") == closed


def test_an_iteration_that_comes_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another iteration fails while this one's input is selected: it is dropped without a trace."""
    dropped: list[Any] = []
    context = SimpleNamespace(source_event_id=1)
    env = SimpleNamespace(event_history_context=context, is_running=lambda: True, delete_frame=dropped.append)
    frame = SimpleNamespace(journal=None)
    monkeypatch.setattr(parts, "open_frame", lambda *_: frame)
    run = iterations.Iterations(env, None, SimpleNamespace(input_items=[1, 2]))
    monkeypatch.setattr(run, "_select", lambda *_: run._fail(0, None))
    monkeypatch.setattr(run, "_event", lambda *_: pytest.fail("it has an event"))
    assert run._begin(1, 1) is None
    assert dropped == [frame]
    assert not run.frames


def test_what_has_ended_is_not_cut(hasty: Any) -> None:
    branches = [{"StartAt": "D", "States": {"D": {"Type": "Pass", "End": True}}}, {"StartAt": "W", "States": LATER}]
    execution = hasty.start({"P": {"Type": "Parallel", "Branches": branches, "End": True}})
    assert tail(hasty, execution) == [("ParallelStateFailed", "failure"), ("ExecutionFailed", 1)]


def test_the_longest_history() -> None:
    """AWS: "Step Functions service quotas": 25,000 events, the last of which is the execution's failure."""
    from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext

    from localaws.planes.stepfunctions.failures import Fatal
    from localaws.planes.stepfunctions.worker import MOST_EVENTS, History

    class NoLog:
        def write(self, event: dict[str, Any]) -> None: ...

    history = History([], NoLog())
    history._event_id_gen._next_id = MOST_EVENTS - 1
    context = EventHistoryContext(0)
    assert history.add_event(context, "PassStateEntered") == MOST_EVENTS - 1
    with pytest.raises(Fatal, match=r"maximum number of history events \(25000\)"):
        history.add_event(context, "PassStateExited")
    assert history.add_event(context, "ExecutionFailed", last=True) == MOST_EVENTS
