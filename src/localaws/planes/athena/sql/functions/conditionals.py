"""Functions that choose among their arguments."""

from __future__ import annotations

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import common
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.functions.call import Call, function
from localaws.planes.athena.sql.typed import Typed
from localaws.planes.athena.sql.types import VARCHAR, text


@function("coalesce")
def _coalesce(call: Call) -> Typed:
    if len(call.arguments) < 2:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", "The 'coalesce' function must have at least two arguments")
    message = "All COALESCE operands must be the same type or coercible to a common type: {0} vs {1}"
    parts, of = call.block.unified(call.arguments, message)
    return Typed(f"coalesce({', '.join(parts)})", of)


@function("nullif")
def _nullif(call: Call) -> Typed:
    call.count(2)
    first, second = call.all()
    wanted = common(first.type, second.type)
    if wanted is None:
        message = f"Types are not comparable with NULLIF: {first.type} vs {second.type}"
        raise QueryError("TYPE_MISMATCH", message, position(call.node))
    same = f"{coerce(first, wanted).sql} = {coerce(second, wanted).sql}"
    return Typed(f"(CASE WHEN {same} THEN NULL ELSE {first.sql} END)", first.type)


@function("greatest", "least")
def _extreme(call: Call) -> Typed:
    """Trino answers NULL when any argument is NULL; DuckDB leaves NULLs out."""
    parts, of = call.block.unified(call.arguments, "Unexpected parameters ({0}, {1}) for function " + call.name)
    missing = " OR ".join(f"{part} IS NULL" for part in parts)
    return Typed(f"(CASE WHEN {missing} THEN NULL ELSE {call.name}({', '.join(parts)}) END)", of)


#: macros that may answer NOT_SUPPORTED, which TRY must not turn into NULL
_MAY_REFUSE = (
    "NOT_SUPPORTED",
    "athena_ascii",
    "athena_exact",
    "athena_no_last_newline",
    "athena_json_scalar",
    "HUGEINT",
)


@function("try")
def _try(call: Call) -> Typed:
    """NULL where the expression fails; DuckDB's TRY catches what fails while it runs."""
    call.count(1)
    if _has_subquery(call.block, call.arguments[0]):
        raise call.refuse("around a subquery or an aggregate")
    value = call.typed(0)
    if any(macro in value.sql for macro in _MAY_REFUSE):
        raise call.refuse("around something that localaws may have to refuse while it runs")
    return Typed(f"TRY({value.sql})", value.type)


def _has_subquery(block: Block, node: object) -> bool:
    from sqlglot import exp

    from localaws.planes.athena.sql.functions import is_aggregate

    assert isinstance(node, exp.Expression)
    return any(isinstance(each, exp.Query) or is_aggregate(each) for each in node.walk())


@function("typeof")
def _typeof(call: Call) -> Typed:
    call.count(1)
    name = str(call.typed(0).type)
    return Typed(text(name), VARCHAR)
