"""Rules: which events they take, and that they send them on in the background (AWS: "Amazon EventBridge rules")."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from localaws.planes.events import outbox
from localaws.planes.events.bus import iso
from localaws.planes.events.payload import payload
from localaws.planes.events.targets import Delivery


def apply() -> None:
    """moto's own PutEvents, and whatever else asks a rule to send, go this way."""
    from moto.events.models import Rule

    Rule.send_to_targets = send_to_targets


def send_to_targets(self: Any, original_event: dict[str, Any], transform_input: bool = True) -> None:
    """Each target of an enabled rule whose pattern matches will get the event.

    A rule that has only a schedule takes no events.
    """
    if self.state != "ENABLED" or not self.event_pattern.get_pattern():
        return
    event = delivered(original_event)
    if self.event_pattern.matches_event(event):
        send(self, event, transform=transform_input)


def send(rule: Any, event: dict[str, Any], *, transform: bool = True) -> None:
    """Each of the rule's targets will get its part of the event, whether the rule's pattern matches or not."""
    for target in copy.deepcopy(rule.targets):
        body = payload(target, event, rule.arn) if transform else json.dumps(event)
        delivery = Delivery(target, body, target.get("RoleArn") or rule.role_arn, source_arn=rule.arn)
        outbox.post(rule.account_id, rule.region_name, delivery)


def delivered(event: dict[str, Any]) -> dict[str, Any]:
    """The event as targets see it: without moto's own entries, its time as text."""
    seen = {key: value for key, value in event.items() if key != "ingestion-time"}
    moment = seen.get("time")
    if isinstance(moment, datetime):
        seen["time"] = iso(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    elif isinstance(moment, int | float):
        seen["time"] = iso(datetime.fromtimestamp(moment, UTC))
    return seen
