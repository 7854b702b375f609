"""FROM: tables, views, subqueries, UNNEST, and how they are joined."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql import unnest
from localaws.planes.athena.sql.analysis import TableName, View
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import common
from localaws.planes.athena.sql.dialect import parse, position
from localaws.planes.athena.sql.query import Context, Query, build, renamed, values
from localaws.planes.athena.sql.scope import Field, Scope
from localaws.planes.athena.sql.typed import Typed, expect
from localaws.planes.athena.sql.types import Type, identifier

Relation = tuple[list[Field], str]


def from_clause(context: Context, node: Any) -> Relation:
    """The fields that FROM brings into sight, and its SQL with the word FROM; both empty where there is none."""
    clause = node.args.get("from_")
    if clause is None:
        return [], ""
    if node.args.get("laterals"):
        raise refused("LATERAL VIEW", position(node))
    fields, sql = _joined(context, clause.this, node.args.get("joins") or [])
    return fields, f" FROM {sql}"


def _joined(context: Context, first: Any, joins: list[Any]) -> Relation:
    left = _relation(context, first, [])
    for join in [*(first.args.get("joins") or []), *joins]:
        left = _join(context, left, join)
    return left


def _relation(context: Context, node: Any, left: list[Field]) -> Relation:
    if isinstance(node, exp.Table):
        return _table(context, node)
    if isinstance(node, exp.Unnest):
        block = Block(context.analysis, Scope(left, context.outer), dict(context.ctes), scalar_clause="UNNEST")
        return unnest.relation(block, node)
    if isinstance(node, exp.Lateral):
        expect(node, "this", "view", "outer", "alias")
        inner = Context(context.analysis, dict(context.ctes), Scope(left, context.outer))
        fields, sql = _named(context, build(inner, node.this), node.args.get("alias"))
        return fields, f"LATERAL {sql}"
    if isinstance(node, exp.Values):
        expect(node, "expressions", "alias")
        return _named(context, values(context, node), node.args.get("alias"))
    if isinstance(node, exp.Subquery):
        return _subquery(context, node)
    raise refused(f"{type(node).__name__} in FROM", position(node))


def _subquery(context: Context, node: Any) -> Relation:
    expect(node, "this", "alias", "with_", "joins")
    if not isinstance(node.this, exp.Table | exp.Unnest):
        inner = Context(context.analysis, dict(context.ctes), context.outer)
        return _named(context, build(inner, node.this), node.args.get("alias"))
    if node.args.get("alias") is not None:
        raise refused("an alias of a join in parentheses", position(node))
    fields, sql = _joined(context, node.this, [])
    return fields, f"({sql})"


def _named(context: Context, made: Query, alias: Any) -> Relation:
    """A query under a fresh name of DuckDB; its fields under the names that the query gives them."""
    unique = Query(made.sql, renamed(made.columns, alias), context.analysis.fresh("r"))
    relation = (alias.name,) if alias is not None and alias.name else ()
    fields = [Field(name, unique.column(i), relation) for i, (name, _) in enumerate(unique.columns)]
    return fields, unique.table


def _table(context: Context, node: Any) -> Relation:
    expect(node, "this", "db", "catalog", "alias", "version", "joins")
    alias = node.args.get("alias")
    if not isinstance(node.this, exp.Identifier):
        raise refused("a table function", position(node))
    name = node.name.lower()
    if not node.args.get("db") and name in context.ctes:
        found = context.ctes[name]
        made = Query(f"SELECT * FROM {identifier(found.alias)}", found.columns, "")
        return _relabelled(_named(context, made, alias), (name,), alias)
    return _from_catalog(context, _table_name(context, node), alias)


def _relabelled(relation: Relation, names: tuple[str, ...], alias: Any) -> Relation:
    if alias is not None and alias.name:
        return relation
    fields, sql = relation
    return [Field(f.name, f.value, names, f.hidden) for f in fields], sql


def _table_name(context: Context, node: Any) -> TableName:
    catalog = node.args.get("catalog")
    if catalog is not None and catalog.name.lower() != "awsdatacatalog":
        raise QueryError("CATALOG_NOT_FOUND", f"Catalog '{catalog.name.lower()}' not found", position(node))
    database = node.args["db"].name if node.args.get("db") else context.analysis.database
    if not database:
        raise QueryError(
            "MISSING_SCHEMA_NAME", "Schema must be specified when session schema is not set", position(node)
        )
    return TableName(database.lower(), node.name.lower(), position(node), _version(node))


def _version(node: Any) -> str | int | None:
    clause = node.args.get("version")
    if clause is None:
        return None
    literal = clause.expression
    if clause.name.upper() != "VERSION" or not isinstance(literal, exp.Literal):
        raise refused(f"FOR {clause.name.upper()} {clause.args['kind']} {literal.sql()}", position(node))
    return str(literal.this) if literal.is_string else int(literal.this)


def _from_catalog(context: Context, name: TableName, alias: Any) -> Relation:
    found = context.analysis.catalog.find(name)
    names = (name.table, name.database, "awsdatacatalog")
    if isinstance(found, View):
        return _relabelled(_view(context, name, found, alias), names, alias)
    number, scan = context.analysis.scan(found)
    renames = renamed([(column, of) for column, of in found.columns], alias)
    relation = (alias.name,) if alias is not None and alias.name else names
    fields = [
        Field(
            shown, Typed(f"{identifier(scan.alias)}.{identifier(column)}", of, frozenset({(number, column)})), relation
        )
        for (shown, _), (column, of) in zip(renames, found.columns, strict=True)
    ]
    return fields, f"({scan.token}) AS {identifier(scan.alias)}"


def _view(context: Context, name: TableName, view: View, alias: Any) -> Relation:
    if str(name) in context.analysis.views:
        raise QueryError("VIEW_IS_RECURSIVE", f"View '{name}' is recursive", name.at)
    database, views = context.analysis.database, context.analysis.views
    context.analysis.database, context.analysis.views = view.database, (*views, str(name))
    made = build(Context(context.analysis), parse(view.sql))
    context.analysis.database, context.analysis.views = database, views
    if len(made.columns) != len(view.columns):
        raise QueryError("VIEW_IS_STALE", f"View '{name}' is stale or in invalid state: column count differs", name.at)
    columns: list[tuple[str | None, Type]] = []
    for (shown, declared), (_, given) in zip(view.columns, made.columns, strict=True):
        if common(given, declared) is None:
            raise QueryError("VIEW_IS_STALE", f"View '{name}' is stale or in invalid state: column {shown}", name.at)
        columns.append((shown, given))
    return _named(context, Query(made.sql, columns, made.alias), alias)


def _join(context: Context, left: Relation, join: Any) -> Relation:
    expect(join, "this", "kind", "side", "on", "using", "method")
    if join.args.get("method"):
        raise refused(f"{join.args['method']} JOIN", position(join))
    right = _relation(context, join.this, left[0])
    for nested in join.this.args.get("joins") or []:
        right = _join(context, right, nested)
    side = join.side.upper()
    if join.args.get("using"):
        return _using(context, left, right, join, side)
    fields = left[0] + right[0]
    on = join.args.get("on")
    if on is None:
        return fields, f"{left[1]} CROSS JOIN {right[1]}"
    block = Block(context.analysis, Scope(fields, context.outer), dict(context.ctes), scalar_clause="JOIN clause")
    return fields, f"{left[1]} {_word(side)} {right[1]} ON {block.condition(on, 'JOIN ON clause')}"


def _word(side: str) -> str:
    return f"{side} JOIN" if side else "INNER JOIN"


def _using(context: Context, left: Relation, right: Relation, join: Any, side: str) -> Relation:
    names = [each.name.lower() for each in join.args["using"]]
    shared, tests = [], []
    for name in names:
        a, b = (_one(name, fields, join) for fields in (left[0], right[0]))
        of = common(a.value.type, b.value.type)
        if of is None:
            message = f"Cannot apply operator: {a.value.type} = {b.value.type}"
            raise QueryError("TYPE_MISMATCH", message, position(join))
        one, other = coerce(a.value, of).sql, coerce(b.value, of).sql
        tests.append(f"{one} = {other}")
        reads = a.value.reads | b.value.reads
        for scan, column in reads:
            context.analysis.scans[scan].want(column)
        shared.append(Field(a.name, Typed(f"coalesce({one}, {other})", of, reads)))
    rest = [f for f in [*left[0], *right[0]] if (f.name or "").lower() not in names]
    return shared + rest, f"{left[1]} {_word(side)} {right[1]} ON {' AND '.join(tests)}"


def _one(name: str, fields: list[Field], join: Any) -> Field:
    found = [f for f in fields if (f.name or "").lower() == name and not f.hidden]
    if not found:
        raise QueryError("COLUMN_NOT_FOUND", f"Column '{name}' is missing from one side of join", position(join))
    if len(found) > 1:
        raise QueryError("AMBIGUOUS_NAME", f"Column '{name}' is ambiguous", position(join))
    return found[0]
