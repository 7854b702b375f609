"""Window functions: OVER, frames and IGNORE NULLS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import common
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.functions.aggregates import answered, filter_suffix
from localaws.planes.athena.sql.functions.call import AGGREGATES, WINDOWS, Call
from localaws.planes.athena.sql.ordering import sorting
from localaws.planes.athena.sql.typed import Typed, expect, handles
from localaws.planes.athena.sql.types import BIGINT, DOUBLE

_RANKS = {
    "row_number": BIGINT,
    "rank": BIGINT,
    "dense_rank": BIGINT,
    "percent_rank": DOUBLE,
    "cume_dist": DOUBLE,
}
_VALUES = ("first_value", "last_value", "nth_value", "lag", "lead")
WINDOWS.update({*_RANKS, *_VALUES, "ntile"})


@handles(exp.Window, "this", "partition_by", "order", "spec", "alias", "over")
def _window(block: Block, node: Any) -> Typed:
    if block.scalar_clause is not None:
        shown = node.sql(dialect="trino")
        message = (
            f"{block.scalar_clause} cannot contain aggregations, window functions or grouping operations: [{shown}]"
        )
        raise QueryError("EXPRESSION_NOT_SCALAR", message, position(node))
    called, nulls, suffix = _called(block, node.this)
    call = Call(block, called, called.name.lower(), list(called.expressions))
    over = f"{suffix} OVER ({_specification(block, node)})"
    if call.name in AGGREGATES and call.name != "grouping":
        if any(isinstance(each, exp.Distinct | exp.Order) for each in call.arguments):
            raise call.refuse("with DISTINCT or ORDER BY in its arguments and OVER")
        return answered(call, over)
    if call.name not in WINDOWS or suffix:
        raise QueryError("FUNCTION_NOT_WINDOW", f"Not a window function: {call.name}", position(node))
    return _own(call, nulls, over, node)


def _called(block: Block, node: Any) -> tuple[Any, str, str]:
    """The call inside IGNORE NULLS and FILTER."""
    nulls, suffix = "", ""
    while not isinstance(node, exp.Anonymous):
        if isinstance(node, exp.Filter):
            suffix = filter_suffix(block, node)
        elif isinstance(node, exp.IgnoreNulls):
            nulls = " IGNORE NULLS"
        elif not isinstance(node, exp.RespectNulls):
            raise refused(f"{type(node).__name__} with OVER", position(node))
        node = node.this
    if nulls and node.name.lower() not in _VALUES:
        raise refused(f"{node.name} with IGNORE NULLS", position(node))
    return node, nulls, suffix


def _specification(block: Block, node: Any) -> str:
    base = node.args.get("alias")
    if base is not None:
        if any(node.args.get(part) for part in ("partition_by", "order", "spec")):
            raise refused("a window that extends a named one", position(node))
        return _specification(block, block.window_named(base))
    parts = []
    if node.args.get("partition_by"):
        parts.append(f"PARTITION BY {', '.join(block.typed(each).sql for each in node.args['partition_by'])}")
    if node.args.get("order") is not None:
        parts.append(sorting(block, node.args["order"]))
    if node.args.get("spec") is not None:
        parts.append(_frame(block, node.args["spec"]))
    return " ".join(parts)


def _frame(block: Block, spec: Any) -> str:
    expect(spec, "kind", "start", "start_side", "end", "end_side")
    kind = spec.args["kind"].upper()
    start = _bound(block, spec.args.get("start"), spec.args.get("start_side"), kind)
    if spec.args.get("end") is None:
        return f"{kind} {start}"
    return f"{kind} BETWEEN {start} AND {_bound(block, spec.args['end'], spec.args.get('end_side'), kind)}"


def _bound(block: Block, bound: Any, side: str | None, kind: str) -> str:
    if isinstance(bound, str):
        return f"{bound.upper()} {(side or '').upper()}".strip()
    if kind != "ROWS" or not isinstance(bound, exp.Literal) or not bound.name.isdigit():
        raise refused(f"a {kind} frame with an offset", position(bound))
    return f"{int(bound.name)} {(side or '').upper()}"


def _own(call: Call, nulls: str, over: str, node: Any) -> Typed:
    if call.name in _RANKS:
        call.count(0)
        return Typed(f"{call.name}(){over}", _RANKS[call.name])
    if call.name == "ntile":
        call.count(1)
        return Typed(f"ntile({call.as_(0, BIGINT)}){over}", BIGINT)
    return _by_name[call.name](call, nulls, over)


def _edge(call: Call, nulls: str, over: str) -> Typed:
    call.count(1)
    value = call.typed(0)
    return Typed(f"{call.name}({value.sql}{nulls}){over}", value.type)


def _nth(call: Call, nulls: str, over: str) -> Typed:
    call.count(2)
    value = call.typed(0)
    return Typed(f"nth_value({value.sql}, {call.as_(1, BIGINT)}{nulls}){over}", value.type)


def _neighbour(call: Call, nulls: str, over: str) -> Typed:
    count = call.count(1, 2, 3)
    value = call.typed(0)
    parts = [value.sql, *([call.as_(1, BIGINT)] if count > 1 else [])]
    if count == 3:
        default = call.typed(2)
        if common(value.type, default.type) != value.type:
            raise call.unexpected()
        parts.append(coerce(default, value.type).sql)
    return Typed(f"{call.name}({', '.join(parts)}{nulls}){over}", value.type)


_by_name: dict[str, Callable[[Call, str, str], Typed]] = {
    "first_value": _edge,
    "last_value": _edge,
    "nth_value": _nth,
    "lag": _neighbour,
    "lead": _neighbour,
}
