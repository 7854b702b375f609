"""Columns, fields of rows, and parentheses around them."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import field_names, text


@handles(exp.Column, "this", "table", "db", "catalog")
def column(block: Block, node: Any) -> Typed:
    """The column with that name; further names go into its row."""
    if isinstance(node.this, exp.Star):
        raise refused("a star in an expression", position(node))
    names = [part.name for part in node.parts]
    value, rest = block.scope.resolve(names, position(node), ".".join(names).lower())
    for scan, column_name in value.reads:
        block.analysis.scans[scan].want(column_name)
    for name in rest:
        value = _field(value, name, node)
    return value


@handles(exp.Identifier, "this", "quoted")
def _name(block: Block, node: Any) -> Typed:
    value, _ = block.scope.resolve([node.name], position(node), node.name)
    return value


@handles(exp.Dot, "this", "expression")
def _dot(block: Block, node: Any) -> Typed:
    return _field(block.typed(node.this), node.expression.name, node)


@handles(exp.Paren, "this")
def _paren(block: Block, node: Any) -> Typed:
    return block.typed(node.this)


def _field(value: Typed, name: str, node: Any) -> Typed:
    places = [i for i, each in enumerate(value.type.names) if each.lower() == name.lower()]
    if value.type.name != "row":
        raise QueryError("TYPE_MISMATCH", f"Expression {node.sql()} is not of type ROW", position(node))
    if len(places) != 1:
        raise QueryError("INVALID_COLUMN_REFERENCE", f"Column reference '{name}' is invalid", position(node))
    stored = field_names(value.type)[places[0]]
    return Typed(f"struct_extract({value.sql}, {text(stored)})", value.type.parts[places[0]])
