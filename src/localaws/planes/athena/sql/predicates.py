"""Questions about values: BETWEEN, IN, LIKE, IS NULL, CASE and the subqueries among them."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import becomes, common
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.query import subquery
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import BOOLEAN, VARCHAR


@handles(exp.Between, "this", "low", "high")
def _between(block: Block, node: Any) -> Typed:
    nodes = [node.this, node.args["low"], node.args["high"]]
    (value, low, high), _ = block.unified(nodes, "Cannot check if {0} is BETWEEN {0} and {1}")
    return Typed(f"({value} BETWEEN {low} AND {high})", BOOLEAN)


@handles(exp.Is, "this", "expression")
def _is(block: Block, node: Any) -> Typed:
    if not isinstance(node.expression, exp.Null):
        raise refused(f"IS {node.expression.sql()}", position(node))
    return Typed(f"({block.typed(node.this).sql} IS NULL)", BOOLEAN)


@handles(exp.In, "this", "expressions", "query")
def _in(block: Block, node: Any) -> Typed:
    if node.args.get("query") is not None:
        return _in_query(block, node)
    message = "IN value and list items must be the same type: {0}, {1}"
    (value, *members), _ = block.unified([node.this, *node.expressions], message)
    return Typed(f"({value} IN ({', '.join(members)}))", BOOLEAN)


def _in_query(block: Block, node: Any) -> Typed:
    if isinstance(node.this, exp.Tuple):
        raise refused("IN of several columns", position(node))
    found = subquery(block, node.args["query"])
    value, column = block.typed(node.this), found.only_column(node)
    wanted = common(value.type, column.type)
    if wanted is None:
        message = (
            f"value and result of subquery must be of the same type for IN expression: {value.type} vs {column.type}"
        )
        raise QueryError("TYPE_MISMATCH", message, position(node))
    members = f"SELECT {coerce(column, wanted).sql} FROM {found.table}"
    return Typed(f"({coerce(value, wanted).sql} IN ({members}))", BOOLEAN)


@handles(exp.Exists, "this")
def _exists(block: Block, node: Any) -> Typed:
    return Typed(f"(EXISTS ({subquery(block, node.this).sql}))", BOOLEAN)


@handles(exp.Subquery, "this")
def _scalar(block: Block, node: Any) -> Typed:
    found = subquery(block, node)
    column = found.only_column(node)
    return Typed(f"(SELECT {column.sql} FROM {found.table})", column.type)


@handles(exp.Like, "this", "expression", "negate")
def _like(block: Block, node: Any) -> Typed:
    return _matches(block, node, "")


@handles(exp.Escape, "this", "expression")
def _like_escape(block: Block, node: Any) -> Typed:
    mark = node.expression
    if not isinstance(node.this, exp.Like) or not mark.is_string or len(mark.this) != 1:
        raise refused("ESCAPE with anything but one literal character", position(node))
    return _matches(block, node.this, f" ESCAPE {block.typed(mark).sql}")


def _matches(block: Block, node: Any, escape: str) -> Typed:
    value, pattern = block.typed(node.this), block.typed(node.expression)
    for side, what in ((value, "Left side of LIKE"), (pattern, "Pattern for LIKE")):
        if not becomes(side.type, VARCHAR):
            message = f"{what} expression must evaluate to a varchar (actual: {side.type})"
            raise QueryError("TYPE_MISMATCH", message, position(node))
    word = "NOT LIKE" if node.args.get("negate") else "LIKE"
    return Typed(f"({coerce(value, VARCHAR).sql} {word} {coerce(pattern, VARCHAR).sql}{escape})", BOOLEAN)


@handles(exp.Case, "this", "ifs", "default")
def _case(block: Block, node: Any) -> Typed:
    branches = node.args["ifs"]
    default = node.args.get("default") or exp.Null()
    results, of = block.unified(
        [branch.args["true"] for branch in branches] + [default],
        "All CASE results must be the same type or coercible to a common type. "
        "Cannot find common type between {0} and {1}",
    )
    tests = _tests(block, node, branches)
    parts = [f"WHEN {test} THEN {result}" for test, result in zip(tests, results, strict=False)]
    return Typed(f"(CASE {' '.join(parts)} ELSE {results[-1]} END)", of)


def _tests(block: Block, node: Any, branches: list[Any]) -> list[str]:
    if node.this is None:
        return [block.condition(branch.this, "CASE WHEN clause") for branch in branches]
    message = "CASE operand type does not match WHEN clause operand type: {0} vs {1}"
    (operand, *values), _ = block.unified([node.this, *(branch.this for branch in branches)], message)
    return [f"{operand} = {value}" for value in values]


@handles(exp.If, "this", "true", "false")
def _if(block: Block, node: Any) -> Typed:
    message = "Result types for IF must be the same: {0} vs {1}"
    branches = [node.args["true"], node.args.get("false") or exp.Null()]
    (then, otherwise), of = block.unified(branches, message)
    return Typed(f"(CASE WHEN {block.condition(node.this, 'IF condition')} THEN {then} ELSE {otherwise} END)", of)
