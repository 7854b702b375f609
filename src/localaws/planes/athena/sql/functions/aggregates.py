"""Aggregate functions, with FILTER, DISTINCT and ORDER BY."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import becomes
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.functions.call import AGGREGATES, FUNCTIONS, Call
from localaws.planes.athena.sql.functions.maths import average
from localaws.planes.athena.sql.ordering import sorting
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    INTEGERS,
    Type,
    array,
    decimal,
    duck,
    is_number,
)


@dataclass(frozen=True)
class Aggregation:
    """A call of an aggregate: its arguments, and what stands around each of DuckDB's aggregates in its answer."""

    call: Call
    distinct: bool
    order: str
    #: FILTER and OVER, appended to every aggregate of DuckDB
    suffix: str

    def of(self, name: str, *parts: str) -> str:
        """A call of DuckDB's aggregate over those arguments."""
        inner = f"{'DISTINCT ' if self.distinct else ''}{', '.join(parts)}{self.order}"
        return f"{name}({inner}){self.suffix}"


Answer = Callable[[Aggregation], Typed]


def aggregate(*names: str) -> Callable[[Answer], Answer]:
    """The decorated function answers calls of the aggregates of those names."""

    def register(answer: Answer) -> Answer:
        AGGREGATES.update(names)
        _ANSWERS.update(dict.fromkeys(names, answer))
        FUNCTIONS.update(dict.fromkeys(names, lambda call: answered(call, "")))
        return answer

    return register


_ANSWERS: dict[str, Answer] = {}


def answered(call: Call, suffix: str) -> Typed:
    """The answer to a call of an aggregate with FILTER and OVER appended."""
    clause = call.block.scalar_clause
    if clause is not None and " OVER " not in suffix:
        shown = call.node.sql(dialect="trino")
        message = f"{clause} cannot contain aggregations, window functions or grouping operations: [{shown}]"
        raise QueryError("EXPRESSION_NOT_SCALAR", message, position(call.node))
    arguments, distinct, order = _unwrapped(call)
    return _ANSWERS[call.name](Aggregation(Call(call.block, call.node, call.name, arguments), distinct, order, suffix))


def _unwrapped(call: Call) -> tuple[list[Any], bool, str]:
    """The arguments without DISTINCT and ORDER BY, which the parser keeps inside them."""
    arguments, distinct, order = list(call.arguments), False, ""
    if arguments and isinstance(arguments[-1], exp.Order):
        order = f" {sorting(call.block, arguments[-1])}"
        arguments[-1] = arguments[-1].this
    if arguments and isinstance(arguments[0], exp.Distinct):
        distinct = True
        arguments = [*arguments[0].expressions, *arguments[1:]]
    if arguments and isinstance(arguments[-1], exp.Order):
        order = f" {sorting(call.block, arguments[-1])}"
        arguments[-1] = arguments[-1].this
    return arguments, distinct, order


@handles(exp.Filter, "this", "expression")
def _filter(block: Block, node: Any) -> Typed:
    call = _aggregate_call(block, node.this)
    return answered(call, filter_suffix(block, node))


def filter_suffix(block: Block, node: Any) -> str:
    """The FILTER clause."""
    return f" FILTER (WHERE {block.condition(node.expression.this, 'FILTER expression')})"


def _aggregate_call(block: Block, node: Any) -> Call:
    call = Call(block, node, node.name.lower(), list(node.expressions))
    if call.name not in AGGREGATES:
        raise call.refuse("with FILTER")
    return call


def _number(it: Aggregation) -> Typed:
    it.call.count(1)
    value = it.call.typed(0)
    if value.type.name == "unknown":
        return coerce(value, BIGINT)
    if not is_number(value.type):
        raise it.call.unexpected()
    return value


@aggregate("count")
def _count(it: Aggregation) -> Typed:
    arguments = it.call.arguments
    if not arguments or isinstance(arguments[0], exp.Star):
        return Typed(f"count(*){it.suffix}", BIGINT)
    it.call.count(1)
    return Typed(it.of("count", it.call.typed(0).sql), BIGINT)


@aggregate("count_if")
def _count_if(it: Aggregation) -> Typed:
    it.call.count(1)
    test = it.call.as_(0, BOOLEAN)
    return Typed(it.of("count", f"CASE WHEN {test} THEN 1 END"), BIGINT)


@aggregate("sum")
def _sum(it: Aggregation) -> Typed:
    value = _number(it)
    of = _sum_type(value.type)
    return Typed(f"CAST({it.of('sum', value.sql)} AS {duck(of)})", of)


def _sum_type(of: Type) -> Type:
    if of.name in INTEGERS:
        return BIGINT
    return decimal(38, of.numbers[1]) if of.name == "decimal" else of


@aggregate("avg")
def _avg(it: Aggregation) -> Typed:
    value = _number(it)
    if value.type.name == "decimal":
        total = Typed(f"CAST({it.of('sum', value.sql)} AS {duck(_sum_type(value.type))})", _sum_type(value.type))
        return average(total, Typed(f"CAST({it.of('count', value.sql)} AS DECIMAL(19,0))", decimal(19, 0)), value.type)
    of = value.type if value.type.name == "real" else DOUBLE
    return Typed(f"CAST({it.of('avg', coerce(value, DOUBLE).sql)} AS {duck(of)})", of)


@aggregate("min", "max")
def _extreme(it: Aggregation) -> Typed:
    it.call.count(1)
    value = it.call.typed(0)
    if value.type.parts:
        raise it.call.refuse(f"of {value.type}")
    return Typed(it.of(it.call.name, value.sql), value.type)


@aggregate("min_by", "max_by")
def _extreme_by(it: Aggregation) -> Typed:
    """The first argument where the second is greatest or least, NULL included, which DuckDB's arg_max leaves out."""
    it.call.count(2)
    value, key = it.call.all()
    if key.type.parts:
        raise it.call.refuse(f"by {key.type}")
    name = "arg_max_null" if it.call.name == "max_by" else "arg_min_null"
    return Typed(it.of(name, value.sql, key.sql), value.type)


@aggregate("array_agg")
def _array_agg(it: Aggregation) -> Typed:
    it.call.count(1)
    value = it.call.typed(0)
    return Typed(it.of("array_agg", value.sql), array(value.type))


@aggregate("any_value", "arbitrary")
def _any_value(it: Aggregation) -> Typed:
    it.call.count(1)
    value = it.call.typed(0)
    return Typed(it.of("any_value", value.sql), value.type)


@aggregate("bool_and", "every", "bool_or")
def _logic(it: Aggregation) -> Typed:
    it.call.count(1)
    name = "bool_or" if it.call.name == "bool_or" else "bool_and"
    return Typed(it.of(name, it.call.as_(0, BOOLEAN)), BOOLEAN)


@aggregate("stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop")
def _spread(it: Aggregation) -> Typed:
    value = _number(it)
    if not becomes(value.type, DOUBLE):
        raise it.call.unexpected()
    name = {"stddev": "stddev_samp", "variance": "var_samp"}.get(it.call.name, it.call.name)
    return Typed(it.of(name, coerce(value, DOUBLE).sql), DOUBLE)


@aggregate("grouping")
def _grouping(it: Aggregation) -> Typed:
    columns = ", ".join(value.sql for value in it.call.all())
    of = INTEGER if len(it.call.arguments) < 32 else BIGINT
    return Typed(f"CAST(grouping({columns}) AS {duck(of)})", of)
