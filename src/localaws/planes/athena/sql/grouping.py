"""GROUP BY, and the rule that what is not grouped must be aggregated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block, unquoted
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.functions import is_aggregate
from localaws.planes.athena.sql.typed import expect


@dataclass
class Groups:
    """The clause, and the SQL of every key in it."""

    sql: str = ""
    keys: set[str] = field(default_factory=set)


def group_by(block: Block, node: Any) -> Groups:
    """The GROUP BY clause of a SELECT."""
    clause = node.args.get("group")
    if clause is None:
        return Groups()
    expect(clause, "expressions", "all")
    if clause.args.get("all") is not None:
        raise refused("GROUP BY ALL or DISTINCT", position(node))
    groups = Groups()
    parts = [_element(block.within("GROUP BY clause"), each, node, groups) for each in clause.expressions]
    groups.sql = f" GROUP BY {', '.join(parts)}"
    return groups


def _element(block: Block, node: Any, select: Any, groups: Groups) -> str:
    if isinstance(node, exp.Rollup | exp.Cube | exp.GroupingSets):
        word = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}[type(node)]
        return f"{word} ({', '.join(_element(block, each, select, groups) for each in node.expressions)})"
    if isinstance(node, exp.Tuple):
        return f"({', '.join(_key(block, each, select, groups) for each in node.expressions)})"
    return _key(block, unquoted(node), select, groups)


def _key(block: Block, node: Any, select: Any, groups: Groups) -> str:
    if isinstance(node, exp.Literal) and not node.is_string:
        node = _ordinal(int(node.this), select)
    value = block.typed(node)
    if value.type.name == "map":
        raise QueryError("TYPE_MISMATCH", f"{value.type} is not comparable, and therefore cannot be used in GROUP BY")
    groups.keys.add(value.sql)
    return value.sql


def _ordinal(number: int, select: Any) -> Any:
    items = select.expressions
    if not 1 <= number <= len(items):
        message = f"GROUP BY position {number} is not in select list"
        raise QueryError("INVALID_COLUMN_REFERENCE", message, position(select))
    item = items[number - 1]
    if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
        raise refused("GROUP BY of a position that is a star", position(select))
    return item.this if isinstance(item, exp.Alias) else item


def check(block: Block, node: Any, groups: Groups) -> None:
    """Every column outside an aggregate is part of a group key, or there are no groups.

    Raises:
        QueryError: EXPRESSION_NOT_AGGREGATE naming the column.
    """
    having = node.args.get("having")
    parts = [*node.expressions, *([having.this] if having is not None else [])]
    if not groups.sql and having is None and not any(_aggregates(part) for part in parts):
        return
    for part in parts:
        _check(block, part, groups.keys)


def _aggregates(node: Any) -> bool:
    if isinstance(node, exp.Query):
        return False
    if is_aggregate(node) and not _is_windowed(node):
        return True
    return any(_aggregates(child) for child in node.iter_expressions())


def _is_windowed(node: Any) -> bool:
    parent = node.parent
    while isinstance(parent, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _check(block: Block, node: Any, keys: set[str]) -> None:
    if isinstance(node, exp.Query | exp.Lambda | exp.Star):
        return
    if is_aggregate(node.this if isinstance(node, exp.Filter) else node) and not _is_windowed(node):
        return
    if isinstance(node, exp.Expression) and _is_key(block, node, keys):
        return
    if isinstance(node, exp.Column) and _is_local(block, node):
        shown = ".".join(part.name for part in node.parts)
        message = f"'{shown}' must be an aggregate expression or appear in GROUP BY clause"
        raise QueryError("EXPRESSION_NOT_AGGREGATE", message, position(node))
    for child in node.iter_expressions():
        _check(block, child, keys)


def _is_key(block: Block, node: Any, keys: set[str]) -> bool:
    try:
        return block.typed(node).sql in keys
    except QueryError:
        return False  # not an expression of its own: an alias, a list, a clause


def _is_local(block: Block, node: Any) -> bool:
    if isinstance(node.this, exp.Star):
        return True
    value = block.typed(node).sql
    return any(value == f.value.sql or value.startswith(f"struct_extract({f.value.sql}") for f in block.scope.fields)
