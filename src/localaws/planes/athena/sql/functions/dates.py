"""Functions on dates and timestamps; the session's zone is UTC, as on Athena."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql import show
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import cast, coerce
from localaws.planes.athena.sql.coercion import common
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.functions.call import Call, function
from localaws.planes.athena.sql.functions.formats import joda_format, mysql_format
from localaws.planes.athena.sql.functions.strings import text_argument
from localaws.planes.athena.sql.literals import current_timestamp
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import BIGINT, DATE, DOUBLE, VARCHAR, duck, instant, text, timestamp, varchar

_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
_PARTS = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "week",
    "week_of_year": "week",
    "day": "day",
    "day_of_month": "day",
    "day_of_week": "isodow",
    "dow": "isodow",
    "day_of_year": "doy",
    "doy": "doy",
    "year_of_week": "isoyear",
    "yow": "isoyear",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
}


def plain(value: Typed) -> str:
    """The moment without a zone: what its clock shows in UTC."""
    return f"CAST({value.sql} AS TIMESTAMP)" if value.type.name == "timestamp with time zone" else value.sql


def _moment(call: Call, place: int) -> Typed:
    value = call.typed(place)
    if value.type.name == "unknown":
        return coerce(value, timestamp(3))
    if value.type.name not in ("date", "timestamp", "timestamp with time zone"):
        raise call.unexpected()
    return value


@function(*_PARTS)
def _part(call: Call) -> Typed:
    call.count(1)
    return _extracted(call, call.name)


@handles(exp.Extract, "this", "expression")
def _extract(block: Block, node: Any) -> Typed:
    name = node.this.name.lower()
    call = Call(block, node, name, [node.expression])
    if name not in _PARTS:
        raise call.refuse("in EXTRACT")
    return _extracted(call, name)


def _extracted(call: Call, name: str) -> Typed:
    value = _moment(call, 0)
    if value.type.name == "date" and name in ("hour", "minute", "second"):
        raise call.unexpected()
    return Typed(f"CAST(date_part('{_PARTS[name]}', {plain(value)}) AS BIGINT)", BIGINT)


@function("millisecond")
def _millisecond(call: Call) -> Typed:
    call.count(1)
    value = _moment(call, 0)
    return Typed(f"((epoch_us({plain(value)}) % 1000000 + 1000000) % 1000000 // 1000)", BIGINT)


@function("date")
def _date(call: Call) -> Typed:
    call.count(1)
    return cast(call.typed(0), DATE, safe=False, at=position(call.node))


@function("last_day_of_month")
def _last_day_of_month(call: Call) -> Typed:
    call.count(1)
    return Typed(f"last_day({plain(_moment(call, 0))})", DATE)


@function("now")
def _now(call: Call) -> Typed:
    call.count(0)
    return current_timestamp(call.block, call.node)


def _unit(call: Call, allowed: tuple[str, ...] = _UNITS) -> str:
    unit = call.literal(0, "unit").lower()
    if unit not in allowed:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{unit}' is not a valid {_kind(call)} field")
    return unit


def _kind(call: Call) -> str:
    return "DATE" if call.all()[-1].type.name == "date" else "TIMESTAMP"


@function("date_trunc")
def _date_trunc(call: Call) -> Typed:
    call.count(2)
    value = _moment(call, 1)
    unit = _unit(call, _UNITS[4:] if value.type.name == "date" else _UNITS)
    sql = f"CAST(date_trunc('{unit}', {plain(value)}) AS {duck(value.type)})"
    return Typed(sql, value.type)


@function("date_add")
def _date_add(call: Call) -> Typed:
    call.count(3)
    value = _moment(call, 2)
    unit = _unit(call, _UNITS[4:] if value.type.name == "date" else _UNITS)
    step = {"millisecond": "to_milliseconds", "quarter": "to_quarters"}.get(unit, f"to_{unit}s")
    moved = f"({plain(value)} + {step}(CAST({call.as_(1, BIGINT)} AS {_step_type(unit)})))"
    made = f"CAST({moved} AS {duck(value.type)})"
    finer = unit == "millisecond" and value.type.numbers[0] < 3
    return Typed(show.rounded(made, value.type) if finer else made, value.type)


def _step_type(unit: str) -> str:
    if unit in ("second", "millisecond"):
        return "DOUBLE"
    return "BIGINT" if unit in ("minute", "hour") else "INTEGER"


@function("date_diff")
def _date_diff(call: Call) -> Typed:
    """Whole units between two moments."""
    call.count(3)
    first, second = _moment(call, 1), _moment(call, 2)
    wanted = common(first.type, second.type) or first.type
    unit = _unit(call, _UNITS[4:] if wanted.name == "date" else _UNITS)
    a, b = (f"CAST({plain(coerce(each, wanted))} AS TIMESTAMP)" for each in (first, second))
    if unit in ("month", "quarter", "year"):
        months = {"month": 1, "quarter": 3, "year": 12}[unit]
        return Typed(f"(athena_months_between({a}, {b}) // {months})", BIGINT)
    micros = {"millisecond": 1000, "second": 10**6, "minute": 60 * 10**6, "hour": 3600 * 10**6}.get(unit)
    micros = micros or {"day": 24, "week": 168}[unit] * 3600 * 10**6
    return Typed(f"((epoch_us({b}) - epoch_us({a})) // {micros})", BIGINT)


@function("to_unixtime")
def _to_unixtime(call: Call) -> Typed:
    call.count(1)
    return Typed(f"(epoch_us({plain(_moment(call, 0))}) / CAST(1000000 AS DOUBLE))", DOUBLE)


@function("from_unixtime")
def _from_unixtime(call: Call) -> Typed:
    if call.count(1, 2) == 2 and call.literal(1, "zone") != "UTC":
        raise call.refuse("in another zone than UTC")
    millis = f"CAST(floor({call.as_(0, DOUBLE)} * 1000 + 0.5) AS BIGINT)"
    return Typed(f"CAST(make_timestamp({millis} * 1000) AS TIMESTAMP WITH TIME ZONE)", instant(3))


@function("from_iso8601_date")
def _from_iso8601_date(call: Call) -> Typed:
    call.count(1)
    value = text_argument(call, 0)
    wrong = f"athena_fail('INVALID_FUNCTION_ARGUMENT: Invalid format: \"' || {value.sql} || '\"')"
    spelled = f"regexp_full_match({value.sql}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
    return Typed(f"(CASE WHEN {value.sql} IS NULL OR {spelled} THEN CAST({value.sql} AS DATE) ELSE {wrong} END)", DATE)


@function("to_iso8601")
def _to_iso8601(call: Call) -> Typed:
    call.count(1)
    value = _moment(call, 0)
    if value.type.name == "date":
        return Typed(f"CAST({value.sql} AS VARCHAR)", varchar(16))
    digits = value.type.numbers[0]
    shown, length = f"replace({show.moment(plain(value), digits)}, ' ', 'T')", 22 + (digits + 1 if digits else 0)
    zoned = value.type.name != "timestamp"
    return Typed(f"({shown} || 'Z')" if zoned else shown, varchar(length + (6 if zoned else 0)))


@function("at_timezone")
def _at_timezone(call: Call) -> Typed:
    call.count(2)
    return _in_utc(call, call.typed(0), call.literal(1, "zone"))


@handles(exp.AtTimeZone, "this", "zone")
def _at_time_zone(block: Block, node: Any) -> Typed:
    call = Call(block, node, "AT TIME ZONE", [node.this, node.args["zone"]])
    return _in_utc(call, call.typed(0), call.literal(1, "zone"))


def _in_utc(call: Call, value: Typed, zone: str) -> Typed:
    if zone.upper() != "UTC":
        raise call.refuse("with another zone than UTC")
    return coerce(value, instant(max((*value.type.numbers, 0)))) if value.type.name != "date" else value


@function("date_format")
def _date_format(call: Call) -> Typed:
    call.count(2)
    value = _moment(call, 0)
    return Typed(f"strftime({plain(value)}, {text(mysql_format(call, call.literal(1, 'format')))})", VARCHAR)


@function("format_datetime")
def _format_datetime(call: Call) -> Typed:
    call.count(2)
    value = _moment(call, 0)
    return Typed(f"strftime({plain(value)}, {text(joda_format(call, call.literal(1, 'format')))})", VARCHAR)


@function("date_parse")
def _date_parse(call: Call) -> Typed:
    call.count(2)
    value, form = text_argument(call, 0), mysql_format(call, call.literal(1, "format"), reads=True)
    wrong = f"athena_fail('INVALID_FUNCTION_ARGUMENT: Invalid format: \"' || {value.sql} || '\"')"
    made = f"try_strptime({value.sql}, {text(form)})"
    return Typed(f"(CASE WHEN {value.sql} IS NULL THEN NULL ELSE coalesce({made}, {wrong}) END)", timestamp(3))


@handles(exp.Localtime)
def _localtime(block: Block, node: Any) -> Typed:
    raise Call(block, node, "localtime", []).refuse("of type time")
