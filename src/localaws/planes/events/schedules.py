"""Everything that is on a schedule: rules of EventBridge and schedules of EventBridge Scheduler."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localaws.planes.events import outbox, rules
from localaws.planes.events.bus import envelope, iso
from localaws.planes.events.expressions import Once, Schedule, parse
from localaws.planes.events.targets import Delivery


@dataclass(frozen=True)
class Scheduled:
    """Something that is due now and then."""

    key: str
    thing: Any
    when: Schedule
    fire: Callable[[float], None]
    at_once: bool = False  # due as soon as it is there
    begin: float | None = None
    end: float | None = None
    window: float = 0  # seconds within which it may fire


def scheduled(now: float) -> Iterator[Scheduled]:
    """What is enabled. A rate counts from when its rule or schedule was first seen enabled."""
    from moto.events.models import events_backends
    from moto.scheduler.models import scheduler_backends

    for backend in _all(events_backends):
        for bus in list(backend.event_buses.values()):
            for rule in list(bus.rules.values()):
                if rule.scheduled_expression and _enabled(rule):
                    yield _rule(rule, now)
    for backend in _all(scheduler_backends):
        for group in list(backend.schedule_groups.values()):
            for schedule in list(group.schedules.values()):
                if _enabled(schedule) and not schedule.__dict__.get("fired"):
                    yield _schedule(backend, group, schedule, now)


def _rule(rule: Any, now: float) -> Scheduled:
    when = parse(rule.scheduled_expression, since=_since(rule, now))

    def fire(due: float) -> None:
        event = envelope(rule.account_id, rule.region_name, "aws.events", "Scheduled Event", [rule.arn], {})
        rules.send(rule, event | {"time": _iso(due)})

    return Scheduled(rule.arn, rule, when, fire)


def _schedule(backend: Any, group: Any, schedule: Any, now: float) -> Scheduled:
    """AWS: "Rate-based schedules": without a StartDate the first invocation is immediate."""
    begin, end = _moment(schedule.start_date), _moment(schedule.end_date)
    since = begin if begin is not None else _since(schedule, now)
    when = parse(schedule.schedule_expression, since=since, zone=schedule.schedule_expression_timezone)

    def fire(due: float) -> None:
        if isinstance(when, Once):
            schedule.fired = True
            if schedule.action_after_completion == "DELETE":
                group.schedules.pop(schedule.name, None)
        target = {key: value for key, value in schedule.target.items() if key != "Input"}
        delivery = Delivery(target, _body(backend, schedule, due), schedule.target.get("RoleArn"))
        outbox.post(backend.account_id, backend.region_name, delivery)

    return Scheduled(schedule.arn, schedule, when, fire, at_once=True, begin=begin, end=end, window=_window(schedule))


def _body(backend: Any, schedule: Any, due: float) -> str:
    """AWS: "Adding context attributes", and the event that stands for an Input that is not given."""
    given = schedule.target.get("Input")
    if given is None:
        account, region = backend.account_id, backend.region_name
        event = envelope(account, region, "aws.scheduler", "Scheduled Event", [schedule.arn], "{}")
        return json.dumps(event | {"time": _iso(due)})
    attributes = {
        "schedule-arn": schedule.arn,
        "scheduled-time": _iso(due),
        "execution-id": str(uuid.uuid4()),
        "attempt-number": "1",
    }
    for name, value in attributes.items():
        given = given.replace(f"<aws.scheduler.{name}>", value)
    return str(given)


def _enabled(thing: Any) -> bool:
    if thing.state != "ENABLED":
        thing.__dict__.pop("since", None)  # enabled again, it counts anew
        return False
    return True


def _since(thing: Any, now: float) -> float:
    since = float(thing.__dict__.get("since", now))
    thing.since = min(since, now)  # an earlier process's clock may have run faster
    return float(thing.since)


def _window(schedule: Any) -> float:
    """A flexible time window: the moment within it is chosen by chance (AWS: "Configuring flexible time windows")."""
    flexible = schedule.flexible_time_window or {}
    if flexible.get("Mode") != "FLEXIBLE":
        return 0
    return random.uniform(0, 60 * float(flexible["MaximumWindowInMinutes"]))  # noqa: S311 - no secret


def _moment(value: Any) -> float | None:
    if value is None or isinstance(value, int | float):
        return value
    if not isinstance(value, datetime):
        value = datetime.fromisoformat(str(value))
    return float((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())


def _iso(moment: float) -> str:
    return iso(datetime.fromtimestamp(moment, UTC))


def _all(backends: Any) -> list[Any]:
    return [backend for regions in list(backends.values()) for backend in list(regions.values())]
