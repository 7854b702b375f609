"""Whole queries: SELECT, VALUES, set operations, WITH, and subqueries."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused, unknown_statement
from localaws.planes.athena.sql.analysis import Analysis
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import common_of
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.scope import Scope
from localaws.planes.athena.sql.typed import Typed, expect
from localaws.planes.athena.sql.types import Type, identifier

_SET_WORDS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


@dataclass(frozen=True)
class Query:
    """A query of DuckDB whose columns are called _c0, _c1, …, with the names and types that Trino gives them."""

    sql: str
    columns: list[tuple[str | None, Type]]
    alias: str

    @property
    def table(self) -> str:
        """The query as an item of FROM."""
        return f"({self.sql}) AS {identifier(self.alias)}"

    def column(self, number: int) -> Typed:
        """The column of that number, where `table` is in FROM."""
        return Typed(f"{identifier(self.alias)}.{output(number)}", self.columns[number][1])

    def only_column(self, node: Any) -> Typed:
        """The one column of a query that stands where a value is wanted."""
        if len(self.columns) != 1:
            message = f"Multiple columns returned by subquery are not yet supported. Found {len(self.columns)}"
            raise QueryError("NOT_SUPPORTED", message, position(node))
        return self.column(0)


@dataclass
class Context:
    """What a query inherits: the names of WITH clauses, and the scope of the query around it."""

    analysis: Analysis
    ctes: dict[str, Query] = field(default_factory=dict)
    outer: Scope | None = None


def output(number: int) -> str:
    """What a query calls its column of that number."""
    return f'"_c{number}"'


def subquery(block: Block, node: Any) -> Query:
    """A query inside an expression, which may name the columns around it."""
    return build(Context(block.analysis, dict(block.ctes), block.scope), node)


def build(context: Context, node: Any) -> Query:
    """The query in DuckDB's SQL.

    Raises:
        QueryError: whatever is wrong with it, or not known here.
    """
    prefix = _with(context, node)
    made = _body(context, node)
    return Query(prefix + made.sql, made.columns, made.alias)


def _body(context: Context, node: Any) -> Query:
    from localaws.planes.athena.sql.select import select

    if isinstance(node, exp.Subquery | exp.Paren):
        expect(node, "this", "with_", "order", "limit", "offset")
        return _trimmed(context, node, build(context, node.this))
    if isinstance(node, exp.Select):
        return select(context, node)
    if isinstance(node, exp.Values):
        expect(node, "expressions", "order", "limit", "offset", "with_")
        return _trimmed(context, node, values(context, node))
    if type(node) in _SET_WORDS:
        return _trimmed(context, node, _set_operation(context, node))
    raise unknown_statement(type(node).__name__.upper())


def _with(context: Context, node: Any) -> str:
    clause = node.args.get("with_")
    if clause is None:
        return ""
    expect(clause, "expressions")
    parts = []
    for cte in clause.expressions:
        expect(cte, "this", "alias")
        made = build(Context(context.analysis, dict(context.ctes), context.outer), cte.this)
        name = context.analysis.fresh("w")
        parts.append(f"{identifier(name)} AS ({made.sql})")
        columns = renamed(made.columns, cte.args["alias"])
        context.ctes = {**context.ctes, cte.alias.lower(): Query(f"SELECT * FROM {identifier(name)}", columns, name)}
    return f"WITH {', '.join(parts)} "


def renamed(columns: list[tuple[str | None, Type]], alias: Any) -> list[tuple[str | None, Type]]:
    """The columns under the names that an alias lists: `t(a, b)`."""
    names = [each.name for each in alias.args.get("columns") or []] if alias is not None else []
    if not names:
        return columns
    if len(names) != len(columns):
        message = f"Column alias list has {len(names)} entries but '{alias.name}' has {len(columns)} columns available"
        raise QueryError("MISMATCHED_COLUMN_ALIASES", message, position(alias))
    return [(name, of) for name, (_, of) in zip(names, columns, strict=True)]


def values(context: Context, node: Any) -> Query:
    """VALUES: rows of expressions, each column in the type common to its rows."""
    block = Block(context.analysis, Scope(outer=context.outer), dict(context.ctes), scalar_clause="VALUES")
    rows = [_fields(each) for each in node.expressions]
    if len({len(each) for each in rows}) != 1:
        raise QueryError("TYPE_MISMATCH", "Values rows have mismatched sizes")
    columns = [
        block.unified(list(each), "Values rows have mismatched types: {0} vs {1}") for each in zip(*rows, strict=True)
    ]
    if columns[0][1].name == "row" and len(columns) == 1:
        raise refused("VALUES of a row that is computed")
    lines = ", ".join(f"({', '.join(line)})" for line in zip(*(sqls for sqls, _ in columns), strict=True))
    alias = context.analysis.fresh("v")
    names = ", ".join(output(i) for i in range(len(columns)))
    sql = f"SELECT * FROM (VALUES {lines}) AS {identifier(alias)}({names})"
    return Query(sql, [(None, of) for _, of in columns], context.analysis.fresh("q"))


def _fields(node: Any) -> list[Any]:
    """The fields of a row of VALUES: `(1, 2)`, `ROW(1, 2)` or a single value."""
    is_row = isinstance(node, exp.Anonymous) and node.name.lower() == "row"
    return list(node.expressions) if is_row or isinstance(node, exp.Tuple) else [node]


def _set_operation(context: Context, node: Any) -> Query:
    expect(node, "this", "expression", "distinct", "order", "limit", "offset", "with_")
    word = _SET_WORDS[type(node)]
    if word != "INTERSECT" and any(isinstance(side, exp.Intersect) for side in (node.this, node.expression)):
        raise refused("INTERSECT beside UNION or EXCEPT without parentheses")
    if word == "INTERSECT" and any(isinstance(side, exp.Union | exp.Except) for side in (node.this, node.expression)):
        raise refused("INTERSECT beside UNION or EXCEPT without parentheses")
    sides = [
        build(Context(context.analysis, dict(context.ctes), context.outer), s) for s in (node.this, node.expression)
    ]
    types = _common_types(word, sides, node)
    both = f" {word}{'' if node.args.get('distinct') else ' ALL'} ".join(_as(side, types) for side in sides)
    columns = [(name, of) for (name, _), of in zip(sides[0].columns, types, strict=True)]
    return Query(both, columns, context.analysis.fresh("q"))


def _common_types(word: str, sides: list[Query], node: Any) -> list[Type]:
    counts = [len(side.columns) for side in sides]
    if counts[0] != counts[1]:
        message = f"{word} query has different number of fields: {counts[0]}, {counts[1]}"
        raise QueryError("TYPE_MISMATCH", message, position(node))
    types = []
    for number, ((_, a), (_, b)) in enumerate(zip(sides[0].columns, sides[1].columns, strict=True), 1):
        found = common_of([a, b])
        if found is None:
            message = f"column {number} in {word} query has incompatible types: {a}, {b}"
            raise QueryError("TYPE_MISMATCH", message, position(node))
        types.append(found)
    return types


def _as(side: Query, types: list[Type]) -> str:
    columns = (f"{coerce(side.column(i), of).sql} AS {output(i)}" for i, of in enumerate(types))
    return f"(SELECT {', '.join(columns)} FROM {side.table})"


def _trimmed(context: Context, node: Any, made: Query) -> Query:
    """The query in the order and within the limits that its own clauses state; they see its output only."""
    from localaws.planes.athena.sql.ordering import limits, order_by

    fields = [(name, made.column(i)) for i, (name, _) in enumerate(made.columns)]
    block = Block(context.analysis, Scope(outer=context.outer), dict(context.ctes))
    tail = order_by(block, node, fields) + limits(node)
    if not tail:
        return made
    columns = ", ".join(f"{made.column(i).sql} AS {output(i)}" for i in range(len(made.columns)))
    return Query(f"SELECT {columns} FROM {made.table}{tail}", made.columns, context.analysis.fresh("q"))
