"""Expressions are judged when a rule or schedule is put (AWS: PutRule, CreateSchedule: ValidationException)."""

from __future__ import annotations

from typing import Any

from localaws.planes.events.expressions import parse


def apply() -> None:
    """A schedule that could never fire is refused."""
    from moto.events.models import EventsBackend
    from moto.scheduler.models import EventBridgeSchedulerBackend

    _mend_rules(EventsBackend)
    for name in ("create_schedule", "update_schedule"):
        _mend_schedules(EventBridgeSchedulerBackend, name)


def _mend_rules(backend: Any) -> None:
    from moto.events.exceptions import ValidationException

    put = backend.put_rule

    def put_rule(self: Any, name: str, *args: Any, **named: Any) -> Any:
        if expression := named.get("scheduled_expression"):
            _judge(
                expression, "UTC", ("rate", "cron"), ValidationException, "Parameter ScheduleExpression is not valid."
            )
        return put(self, name, *args, **named)

    backend.put_rule = put_rule


def _mend_schedules(backend: Any, name: str) -> None:
    from moto.scheduler.exceptions import ValidationException

    original = getattr(backend, name)

    def judged(self: Any, *args: Any, **named: Any) -> Any:
        expression, zone = named["schedule_expression"], named.get("schedule_expression_timezone") or "UTC"
        message = f"Invalid Schedule Expression {expression}."
        _judge(expression, zone, ("rate", "cron", "at"), ValidationException, message)
        return original(self, *args, **named)

    setattr(backend, name, judged)


def _judge(expression: str, zone: str, kinds: tuple[str, ...], refusal: Any, message: str) -> None:
    try:
        parse(expression, zone=zone)
    except (ValueError, KeyError) as error:  # an unknown time zone is a KeyError
        raise refusal(message) from error
    if expression.partition("(")[0] not in kinds:
        raise refusal(message)
