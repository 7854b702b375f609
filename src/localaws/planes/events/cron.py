"""Cron expressions of EventBridge: `minutes hours day-of-month month day-of-week year`.

AWS: "Schedule types on EventBridge Scheduler", "Cron-based schedules": names of months and days, ranges, lists, steps,
`L`, `W` and `#`; one of the two day fields is `?`. Days of the week count from SUN, which is 1.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_LAST_YEAR = 2199
_HORIZON = timedelta(days=366 * 8 + 1)  # February 29 is at most eight years away


@dataclass(frozen=True)
class Cron:
    """The minutes at which a cron expression is due."""

    minutes: frozenset[int]
    hours: frozenset[int]
    month_days: str
    months: frozenset[int]
    week_days: str
    years: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """The expression.

        Raises:
            ValueError: it does not have six fields, or one of them is outside its range, or no day field is `?`.
        """
        fields = text.upper().split()
        if len(fields) != 6:
            raise ValueError(f"a cron expression has six fields, got {len(fields)} in {text!r}")
        minute, hour, month_day, month, week_day, year = fields
        if (month_day == "?") == (week_day == "?"):
            raise ValueError(f"exactly one of day-of-month and day-of-week is ?, got {text!r}")
        cron = cls(
            _numbers(minute, 0, 59),
            _numbers(hour, 0, 23),
            month_day,
            _numbers(month, 1, 12, _MONTHS),
            week_day,
            _numbers(year, 1970, _LAST_YEAR),
        )
        cron._due_on(date(2024, 1, 1))  # refuses what the day fields cannot mean
        return cron

    def after(self, moment: datetime) -> datetime | None:
        """The first due minute after the moment, both local and without a zone; None when there is none."""
        following = (moment + timedelta(minutes=1)).replace(second=0, microsecond=0)
        day, end = following.date(), following.date() + _HORIZON
        while day <= end and day.year <= max(self.years):
            if day.year in self.years and day.month in self.months and self._due_on(day):
                earliest = following if day == following.date() else datetime.combine(day, time())
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        due = datetime.combine(day, time(hour, minute))
                        if due >= earliest:
                            return due
            day += timedelta(days=1)
        return None

    def _due_on(self, day: date) -> bool:
        if self.week_days == "?":
            return any(_month_day(part, day) for part in self.month_days.split(","))
        return any(_week_day(part, day) for part in self.week_days.split(","))


def _month_day(field: str, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if field in ("L", "LW"):
        wanted = last if field == "L" else _nearest_weekday(day.replace(day=last))
        return day.day == wanted
    if match := re.fullmatch(r"(\d+)W", field):
        return day.day == _nearest_weekday(day.replace(day=min(int(match[1]), last)))
    return day.day in _numbers(field, 1, 31)


def _nearest_weekday(day: date) -> int:
    """Its own day of the month, or that of the nearest working day in the same month."""
    last = calendar.monthrange(day.year, day.month)[1]
    if day.weekday() == 5:
        return day.day - 1 if day.day > 1 else day.day + 2
    if day.weekday() == 6:
        return day.day + 1 if day.day < last else day.day - 2
    return day.day


def _week_day(field: str, day: date) -> bool:
    number = (day.weekday() + 1) % 7 + 1
    if match := re.fullmatch(r"(\w+)#([1-5])", field):
        return number == _number(match[1], _DAYS) and (day.day - 1) // 7 + 1 == int(match[2])
    if field == "L":
        return number == _DAYS["SAT"]
    if match := re.fullmatch(r"(\w+)L", field):
        last = calendar.monthrange(day.year, day.month)[1]
        return number == _number(match[1], _DAYS) and day.day + 7 > last
    return number in _numbers(field, 1, 7, _DAYS)


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin = low if first == "*" else _number(first, names or {})
        end = _number(last, names or {}) if last else (high if first == "*" or step else begin)
        if not (low <= begin <= high and low <= end <= high) or (step and int(step) < 1):
            raise ValueError(f"expected {low} to {high} in a cron field, got {field!r}")
        wrapped = range(begin, end + 1) if begin <= end else (*range(begin, high + 1), *range(low, end + 1))
        found.update(list(wrapped)[:: int(step) if step else 1])
    return frozenset(found)


def _number(text: str, names: dict[str, int]) -> int:
    return names[text] if text in names else int(text)
