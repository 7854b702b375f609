"""Exact arithmetic: the precision and scale of Trino's results, and its rounding half up."""

from __future__ import annotations

import re

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.typed import Typed, once
from localaws.planes.athena.sql.types import MAX_DIGITS, Type, as_decimal, decimal, duck

_NONZERO = re.compile(r"CAST\(-?0*[1-9][0-9]* AS [A-Z]+(\([0-9]+,0\))?\)")


def not_zero(sql: str) -> str:
    """The divisor, guarded: DuckDB answers a division by zero with NULL, Trino with an error."""
    return sql if _NONZERO.fullmatch(sql) else f"athena_not_zero({sql})"


def operate(sign: str, left: Typed, right: Typed) -> Typed:
    """left sign right for two decimals (or a decimal and an integer)."""
    a, b = as_decimal(left.type), as_decimal(right.type)
    left, right = coerce(left, a), coerce(right, b)
    if sign in "+-":
        return _sum(sign, left, right)
    if sign == "*":
        return _product(left, right)
    if sign == "%":
        return _remainder(left, right)
    return quotient(left, right, _quotient_type(a, b))


def _sum(sign: str, left: Typed, right: Typed) -> Typed:
    (p1, s1), (p2, s2) = left.type.numbers, right.type.numbers
    of = decimal(max(p1 - s1, p2 - s2) + max(s1, s2) + 1, max(s1, s2))
    a, b = (f"CAST({side.sql} AS {duck(of)})" for side in (left, right))
    return Typed(f"CAST(({a} {sign} {b}) AS {duck(of)})", of)


def _product(left: Typed, right: Typed) -> Typed:
    (p1, s1), (p2, s2) = left.type.numbers, right.type.numbers
    if s1 + s2 > MAX_DIGITS:
        raise QueryError("TYPE_MISMATCH", f"DECIMAL scale {s1 + s2} must be in range [0, precision (38)]")
    of = decimal(p1 + p2, s1 + s2)
    # DuckDB multiplies in the width of the operands: make one wide enough for the product
    first = f"CAST({left.sql} AS DECIMAL(38,{s1}))" if p1 + p2 > 18 else left.sql
    return Typed(f"CAST(({first} * {right.sql}) AS {duck(of)})", of)


def _remainder(left: Typed, right: Typed) -> Typed:
    (p1, s1), (p2, s2) = left.type.numbers, right.type.numbers
    scale = max(s1, s2)
    of = decimal(min(p2 - s2, p1 - s1) + scale, scale)
    wide = decimal(max(p1 - s1, p2 - s2) + scale, scale)
    if max(p1 - s1, p2 - s2) + scale > MAX_DIGITS:
        raise refused(f"% between {left.type} and {right.type}")
    a, b = (f"CAST({side.sql} AS {duck(wide)})" for side in (left, right))
    return Typed(f"CAST(({a} % athena_not_zero({b})) AS {duck(of)})", of)


def _quotient_type(a: Type, b: Type) -> Type:
    (p1, s1), (_, s2) = a.numbers, b.numbers
    return decimal(p1 + s2 + max(s2 - s1, 0), max(s1, s2))


def quotient(left: Typed, right: Typed, of: Type) -> Typed:
    """left / right, exact and rounded half up to the scale of the wanted type; whole numbers carry it."""
    (_, s1), (_, s2) = left.type.numbers, right.type.numbers
    scale = of.numbers[1]
    above = f"({_unscaled(left)} * {_power(scale - s1 + s2)})"
    below = not_zero(_unscaled(right))
    whole = once(above, lambda n: once(below, lambda d: f"athena_rounded_quotient({n}, {d})"))
    return Typed(f"CAST({_scaled(whole, scale)} AS {duck(of)})", of)


def _unscaled(value: Typed) -> str:
    """The digits of a decimal as one whole number."""
    precision, scale = value.type.numbers
    if scale == 0:
        return f"CAST({value.sql} AS HUGEINT)"
    if precision + scale < MAX_DIGITS:
        return f"CAST((CAST({value.sql} AS DECIMAL(38,{scale})) * CAST(1{'0' * scale} AS DECIMAL(38,0))) AS HUGEINT)"
    return f"CAST(replace(CAST({value.sql} AS VARCHAR), '.', '') AS HUGEINT)"


def _scaled(sql: str, scale: int) -> str:
    if scale == 0:
        return sql
    return f"(CAST({sql} AS DECIMAL(38,0)) * CAST('0.{'0' * (scale - 1)}1' AS DECIMAL({min(scale + 1, 38)},{scale})))"


def _power(exponent: int) -> str:
    return f"CAST(1{'0' * exponent} AS HUGEINT)"
