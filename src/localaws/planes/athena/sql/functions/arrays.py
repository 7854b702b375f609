"""Arrays, maps and rows: making them, reaching into them, and functions with lambdas."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql import show
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import common
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.functions.call import Call, function
from localaws.planes.athena.sql.scope import Field, Scope
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    UNKNOWN,
    VARCHAR,
    Type,
    array,
    identifier,
    mapping,
    row,
)


@handles(exp.Array, "expressions", "value_constructor")
def _array(block: Block, node: Any) -> Typed:
    if not node.expressions:
        return Typed("CAST([] AS INTEGER[])", array(UNKNOWN))
    parts, of = block.unified(list(node.expressions), "All ARRAY elements must be the same type: {0} vs {1}")
    return Typed(f"[{', '.join(parts)}]", array(of))


@function("row")
def _row(call: Call) -> Typed:
    values = call.all()
    parts = ", ".join(f"{identifier(f'field{i}')} := {value.sql}" for i, value in enumerate(values))
    return Typed(f"struct_pack({parts})", row(("",) * len(values), tuple(value.type for value in values)))


@function("map")
def _map(call: Call) -> Typed:
    call.count(2)
    keys, values = _array_argument(call, 0), _array_argument(call, 1)
    return Typed(f"athena_map({keys.sql}, {values.sql})", mapping(keys.type.parts[0], values.type.parts[0]))


@handles(exp.Bracket, "this", "expressions")
def _subscript(block: Block, node: Any) -> Typed:
    value = block.typed(node.this)
    call = Call(block, node, "subscript", [node.this, *node.expressions])
    call.count(2)
    if value.type.name == "map":
        return Typed(f"athena_map_value({value.sql}, {call.as_(1, value.type.parts[0])})", value.type.parts[1])
    if value.type.name != "array":
        raise refused(f"a subscript of {value.type}", position(node))
    return Typed(f"athena_subscript({value.sql}, {call.as_(1, BIGINT)})", value.type.parts[0])


@function("element_at")
def _element_at(call: Call) -> Typed:
    call.count(2)
    value = call.typed(0)
    if value.type.name == "map":
        return Typed(f"map_extract_value({value.sql}, {call.as_(1, value.type.parts[0])})", value.type.parts[1])
    return Typed(f"athena_element_at({_array_argument(call, 0).sql}, {call.as_(1, BIGINT)})", value.type.parts[0])


def _array_argument(call: Call, place: int) -> Typed:
    value = call.typed(place)
    if value.type.name != "array":
        raise call.unexpected()
    return value


@function("cardinality")
def _cardinality(call: Call) -> Typed:
    call.count(1)
    value = call.typed(0)
    if value.type.name not in ("array", "map"):
        raise call.unexpected()
    return Typed(f"CAST({'len' if value.type.name == 'array' else 'cardinality'}({value.sql}) AS BIGINT)", BIGINT)


@function("map_keys", "map_values")
def _side_of_map(call: Call) -> Typed:
    call.count(1)
    value = call.typed(0)
    if value.type.name != "map":
        raise call.unexpected()
    return Typed(f"{call.name}({value.sql})", array(value.type.parts[0 if call.name == "map_keys" else 1]))


@function("contains")
def _contains(call: Call) -> Typed:
    call.count(2)
    value, member = _array_argument(call, 0), call.typed(1)
    of = common(value.type.parts[0], member.type)
    if of is None:
        raise call.unexpected()
    return Typed(f"athena_contains({coerce(value, array(of)).sql}, {coerce(member, of).sql})", BOOLEAN)


@function("array_position")
def _array_position(call: Call) -> Typed:
    call.count(2)
    value = _array_argument(call, 0)
    return Typed(f"CAST(coalesce(list_position({value.sql}, {call.as_(1, value.type.parts[0])}), 0) AS BIGINT)", BIGINT)


@function("array_join")
def _array_join(call: Call) -> Typed:
    count = call.count(2, 3)
    value = _array_argument(call, 0)
    element = value.type.parts[0]
    if element.parts:
        raise call.refuse(f"of {value.type}")
    shown = "e" if element.name == "varchar" else show.as_varchar("e", element)
    instead = f"coalesce({shown}, {call.as_(2, VARCHAR)})" if count == 3 else shown
    texts = f"list_filter(list_transform({value.sql}, lambda e: {instead}), lambda e: e IS NOT NULL)"
    return Typed(f"array_to_string({texts}, {call.as_(1, VARCHAR)})", VARCHAR)


@function("array_sort")
def _array_sort(call: Call) -> Typed:
    call.count(1)
    value = _array_argument(call, 0)
    if value.type.parts[0].parts:
        raise call.refuse(f"of {value.type}")
    return Typed(f"list_sort({value.sql}, 'ASC', 'NULLS LAST')", value.type)


@function("array_min", "array_max")
def _array_extreme(call: Call) -> Typed:
    call.count(1)
    value = _array_argument(call, 0)
    name = "list_min" if call.name == "array_min" else "list_max"
    missing = f"len(list_filter({value.sql}, lambda e: e IS NULL)) > 0"
    return Typed(f"(CASE WHEN {missing} THEN NULL ELSE {name}({value.sql}) END)", value.type.parts[0])


@function("flatten")
def _flatten(call: Call) -> Typed:
    call.count(1)
    value = _array_argument(call, 0)
    if value.type.parts[0].name != "array":
        raise call.unexpected()
    return Typed(f"flatten({value.sql})", value.type.parts[0])


@function("sequence")
def _sequence(call: Call) -> Typed:
    call.count(2)
    start, stop = call.typed(0), call.typed(1)
    if common(start.type, BIGINT) != BIGINT or common(stop.type, BIGINT) != BIGINT:
        raise call.refuse(f"from {start.type} to {stop.type}")
    a, b = coerce(start, BIGINT).sql, coerce(stop, BIGINT).sql
    step = f"CASE WHEN {a} <= {b} THEN 1 ELSE -1 END"
    return Typed(f"CAST(generate_series({a}, {b}, {step}) AS BIGINT[])", array(BIGINT))


@function("transform", "filter")
def _each(call: Call) -> Typed:
    call.count(2)
    value = _array_argument(call, 0)
    names, body = _lambda(call, 1, [value.type.parts[0]])
    if call.name == "transform":
        return Typed(f"list_transform({value.sql}, lambda {names}: {body.sql})", array(body.type))
    if body.type != BOOLEAN:
        raise call.unexpected()
    return Typed(f"list_filter({value.sql}, lambda {names}: {body.sql})", value.type)


def _lambda(call: Call, place: int, types: list[Type]) -> tuple[str, Typed]:
    node = call.arguments[place]
    if not isinstance(node, exp.Lambda) or len(node.expressions) != len(types):
        raise call.unexpected()
    fresh = [call.block.analysis.fresh("l") for _ in types]
    fields = [
        Field(each.name, Typed(identifier(name), of))
        for each, name, of in zip(node.expressions, fresh, types, strict=True)
    ]
    return ", ".join(identifier(name) for name in fresh), _body(call.block, node, fields)


def _body(block: Block, node: Any, fields: list[Field]) -> Typed:
    if node.this.find(exp.Query) is not None:
        raise QueryError("NOT_SUPPORTED", "Lambda expression cannot contain subqueries", position(node))
    return block.inside(Scope(fields, block.scope)).typed(node.this)
