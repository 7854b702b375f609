"""ORDER BY, LIMIT, OFFSET and FETCH FIRST."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.scope import Field, Scope
from localaws.planes.athena.sql.typed import Typed, expect

Output = list[tuple[str | None, Typed]]


def order_by(block: Block, node: Any, output: Output) -> str:
    """The ORDER BY clause of a query with that output; names mean its output before they mean its source."""
    clause = node.args.get("order")
    if clause is None:
        return ""
    expect(clause, "expressions")
    keys = [_item(block, each, output) for each in clause.expressions]
    if node.args.get("distinct") and not {key for key, _ in keys} <= {value.sql for _, value in output}:
        message = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
        raise QueryError("EXPRESSION_NOT_IN_DISTINCT", message, position(clause))
    return " ORDER BY " + ", ".join(f"{key} {way}" for key, way in keys)


def sorting(block: Block, clause: Any) -> str:
    """The ORDER BY of a window or of an aggregate, which sees the source only and takes no ordinals."""
    return "ORDER BY " + ", ".join(" ".join(_direction(each, block.typed(each.this))) for each in clause.expressions)


def limits(node: Any) -> str:
    """The clauses that cut the result."""
    offset, limit = node.args.get("offset"), node.args.get("limit")
    text = ""
    if isinstance(limit, exp.Fetch):
        options = limit.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise refused("FETCH FIRST with ties or percent")
        text += f" LIMIT {_count(limit.args.get('count') or exp.Literal.number(1))}"
    elif limit is not None:
        expect(limit, "expression")
        is_all = limit.expression.name.upper() == "ALL" and not isinstance(limit.expression, exp.Literal)
        text += "" if is_all else f" LIMIT {_count(limit.expression)}"
    if offset is not None:
        expect(offset, "expression")
        text += f" OFFSET {_count(offset.expression)}"
    return text


def _count(node: Any) -> int:
    if not isinstance(node, exp.Literal) or not node.this.isdigit():
        raise refused(f"the limit {node.sql()}", position(node))
    return int(node.this)


def _item(block: Block, node: Any, output: Output) -> tuple[str, str]:
    key = node.this
    if isinstance(key, exp.Literal) and not key.is_string:
        return _direction(node, _at(int(key.this), output, node))
    return _direction(node, _seeing_output(block, output).typed(key))


def _at(number: int, output: Output, node: Any) -> Typed:
    if not 1 <= number <= len(output):
        raise QueryError(
            "INVALID_COLUMN_REFERENCE", f"ORDER BY position {number} is not in select list", position(node)
        )
    return output[number - 1][1]


def _seeing_output(block: Block, output: Output) -> Block:
    """A block in which the output's names come first and hide the source's."""
    shown = [Field(name, value) for name, value in _distinct(output)]
    names = {(each.name or "").lower() for each in shown}
    rest = [Field(f.name, f.value, f.relation, f.hidden or (f.name or "").lower() in names) for f in block.scope.fields]
    return block.inside(Scope(shown + rest, block.scope.outer))


def _distinct(output: Output) -> Output:
    """The named columns; the same column shown twice counts once."""
    seen: set[tuple[str, str]] = set()
    named: Output = []
    for name, value in output:
        if name and (name.lower(), value.sql) not in seen:
            seen.add((name.lower(), value.sql))
            named.append((name, value))
    return named


def _direction(node: Any, value: Typed) -> tuple[str, str]:
    """The SQL of a sort key, and which way it goes."""
    expect(node, "this", "desc", "nulls_first")
    if value.type.name in ("map", "row"):
        raise refused(f"ORDER BY of a {value.type.name}", position(node))
    way = "DESC" if node.args.get("desc") else "ASC"
    return value.sql, f"{way} NULLS {'FIRST' if node.args.get('nulls_first') else 'LAST'}"
