"""Arithmetic, comparison and logic with Trino's types of results."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql import decimals
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import common
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.times import add_interval, difference
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import BOOLEAN, INTEGERS, VARCHAR, Type, is_number

_SIGNS = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}


@handles(exp.Add, "this", "expression")
@handles(exp.Sub, "this", "expression")
@handles(exp.Mul, "this", "expression")
@handles(exp.Div, "this", "expression", "typed", "safe")
@handles(exp.Mod, "this", "expression")
def _arithmetic(block: Block, node: Any) -> Typed:
    left, right = block.typed(node.this), block.typed(node.expression)
    sign = _SIGNS[type(node)]
    return arithmetic(sign, left, right, node)


def arithmetic(sign: str, left: Typed, right: Typed, node: Any) -> Typed:
    """left sign right, with Trino's type.

    Raises:
        QueryError: TYPE_MISMATCH when Trino has no such operator.
    """
    found = _of_times(sign, left, right, node)
    if found is not None:
        return found
    wanted = common(left.type, right.type)
    if wanted is None or not is_number(wanted):
        raise _mismatch(sign, left.type, right.type, node)
    if wanted.name == "decimal":
        return decimals.operate(sign, left, right)
    return Typed(_numbers(sign, coerce(left, wanted).sql, coerce(right, wanted).sql, wanted), wanted)


def _numbers(sign: str, left: str, right: str, of: Type) -> str:
    if of.name in INTEGERS and sign in "/%":
        return f"({left} {'//' if sign == '/' else '%'} {decimals.not_zero(right)})"
    return f"({left} {sign} {right})"


def _of_times(sign: str, left: Typed, right: Typed, node: Any) -> Typed | None:
    kinds = ("date", "timestamp", "timestamp with time zone")
    if sign in "+-" and left.type.name in kinds and right.type.name.startswith("interval"):
        return add_interval(left, sign, right)
    if sign == "+" and left.type.name.startswith("interval") and right.type.name in kinds:
        return add_interval(right, sign, left)
    if sign == "-" and left.type.name in kinds and right.type.name in kinds:
        return difference(left, right)
    if left.type.name.startswith("interval") or right.type.name.startswith("interval"):
        return _intervals(sign, left, right, node)
    return None


def _intervals(sign: str, left: Typed, right: Typed, node: Any) -> Typed:
    if sign in "+-" and left.type == right.type:
        return Typed(f"({left.sql} {sign} {right.sql})", left.type)
    if sign in "*/" or left.type.name.startswith("interval") == right.type.name.startswith("interval"):
        raise refused(f"arithmetic between {left.type} and {right.type}", position(node))
    raise _mismatch(sign, left.type, right.type, node)


def _mismatch(sign: str, left: Type, right: Type, node: Any) -> QueryError:
    return QueryError("TYPE_MISMATCH", f"Cannot apply operator: {left} {sign} {right}", position(node))


@handles(exp.Neg, "this")
def _negative(block: Block, node: Any) -> Typed:
    value = block.typed(node.this)
    if not is_number(value.type):
        raise QueryError("TYPE_MISMATCH", f"Cannot negate {value.type}", position(node))
    return Typed(f"(- {value.sql})", value.type)


@handles(exp.EQ, "this", "expression")
@handles(exp.NEQ, "this", "expression")
@handles(exp.LT, "this", "expression")
@handles(exp.LTE, "this", "expression")
@handles(exp.GT, "this", "expression")
@handles(exp.GTE, "this", "expression")
def _comparison(block: Block, node: Any) -> Typed:
    sign = _COMPARISONS[type(node)]
    if isinstance(node.expression, exp.All | exp.Any):
        raise refused("a comparison with ALL, ANY or SOME", position(node))
    left, right = both(block, node, sign)
    return Typed(f"({left} {sign} {right})", BOOLEAN)


@handles(exp.NullSafeEQ, "this", "expression")
def _not_distinct(block: Block, node: Any) -> Typed:
    left, right = both(block, node, "IS DISTINCT FROM")
    return Typed(f"({left} IS NOT DISTINCT FROM {right})", BOOLEAN)


@handles(exp.NullSafeNEQ, "this", "expression")
def _distinct(block: Block, node: Any) -> Typed:
    left, right = both(block, node, "IS DISTINCT FROM")
    return Typed(f"({left} IS DISTINCT FROM {right})", BOOLEAN)


def both(block: Block, node: Any, sign: str) -> tuple[str, str]:
    """Both sides in the type in which Trino compares them; a text is never compared with a number."""
    left, right = block.typed(node.this), block.typed(node.expression)
    wanted = common(left.type, right.type)
    if wanted is None:
        raise _mismatch(sign, left.type, right.type, node)
    if wanted.name in ("map", "row") and sign not in ("=", "<>"):
        raise refused(f"{sign} between values of type {wanted}", position(node))
    return coerce(left, wanted).sql, coerce(right, wanted).sql


@handles(exp.And, "this", "expression")
def _and(block: Block, node: Any) -> Typed:
    return _logic(block, node, "AND")


@handles(exp.Or, "this", "expression")
def _or(block: Block, node: Any) -> Typed:
    return _logic(block, node, "OR")


def _logic(block: Block, node: Any, word: str) -> Typed:
    left = block.condition(node.this, "Logical expression term")
    right = block.condition(node.expression, "Logical expression term")
    return Typed(f"({left} {word} {right})", BOOLEAN)


@handles(exp.Not, "this")
def _not(block: Block, node: Any) -> Typed:
    return Typed(f"(NOT {block.condition(node.this, 'Value of logical NOT expression')})", BOOLEAN)


@handles(exp.DPipe, "this", "expression", "safe")
def _concatenate(block: Block, node: Any) -> Typed:
    left, right = block.typed(node.this), block.typed(node.expression)
    if "array" in (left.type.name, right.type.name):
        raise refused("|| of arrays", position(node))
    if common(common(left.type, VARCHAR) or left.type, right.type) != VARCHAR:
        raise _mismatch("||", left.type, right.type, node)
    return Typed(f"({coerce(left, VARCHAR).sql} || {coerce(right, VARCHAR).sql})", VARCHAR)
