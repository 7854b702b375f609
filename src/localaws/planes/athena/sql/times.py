"""Dates and timestamps with intervals."""

from __future__ import annotations

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import common
from localaws.planes.athena.sql.typed import Typed
from localaws.planes.athena.sql.types import DAY_TIME, Type, duck


def add_interval(moment: Typed, sign: str, interval: Typed) -> Typed:
    """The moment moved by the interval; a month ends on its last day at the latest."""
    of = moment.type
    if interval.type == DAY_TIME and of.numbers:
        of = Type(of.name, (max(of.numbers[0], 3),))
    if of.name == "timestamp with time zone":
        # in UTC, whatever the zone of the machine
        sql = f"CAST((CAST({moment.sql} AS TIMESTAMP) {sign} {interval.sql}) AS {duck(of)})"
        return Typed(sql, of)
    if of.name == "date" and interval.type == DAY_TIME and not interval.sql.startswith("to_days("):
        if interval.sql.startswith(("to_hours(", "to_minutes(", "to_seconds(")):
            raise QueryError("INVALID_FUNCTION_ARGUMENT", "Cannot add hour, minutes or seconds to a date")
        return Typed(f"CAST(athena_whole_days({moment.sql} {sign} {interval.sql}) AS DATE)", of)
    return Typed(f"CAST(({moment.sql} {sign} {interval.sql}) AS {duck(of)})", of)


def difference(left: Typed, right: Typed) -> Typed:
    """The time from right to left, as an interval of days to seconds."""
    wanted = common(left.type, right.type) or left.type
    a, b = coerce(left, wanted).sql, coerce(right, wanted).sql
    if wanted.name == "date":
        return Typed(f"to_days({a} - {b})", DAY_TIME)
    return Typed(f"to_microseconds(epoch_us({a}) - epoch_us({b}))", DAY_TIME)
