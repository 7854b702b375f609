"""Functions on numbers."""

from __future__ import annotations

from localaws.planes.athena.sql import decimals
from localaws.planes.athena.sql.block import unquoted
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import becomes
from localaws.planes.athena.sql.functions.call import Call, function, simple
from localaws.planes.athena.sql.operators import arithmetic
from localaws.planes.athena.sql.typed import Typed
from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    INTEGERS,
    Type,
    decimal,
    duck,
    is_number,
)

# Of three thousand doubles, exp, the trigonometric functions, power, cbrt, log2 and log10 differed from Java's in the
# last digit for a few: they are refused. These differed for none.
for _name in ("degrees", "radians"):
    simple(_name, (DOUBLE,), DOUBLE, _name + "({0})")
simple("sqrt", (DOUBLE,), DOUBLE, "(CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END)")
simple("ln", (DOUBLE,), DOUBLE, "athena_ln({0})")
simple("pi", (), DOUBLE, "pi()")
simple("e", (), DOUBLE, "CAST('2.718281828459045' AS DOUBLE)")
simple("nan", (), DOUBLE, "CAST('NaN' AS DOUBLE)")
simple("infinity", (), DOUBLE, "CAST('Infinity' AS DOUBLE)")
simple("is_nan", (DOUBLE,), BOOLEAN, "isnan({0})")
simple("is_finite", (DOUBLE,), BOOLEAN, "isfinite({0})")
simple("is_infinite", (DOUBLE,), BOOLEAN, "isinf({0})")
simple("bitwise_and", (BIGINT, BIGINT), BIGINT, "({0} & {1})")
simple("bitwise_or", (BIGINT, BIGINT), BIGINT, "({0} | {1})")
simple("bitwise_xor", (BIGINT, BIGINT), BIGINT, "xor({0}, {1})")


def _number(call: Call, place: int = 0) -> Typed:
    value = call.typed(place)
    if value.type.name == "unknown":
        return coerce(value, DOUBLE)
    if not is_number(value.type):
        raise call.unexpected()
    return value


@function("abs")
def _abs(call: Call) -> Typed:
    call.count(1)
    value = _number(call)
    return Typed(f"abs({value.sql})", value.type)


@function("mod")
def _mod(call: Call) -> Typed:
    call.count(2)
    return arithmetic("%", _number(call, 0), _number(call, 1), call.node)


@function("sign")
def _sign(call: Call) -> Typed:
    call.count(1)
    value = _number(call)
    of = decimal(1, 0) if value.type.name == "decimal" else value.type
    return Typed(f"CAST(sign({value.sql}) AS {duck(of)})", of)


@function("ceil", "ceiling", "floor")
def _whole(call: Call) -> Typed:
    call.count(1)
    value = _number(call)
    name = "floor" if call.name == "floor" else "ceil"
    if value.type.name in INTEGERS:
        return value
    of = _without_fraction(value.type)
    return Typed(f"CAST({name}({value.sql}) AS {duck(of)})", of)


def _without_fraction(of: Type) -> Type:
    if of.name != "decimal":
        return of
    precision, scale = of.numbers
    return decimal(precision - scale + min(scale, 1), 0)


@function("round")
def _round(call: Call) -> Typed:
    count = call.count(1, 2)
    value = _number(call)
    if count == 2:
        return _round_to(call, value)
    if value.type.name in INTEGERS:
        return value
    of = _without_fraction(value.type)
    return Typed(f"CAST(round({value.sql}) AS {duck(of)})", of)


def _round_to(call: Call, value: Typed) -> Typed:
    digits = call.as_(1, INTEGER)
    if value.type.name in INTEGERS:
        if not _is_count(call):
            raise call.refuse("of an integer to a negative or computed number of digits")
        return value
    if value.type.name == "decimal":
        return _round_decimal(call, value)
    if value.type.name == "real":
        raise call.refuse("of a real to a number of digits")
    return Typed(f"athena_round({value.sql}, {digits})", value.type)


def _round_decimal(call: Call, value: Typed) -> Typed:
    if not _is_count(call):
        raise call.refuse("of a decimal to a negative or computed number of digits")
    precision, scale = value.type.numbers
    of = decimal(precision + 1, scale)
    return Typed(f"CAST(round({value.sql}, {min(int(unquoted(call.arguments[1]).name), scale)}) AS {duck(of)})", of)


def _is_count(call: Call) -> bool:
    node = unquoted(call.arguments[1])
    return bool(node.is_number) and node.name.isdigit() and not node.args.get("is_string")


@function("truncate")
def _truncate(call: Call) -> Typed:
    call.count(1)
    value = _number(call)
    if value.type.name == "decimal":
        precision, scale = value.type.numbers
        of = decimal(max(precision - scale, 1), 0)
        return Typed(f"CAST(trunc({value.sql}) AS {duck(of)})", of)
    if not becomes(value.type, DOUBLE):
        raise call.unexpected()
    return Typed(f"trunc({coerce(value, DOUBLE).sql})", DOUBLE)


def average(total: Typed, count: Typed, of: Type) -> Typed:
    """The exact mean of decimals, rounded half up to their own scale; NULL for no rows."""
    mean = decimals.quotient(total, count, of)
    return Typed(f"(CASE WHEN {count.sql} = 0 THEN NULL ELSE {mean.sql} END)", of)
