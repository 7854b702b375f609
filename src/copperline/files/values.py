"""Values that people write, as the types of a contract: JSON in, the one text that Spark casts back out."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any

_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_BITS = {"int": 32, "bigint": 64}
_WIDE = Context(prec=60)  # a decimal of Spark has at most 38 digits; Python's own context would round to 28
#: What a value of each type looks like in JSON, as a message says it.
LOOKS = {
    "string": "a text",
    "boolean": "true or false",
    "int": "a whole number of 32 bits",
    "bigint": "a whole number of 64 bits",
    "float": "a number",
    "double": "a number",
    "date": "a day such as 2026-01-31",
    "timestamp": "a moment such as 2026-01-31T08:15:00Z",
    "binary": "bytes in Base64",
}


class Misfit(Exception):
    """The value is none of the type. The message says what one looks like, and never the value."""


def looks(kind: str) -> str:
    """How a value of the type is written."""
    found = _DECIMAL.fullmatch(kind)
    return f"a number of {found[1]} digits, {found[2]} behind the point" if found else LOOKS[kind]


def canonical(value: Any, kind: str) -> str | None:
    """The text of a JSON value that Spark casts to the type without a change; NULL stays None.

    Raises:
        Misfit: the value is none of the type, or out of its range.
    """
    if value is None:
        return None
    try:
        return _text(value, kind)
    except (TypeError, ValueError, OverflowError, InvalidOperation) as error:
        raise Misfit(f"expected {looks(kind)}") from error


def _text(value: Any, kind: str) -> str:
    if found := _DECIMAL.fullmatch(kind):
        return _decimal(value, int(found[1]), int(found[2]))
    return _TEXTS[kind](value, kind)


def _of(value: Any, *types: type) -> Any:
    """The value, if it is of one of these very types: JSON's true is no number here."""
    if type(value) not in types:
        raise TypeError
    return value


def _string(value: Any, _: str) -> str:
    text: str = _of(value, str)
    text.encode()  # half of a surrogate pair is no UTF-8
    return text


def _boolean(value: Any, _: str) -> str:
    return str(_of(value, bool)).lower()


def _whole(value: Any, kind: str) -> str:
    number: int = _of(value, int)
    if not -(2 ** (_BITS[kind] - 1)) <= number < 2 ** (_BITS[kind] - 1):
        raise OverflowError
    return str(number)


def _real(value: Any, _: str) -> str:
    number = float(_of(value, int, float, Decimal))
    if not math.isfinite(number):
        raise OverflowError
    return repr(number)


def _decimal(value: Any, precision: int, scale: int) -> str:
    number = Decimal(_of(value, int, str, Decimal))
    if not number.is_finite():
        raise ValueError
    exact = number.quantize(Decimal(1).scaleb(-scale), context=_WIDE)
    if exact != number or len(exact.as_tuple().digits) > precision:
        raise ValueError
    return f"{exact:f}"


def _day(value: Any, _: str) -> str:
    return date.fromisoformat(_of(value, str)).isoformat()


def _moment(value: Any, _: str) -> str:
    at = datetime.fromisoformat(_of(value, str))
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat()


def _binary(value: Any, _: str) -> str:
    try:
        return base64.b64encode(base64.b64decode(_of(value, str), validate=True)).decode()
    except binascii.Error as error:
        raise ValueError from error


_TEXTS: dict[str, Callable[[Any, str], str]] = {
    "string": _string,
    "boolean": _boolean,
    "int": _whole,
    "bigint": _whole,
    "float": _real,
    "double": _real,
    "date": _day,
    "timestamp": _moment,
    "binary": _binary,
}


def written_as(text: str, kind: str) -> Any:
    """What JSON holds for a value that somebody wrote as plain text, such as behind `column=`.

    Raises:
        Misfit: the text is no value of the type.
    """
    try:
        value = _READ.get(kind.partition("(")[0], str)(text)
    except (KeyError, ValueError) as error:
        raise Misfit(f"expected {looks(kind)}") from error
    canonical(value, kind)
    return value


_READ: dict[str, Callable[[str], Any]] = {
    "boolean": {"true": True, "false": False}.__getitem__,
    "int": int,
    "bigint": int,
    "float": float,
    "double": float,
}
