"""Schedule expressions, by the moments that they name (AWS: "Schedule types on EventBridge Scheduler")."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from localaws.planes.events.cron import Cron
from localaws.planes.events.expressions import parse

FRIDAY = datetime(2024, 3, 1, 12, 0)  # noqa: DTZ001 - cron is local


@pytest.mark.parametrize(
    ("cron", "following"),
    [
        ("0 10 * * ? *", "2024-03-02T10:00"),
        ("15 12 * * ? *", "2024-03-01T12:15"),
        ("0/20 * * * ? *", "2024-03-01T12:20"),
        ("0 18 ? * MON-FRI *", "2024-03-01T18:00"),
        ("0 9 ? * MON-FRI *", "2024-03-04T09:00"),
        ("0 8 1 * ? *", "2024-04-01T08:00"),
        ("0 8 L * ? *", "2024-03-31T08:00"),
        ("0 8 LW * ? *", "2024-03-29T08:00"),
        ("0 8 3W * ? *", "2024-03-04T08:00"),
        ("0 8 1W JUN ? *", "2024-06-03T08:00"),
        ("0 8 ? * 6L *", "2024-03-29T08:00"),
        ("0 8 ? * L *", "2024-03-02T08:00"),
        ("0 8 ? * 3#1 *", "2024-03-05T08:00"),
        ("0 8 ? * TUE#2 *", "2024-03-12T08:00"),
        ("0 0 29 FEB ? *", "2028-02-29T00:00"),
        ("0 0 1 1 ? 2030", "2030-01-01T00:00"),
        ("5,35 14 * * ? *", "2024-03-01T14:05"),
        ("0 22-2 * * ? *", "2024-03-01T22:00"),
        ("0 0 1 1 ? 2020", None),
        ("0 0 31 FEB ? *", None),
    ],
)
def test_cron(cron: str, following: str | None) -> None:
    due = Cron.parse(cron).after(FRIDAY)
    assert (due and due.isoformat(timespec="minutes")) == following


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "* * * * * *",
        "* * ? * ? *",
        "60 * * * ? *",
        "* 24 * * ? *",
        "* * 32 * ? *",
        "* * * * ? 1960",
        "x * * * ? *",
    ],
)
def test_what_is_no_cron_expression(cron: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Cron.parse(cron)


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("expression", "zone", "after", "due"),
    [
        ("rate(20 minutes)", "UTC", "2024-01-01T00:00", "2024-01-01T00:20"),
        ("rate(20 minutes)", "UTC", "2024-01-01T00:59", "2024-01-01T01:00"),
        ("rate(1 day)", "UTC", "2023-12-31T00:00", "2024-01-01T00:00"),
        ("cron(0 9 * * ? *)", "Europe/Berlin", "2024-01-01T00:00", "2024-01-01T08:00"),
        ("cron(0 9 * * ? *)", "Europe/Berlin", "2024-07-01T00:00", "2024-07-01T07:00"),
        ("at(2024-05-05T05:05:05)", "America/New_York", "2024-01-01T00:00", "2024-05-05T09:05:05"),
    ],
)
def test_moments(expression: str, zone: str, after: str, due: str) -> None:
    schedule = parse(expression, since=seconds("2024-01-01T00:00"), zone=zone)
    assert schedule.after(seconds(after)) == seconds(due)
