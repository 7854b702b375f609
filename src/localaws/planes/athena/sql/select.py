"""One SELECT."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql import grouping, pruning
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.ordering import Output, limits, order_by
from localaws.planes.athena.sql.query import Context, Query, output
from localaws.planes.athena.sql.relations import from_clause
from localaws.planes.athena.sql.scope import Field, Scope
from localaws.planes.athena.sql.typed import Typed, expect

_CLAUSES = (
    "with_",
    "expressions",
    "distinct",
    "from_",
    "joins",
    "laterals",
    "where",
    "group",
    "having",
    "windows",
    "order",
    "limit",
    "offset",
)


def select(context: Context, node: Any) -> Query:
    """The SELECT in DuckDB's SQL; its columns are called _c0, _c1, …"""
    expect(node, *_CLAUSES)
    if not node.expressions:
        raise QueryError("SYNTAX_ERROR", "mismatched input: SELECT needs a select list", position(node))
    fields, source = from_clause(context, node)
    block = Block(context.analysis, Scope(fields, context.outer), dict(context.ctes), _windows(node))
    where = _where(block, node)
    groups = grouping.group_by(block, node)
    shown = _select_list(block, node)
    having = _having(block, node)
    ordered = order_by(block, node, shown)
    grouping.check(block, node, groups)
    columns = ", ".join(f"{value.sql} AS {output(i)}" for i, (_, value) in enumerate(shown))
    sql = f"SELECT {_distinct(node)}{columns}{source}{where}{groups.sql}{having}{ordered}{limits(node)}"
    return Query(sql, [(name, value.type) for name, value in shown], context.analysis.fresh("q"))


def _windows(node: Any) -> dict[str, Any]:
    return {window.name.lower(): window for window in node.args.get("windows") or []}


def _where(block: Block, node: Any) -> str:
    clause = node.args.get("where")
    if clause is None:
        return ""
    sql = block.within("WHERE clause").condition(clause.this, "WHERE clause")
    pruning.remember(block, node)
    return f" WHERE {sql}"


def _having(block: Block, node: Any) -> str:
    clause = node.args.get("having")
    return f" HAVING {block.condition(clause.this, 'HAVING clause')}" if clause is not None else ""


def _distinct(node: Any) -> str:
    clause = node.args.get("distinct")
    if clause is None:
        return ""
    if clause.args.get("on") is not None:
        raise refused("DISTINCT ON", position(node))
    return "DISTINCT "


def _select_list(block: Block, node: Any) -> Output:
    shown: Output = []
    for item in node.expressions:
        star = _star(block, item)
        shown += star if star is not None else [_column(block, item)]
    return shown


def _column(block: Block, item: Any) -> tuple[str | None, Typed]:
    if isinstance(item, exp.Alias):
        return item.alias, block.typed(item.this)
    return item.name if isinstance(item, exp.Column) else None, block.typed(item)


def _star(block: Block, item: Any) -> Output | None:
    if isinstance(item, exp.Star):
        expect(item)
        fields = [field for field in block.scope.fields if not field.hidden]
    elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        expect(item.this)
        fields = block.scope.of_relation([part.name for part in item.parts[:-1]])
    else:
        return None
    if not fields:
        place = position(item)
        raise QueryError("COLUMN_NOT_FOUND", "SELECT * not allowed from relation that has no columns", place)
    return [(field.name, _wanted(block, field)) for field in fields]


def _wanted(block: Block, field: Field) -> Typed:
    for scan, column in field.value.reads:
        block.analysis.scans[scan].want(column)
    return field.value
