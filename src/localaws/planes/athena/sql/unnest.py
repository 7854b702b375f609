"""UNNEST: the rows of an array or a map."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from typing import Any

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.scope import Field
from localaws.planes.athena.sql.typed import Typed, expect
from localaws.planes.athena.sql.types import BIGINT, Type, field_names, identifier, text


def relation(block: Block, node: Any) -> tuple[list[Field], str]:
    """The fields of UNNEST, and its SQL; shorter arrays are filled up with NULL, as on Trino."""
    expect(node, "expressions", "alias", "offset")
    arrays = [block.typed(each) for each in node.expressions]
    columns, types, lengths = _columns(arrays, node)
    if node.args.get("offset"):
        longest = f"greatest({', '.join(f'coalesce(len({each}), 0)' for each in lengths)})"
        columns.append(f"unnest(range(1, {longest} + 1))")
        types.append(BIGINT)
    alias = block.analysis.fresh("u")
    names = _names(node, len(types))
    inner = ", ".join(f'{sql} AS "_u{i}"' for i, sql in enumerate(columns))
    outer = ", ".join(f'{sql} AS "_c{i}"' for i, sql in enumerate(_spread(arrays, len(types))))
    relation_name = (node.args["alias"].name,) if node.args.get("alias") and node.args["alias"].name else ()
    fields = [
        Field(name, Typed(f'{identifier(alias)}."_c{i}"', of), relation_name)
        for i, (name, of) in enumerate(zip(names, types, strict=True))
    ]
    return fields, f"LATERAL (SELECT {outer} FROM (SELECT {inner}) AS {identifier(alias + 's')}) AS {identifier(alias)}"


def _columns(arrays: list[Typed], node: Any) -> tuple[list[str], list[Type], list[str]]:
    """What DuckDB unnests, the types of Trino's columns, and what gives the number of rows."""
    columns: list[str] = []
    types: list[Type] = []
    lengths: list[str] = []
    for value in arrays:
        if value.type.name == "array":
            element = value.type.parts[0]
            columns.append(f"unnest({value.sql})")
            lengths.append(value.sql)
            types += element.parts if element.name == "row" else [element]
        elif value.type.name == "map":
            columns += [f"unnest(map_keys({value.sql}))", f"unnest(map_values({value.sql}))"]
            lengths.append(f"map_keys({value.sql})")
            types += value.type.parts
        else:
            raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Cannot unnest type: {value.type}", position(node))
    return columns, types, lengths


def _spread(arrays: list[Typed], count: int) -> list[str]:
    """Each unnested column, rows taken apart into their fields."""
    spread: list[str] = []
    place = 0
    for value in arrays:
        element = value.type.parts[0]
        if value.type.name == "array" and element.name == "row":
            spread += [f'struct_extract("_u{place}", {text(name)})' for name in field_names(element)]
            place += 1
        else:
            width = len(value.type.parts)
            spread += [f'"_u{place + i}"' for i in range(width)]
            place += width
    return spread if len(spread) == count else [*spread, f'"_u{place}"']


def _names(node: Any, count: int) -> list[str | None]:
    alias, offset = node.args.get("alias"), node.args.get("offset")
    names: list[str | None] = [each.name for each in (alias.args.get("columns") or [])] if alias is not None else []
    if offset is not None and not isinstance(offset, bool) and names:
        names.append(offset.name)
    if not names:
        return [None] * count
    if len(names) != count:
        message = f"Column alias list has {len(names)} entries but '{alias.name}' has {count} columns available"
        raise QueryError("MISMATCHED_COLUMN_ALIASES", message, position(node))
    return names
