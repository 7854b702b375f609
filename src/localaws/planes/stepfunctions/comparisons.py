"""Data-test expressions (AWS: "Choice workflow state", the table of comparison operators)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

#: What a path selects that leads to nothing.
MISSING = object()

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def moment(value: Any) -> datetime | None:
    """The value as a point in time; None when it is no RFC 3339 timestamp with a capital T and Z."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(_microseconds(value))
    except ValueError:
        return None


def compare(name: str, found: Any, wanted: Any) -> bool:
    """Whether the value passes the test; one of another type than the operator's never does.

    Raises:
        KeyError: there is no such operator.
    """
    if name.startswith("Is"):
        return _TESTS[name](found) is wanted
    if name == "StringMatches":
        return isinstance(found, str) and isinstance(wanted, str) and bool(_pattern(wanted).fullmatch(found))
    kind = next(prefix for prefix in _KINDS if name.startswith(prefix))
    left, right = _KINDS[kind](found), _KINDS[kind](wanted)
    return left is not None and right is not None and bool(_ORDERS[name.removeprefix(kind)](left, right))


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for any characters, `\\*` for a star, `\\\\` for a backslash."""
    parts = re.findall(r"\\.|[^\\]|\\$", text, re.DOTALL)
    pieces = [".*" if part == "*" else re.escape(part[1:] if part in (r"\*", "\\\\") else part) for part in parts]
    return re.compile("".join(pieces), re.DOTALL)


def _microseconds(value: str) -> str:
    return re.sub(r"\.(\d+)", lambda match: f".{match[1][:6]:0<6}", value)


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


_KINDS: dict[str, Callable[[Any], Any]] = {
    "String": lambda value: value if isinstance(value, str) else None,
    "Numeric": _number,
    "Boolean": lambda value: value if isinstance(value, bool) else None,
    "Timestamp": moment,
}
_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsPresent": lambda value: value is not MISSING,
    "IsNull": lambda value: value is None,
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsNumeric": lambda value: _number(value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsTimestamp": lambda value: moment(value) is not None,
}
OPERATORS = frozenset(
    [*(f"{kind}{order}" for kind in ("String", "Numeric", "Timestamp") for order in _ORDERS), "BooleanEquals"]
)
EVERY_OPERATOR = OPERATORS | {f"{name}Path" for name in OPERATORS} | {"StringMatches"} | set(_TESTS)
