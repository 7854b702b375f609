"""Values that a query writes out."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import cast
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.names import decimal_type, written_type
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DAY_TIME,
    DOUBLE,
    INTEGER,
    UNKNOWN,
    VARBINARY,
    YEAR_MONTH,
    Type,
    duck,
    instant,
    text,
    timestamp,
    varchar,
)

_DAY_TIME = {"SECOND": "to_seconds", "MINUTE": "to_minutes", "HOUR": "to_hours", "DAY": "to_days"}
_YEAR_MONTH = {"MONTH": "to_months", "YEAR": "to_years"}


@handles(exp.Literal, "this", "is_string")
def _literal(block: Block, node: Any) -> Typed:
    if node.is_string:
        return Typed(text(node.this), varchar(len(node.this)))
    return number(node.this)


def number(digits: str) -> Typed:
    """A number as it is written: integer, bigint, decimal or, with an exponent, double."""
    if "e" in digits.lower():
        return Typed(f"CAST({text(digits)} AS DOUBLE)", DOUBLE)
    of = decimal_type(digits) if "." in digits else _integer(int(digits))
    return Typed(f"CAST({digits} AS {duck(of)})", of)


def _integer(value: int) -> Type:
    if value >= 1 << 63:
        raise QueryError("SYNTAX_ERROR", f"Invalid numeric literal: {value}")
    return INTEGER if value < 1 << 31 else BIGINT


@handles(exp.Null)
def _null(block: Block, node: Any) -> Typed:
    return Typed("CAST(NULL AS INTEGER)", UNKNOWN)


@handles(exp.Boolean, "this")
def _boolean(block: Block, node: Any) -> Typed:
    return Typed("true" if node.this else "false", BOOLEAN)


@handles(exp.HexString, "this")
def _bytes(block: Block, node: Any) -> Typed:
    return Typed(f"unhex({text(node.this)})", VARBINARY)


@handles(exp.Cast, "this", "to")
def _cast(block: Block, node: Any) -> Typed:
    return _cast_to(block, node, safe=False)


@handles(exp.TryCast, "this", "to", "safe", "requires_string")
def _try_cast(block: Block, node: Any) -> Typed:
    return _cast_to(block, node, safe=True)


def _cast_to(block: Block, node: Any, safe: bool) -> Typed:
    wanted = written_type(node.args["to"])
    if wanted.name == "decimal" and node.this.is_string and not node.args["to"].expressions:
        wanted = decimal_type(node.this.this.lstrip("+-"))
    return cast(block.typed(node.this), wanted, safe, position(node))


@handles(exp.Interval, "this", "unit")
def _interval(block: Block, node: Any) -> Typed:
    unit = node.args["unit"]
    name = unit.name.upper() if isinstance(unit, exp.Var) else ""
    maker, of = _DAY_TIME.get(name), DAY_TIME
    if maker is None:
        maker, of = _YEAR_MONTH.get(name), YEAR_MONTH
    amount = node.this.name if isinstance(node.this, exp.Literal) else ""
    if maker is None or not amount.lstrip("+-").isdigit():
        raise refused(f"the interval {node.sql(dialect='trino')}", position(node))
    return Typed(f"{maker}({int(amount)})", of)


@handles(exp.CurrentDate)
def _current_date(block: Block, node: Any) -> Typed:
    return Typed(f"DATE '{block.analysis.now:%Y-%m-%d}'", DATE)


@handles(exp.CurrentTimestamp)
def current_timestamp(block: Block, node: Any) -> Typed:
    """The moment at which the query began, to the millisecond."""
    return Typed(f"TIMESTAMPTZ '{_now(block)}+00'", instant(3))


@handles(exp.Localtimestamp)
def _local_timestamp(block: Block, node: Any) -> Typed:
    return Typed(f"TIMESTAMP '{_now(block)}'", timestamp(3))


def _now(block: Block) -> str:
    return f"{block.analysis.now:%Y-%m-%d %H:%M:%S.%f}"[:-3]
