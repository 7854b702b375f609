"""Values as Athena writes them into result files: Java's spelling of what Trino computed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from localaws.planes.athena.sql.types import INTEGERS, Type, field_names


def shown(value: Any, of: Type) -> str | None:
    """The text of a value; None for NULL."""
    return None if value is None else _text(value, of)


def _text(value: Any, of: Type) -> str:
    if of.name in INTEGERS or of.name == "varchar":
        return str(value)
    if of.name == "boolean":
        return "true" if value else "false"
    if of.name == "decimal":
        return format(Decimal(value), "f")
    if of.name in ("double", "real"):
        return floating(value, of.name == "real")
    if of.parts:
        return _collection(value, of)
    return _special(value, of)


def _special(value: Any, of: Type) -> str:
    if isinstance(value, datetime):
        return _moment(value, of)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _interval(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex(" ")
    return str(value)


def _moment(value: datetime, of: Type) -> str:
    zoned = of.name == "timestamp with time zone"
    plain = value.astimezone(UTC) if value.tzinfo is not None else value
    digits = of.numbers[0] if of.numbers else 3
    fraction = f".{plain.microsecond:06d}"[: digits + 1] if digits else ""
    return f"{plain:%Y-%m-%d %H:%M:%S}".rjust(19, "0") + fraction + (" UTC" if zoned else "")


def _interval(value: timedelta) -> str:
    millis = abs(value) // timedelta(milliseconds=1)
    seconds, millis = divmod(millis, 1000)
    days, seconds = divmod(seconds, 86400)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"
    return f"{'-' if value < timedelta(0) else ''}{days} {clock}"


def floating(value: float, single: bool) -> str:
    """Java's Double.toString: plain between a thousandth and ten million, else with an exponent."""
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = Decimal(_shortest(value, single)).normalize().as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, digits))
    point = len(written) + exponent
    minus = "-" if sign else ""
    if written == "0":
        return f"{minus}0.0"
    if -3 < point <= 7:
        return minus + _plain(written, point)
    return f"{minus}{written[0]}.{written[1:] or '0'}E{point - 1}"


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    whole = digits[:point].ljust(point, "0")
    return f"{whole}.{digits[point:] or '0'}"


def _shortest(value: float, single: bool) -> str:
    if not single:
        return repr(value)
    import numpy

    return str(numpy.float32(value))


def _collection(value: Any, of: Type) -> str:
    if of.name == "array":
        return f"[{', '.join(_inner(each, of.parts[0]) for each in value)}]"
    if of.name == "map":
        keys, values = of.parts
        return f"{{{', '.join(f'{_inner(k, keys)}={_inner(v, values)}' for k, v in value.items())}}}"
    stored = zip(of.names, field_names(of), of.parts, strict=True)
    return f"{{{', '.join(f'{name or key}={_inner(value[key], part)}' for name, key, part in stored)}}}"


def _inner(value: Any, of: Type) -> str:
    return "null" if value is None else _text(value, of)
