"""Events that services of AWS put on the default bus (AWS: "Events from AWS services")."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any


def publish(
    *, account: str, region: str, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]
) -> None:
    """Every rule of the default bus that matches sends the event to its targets, in the background."""
    from moto.events.models import events_backends

    event = envelope(account, region, source, detail_type, resources, detail)
    for rule in list(events_backends[account][region].event_buses["default"].rules.values()):
        rule.send_to_targets(event)


def envelope(
    account: str, region: str, source: str, detail_type: str, resources: list[str], detail: Any
) -> dict[str, Any]:
    """An event (AWS: "AWS service event metadata")."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": iso(datetime.now(UTC)),
        "region": region,
        "resources": resources,
        "detail": detail,
    }


def iso(moment: datetime) -> str:
    """A moment as events write it: UTC, whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
