"""Rules and schedules that fire (AWS: "Schedule types on EventBridge Scheduler")."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

OFF = {"FlexibleTimeWindow": {"Mode": "OFF"}}


def schedule(bench: Any, expression: str, target: dict[str, Any] | None = None, **more: Any) -> None:
    target = {"Arn": bench.inbox.arn, "RoleArn": bench.role, **(target or {})}
    given = {**OFF, "Name": bench.name, "ScheduleExpression": expression, "Target": target, **more}
    bench.scheduler.create_schedule(**given)


def remove(bench: Any) -> None:
    bench.scheduler.delete_schedule(Name=bench.name)


def test_a_rate_begins_at_once(hasty: Any) -> None:
    schedule(hasty, "rate(2 minutes)", {"Input": '{"by": "schedule"}'})
    assert hasty.inbox.bodies(3)[:3] == [{"by": "schedule"}] * 3
    remove(hasty)


def test_what_it_sends_without_an_input(hasty: Any) -> None:
    schedule(hasty, "rate(1 hour)")
    (event,) = hasty.inbox.bodies(1)
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert event["resources"] == [f"arn:aws:scheduler:us-east-1:123456789012:schedule/default/{hasty.name}"]
    remove(hasty)


def test_context_attributes(hasty: Any) -> None:
    schedule(hasty, "rate(1 hour)", {"Input": '"<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time>"'})
    (text,) = hasty.inbox.bodies(1)
    assert text.startswith(f"arn:aws:scheduler:us-east-1:123456789012:schedule/default/{hasty.name} 20")
    remove(hasty)


def test_cron(hasty: Any) -> None:
    schedule(hasty, "cron(* * * * ? *)", {"Input": '"<aws.scheduler.scheduled-time>"'})
    moments = [datetime.fromisoformat(text) for text in hasty.inbox.bodies(2)]
    assert all(moment.second == 0 for moment in moments)
    assert moments[0] != moments[1]
    remove(hasty)


def test_at(bench: Any) -> None:
    """Once, in a time zone; then it is deleted, if it says so."""
    soon = datetime.now(UTC) + timedelta(hours=9, seconds=1)
    schedule(
        bench,
        f"at({soon:%Y-%m-%dT%H:%M:%S})",
        {"Input": "1"},
        ScheduleExpressionTimezone="Asia/Tokyo",
        ActionAfterCompletion="DELETE",
    )
    assert bench.inbox.bodies(1) == [1]
    with pytest.raises(bench.scheduler.exceptions.ResourceNotFoundException):
        bench.scheduler.get_schedule(Name=bench.name)


def test_disabled_and_enabled(hasty: Any) -> None:
    schedule(hasty, "rate(1 minute)", {"Input": "1"}, State="DISABLED")
    time.sleep(1.5)
    assert hasty.inbox.texts(0) == []
    target = {"Arn": hasty.inbox.arn, "RoleArn": hasty.role, "Input": "2"}
    hasty.scheduler.update_schedule(
        **OFF, Name=hasty.name, ScheduleExpression="rate(1 minute)", Target=target, State="ENABLED"
    )
    assert set(hasty.inbox.bodies(2)) == {2}
    remove(hasty)


def test_a_state_machine_as_the_schedules_role(hasty: Any) -> None:
    machine = hasty.machine({"Type": "Pass", "End": True})
    role = hasty.make_role("start", "states:StartExecution")
    schedule(hasty, "rate(1 day)", {"Arn": machine, "RoleArn": role, "Input": '{"scheduled": true}'})
    (execution,) = hasty.executions(machine, 1)
    assert json.loads(execution["input"]) == {"scheduled": True}
    remove(hasty)


def test_a_role_that_may_not(hasty: Any) -> None:
    machine = hasty.machine({"Type": "Pass", "End": True})
    poor = hasty.make_role("poor", "s3:GetObject")
    schedule(hasty, "rate(1 minute)", {"Arn": machine, "RoleArn": poor})
    time.sleep(2)
    assert hasty.sfn.list_executions(stateMachineArn=machine)["executions"] == []
    remove(hasty)


def test_a_universal_target(hasty: Any) -> None:
    """ "Using universal targets"."""
    machine = hasty.machine({"Type": "Pass", "End": True})
    parameters = json.dumps({"StateMachineArn": machine, "Input": '{"u": 1}'})
    schedule(hasty, "rate(1 day)", {"Arn": "arn:aws:scheduler:::aws-sdk:sfn:startExecution", "Input": parameters})
    assert hasty.executions(machine, 1)[0]["input"] == '{"u": 1}'
    remove(hasty)


def test_between_start_and_end(hasty: Any) -> None:
    schedule(hasty, "rate(1 minute)", EndDate=datetime(2020, 1, 1, tzinfo=UTC))
    time.sleep(1)
    assert hasty.inbox.texts(0) == []
    remove(hasty)


def test_a_rule_with_a_rate(hasty: Any) -> None:
    """It begins after one period."""
    name = hasty.rule(ScheduleExpression="rate(1 minute)")
    event = hasty.inbox.bodies(2)[0]
    assert (event["source"], event["detail-type"], event["detail"]) == ("aws.events", "Scheduled Event", {})
    assert event["resources"] == [f"arn:aws:events:us-east-1:123456789012:rule/{name}"]
    hasty.events.disable_rule(Name=name)


def test_a_rule_with_cron(hasty: Any) -> None:
    name = hasty.rule({"Input": "5"}, ScheduleExpression="cron(0/1 * * * ? *)")
    assert set(hasty.inbox.bodies(2)) == {5}
    hasty.events.disable_rule(Name=name)


@pytest.mark.parametrize(
    "expression",
    ["rate(1 minutes)", "rate(0 minutes)", "rate(5 fortnights)", "cron(* * * * *)", "cron(0 25 * * ? *)", "daily"],
)
def test_what_is_no_schedule(bench: Any, expression: str) -> None:
    for refused in (lambda: schedule(bench, expression), lambda: bench.rule(ScheduleExpression=expression)):
        with pytest.raises(ClientError) as error:
            refused()
        assert error.value.response["Error"]["Code"] == "ValidationException"
