"""Functions on text; a character is a code point, as on Trino."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.block import Block
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import becomes
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.functions.call import Call, function, simple
from localaws.planes.athena.sql.parse_text import WHITE
from localaws.planes.athena.sql.typed import Typed, handles
from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    UNBOUNDED,
    VARCHAR,
    Type,
    array,
    varchar,
)

simple("length", (VARCHAR,), BIGINT, "length({0})")
simple("strpos", (VARCHAR, VARCHAR), BIGINT, "athena_strpos({0}, {1})")
simple("starts_with", (VARCHAR, VARCHAR), BOOLEAN, "starts_with({0}, {1})")
simple("ends_with", (VARCHAR, VARCHAR), BOOLEAN, "ends_with({0}, {1})")
simple("chr", (BIGINT,), varchar(1), "chr(CAST({0} AS INTEGER))")
simple("lpad", (VARCHAR, BIGINT, VARCHAR), VARCHAR, "lpad({0}, CAST({1} AS INTEGER), athena_pad({2}))")
simple("rpad", (VARCHAR, BIGINT, VARCHAR), VARCHAR, "rpad({0}, CAST({1} AS INTEGER), athena_pad({2}))")


def text_argument(call: Call, place: int) -> Typed:
    """An argument that must be text, with its length."""
    value = call.typed(place)
    if not becomes(value.type, VARCHAR):
        raise call.unexpected()
    return value if value.type.name == "varchar" else coerce(value, VARCHAR)


@function("lower", "upper")
def _letters(call: Call) -> Typed:
    call.count(1)
    value = text_argument(call, 0)
    return Typed(f"athena_{call.name}({value.sql})", value.type)


@function("reverse")
def _reverse(call: Call) -> Typed:
    call.count(1)
    value = call.typed(0)
    if value.type.name == "array":
        return Typed(f"list_reverse({value.sql})", value.type)
    value = text_argument(call, 0)
    # DuckDB's reverse keeps grapheme clusters together, Trino's turns code points
    return Typed(f"array_to_string(list_reverse(athena_characters({value.sql})), '')", value.type)


@function("trim", "ltrim", "rtrim")
def _trim(call: Call) -> Typed:
    call.count(1)
    value = text_argument(call, 0)
    return Typed(f"{call.name}({value.sql}, {WHITE})", value.type)


@handles(exp.Trim, "this", "position", "expression")
def _trim_characters(block: Block, node: Any) -> Typed:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    call = Call(block, node, name, [node.this, *([node.expression] if node.expression else [])])
    value = text_argument(call, 0)
    if len(call.arguments) == 1:
        return Typed(f"{name}({value.sql}, {WHITE})", value.type)
    return Typed(f"{name}({value.sql}, {call.as_(1, VARCHAR)})", value.type)


@handles(exp.StrPosition, "this", "substr")
def _position(block: Block, node: Any) -> Typed:
    call = Call(block, node, "strpos", [node.this, node.args["substr"]])
    return Typed(f"athena_strpos({call.as_(0, VARCHAR)}, {call.as_(1, VARCHAR)})", BIGINT)


@handles(exp.Substring, "this", "start", "length")
def _substring(block: Block, node: Any) -> Typed:
    given = [node.this, node.args.get("start"), node.args.get("length")]
    return _substr(Call(block, node, "substring", [each for each in given if each is not None]))


@function("substr", "substring")
def _substr(call: Call) -> Typed:
    count = call.count(2, 3)
    value = text_argument(call, 0)
    parts = [value.sql, *(call.as_(place, BIGINT) for place in range(1, count))]
    return Typed(f"athena_substr{count}({', '.join(parts)})", value.type)


@function("concat")
def _concat(call: Call) -> Typed:
    values = call.all()
    if values and all(value.type.name == "array" for value in values):
        parts, of = call.block.unified(call.arguments, "Unexpected parameters ({0}, {1}) for function concat")
        missing = " OR ".join(f"{part} IS NULL" for part in parts)
        return Typed(f"(CASE WHEN {missing} THEN NULL ELSE list_concat({', '.join(parts)}) END)", of)
    if len(values) < 2 or not all(becomes(value.type, VARCHAR) for value in values):
        raise call.unexpected()
    return Typed(f"({' || '.join(coerce(value, VARCHAR).sql for value in values)})", VARCHAR)


@function("concat_ws")
def _concat_ws(call: Call) -> Typed:
    if len(call.arguments) < 2:
        raise call.unexpected()
    separator, *rest = (call.as_(place, VARCHAR) for place in range(len(call.arguments)))
    joined = f"concat_ws({separator}, {', '.join(rest)})"
    return Typed(f"(CASE WHEN {separator} IS NULL THEN NULL ELSE {joined} END)", VARCHAR)


@function("replace")
def _replace(call: Call) -> Typed:
    count = call.count(2, 3)
    value, search = text_argument(call, 0), call.as_(1, VARCHAR)
    new = call.as_(2, VARCHAR) if count == 3 else "''"
    return Typed(f"athena_replace({value.sql}, {search}, {new})", _replaced_type(call, value.type))


def _replaced_type(call: Call, given: Type) -> Type:
    if len(call.arguments) == 2 or not given.numbers:
        return given
    new = call.typed(2).type
    return (
        varchar(min(given.numbers[0] + new.numbers[0] * (given.numbers[0] + 1), UNBOUNDED)) if new.numbers else VARCHAR
    )


@function("split")
def _split(call: Call) -> Typed:
    call.count(2)
    value, separator = text_argument(call, 0), call.literal(1, "delimiter")
    if not separator:
        raise call.refuse("with an empty delimiter")
    return Typed(f"string_split({value.sql}, {call.as_(1, VARCHAR)})", array(value.type))


@function("split_part")
def _split_part(call: Call) -> Typed:
    call.count(3)
    value, separator = text_argument(call, 0), call.literal(1, "delimiter")
    if not separator:
        raise call.refuse("with an empty delimiter")
    pieces = f"string_split({value.sql}, {call.as_(1, VARCHAR)})"
    return Typed(f"athena_part({pieces}, {call.as_(2, BIGINT)})", value.type)


@function("translate")
def _translate(call: Call) -> Typed:
    call.count(3)
    parts = [call.as_(place, VARCHAR) for place in range(3)]
    return Typed(f"translate({', '.join(parts)})", VARCHAR)


@function("codepoint")
def _codepoint(call: Call) -> Typed:
    call.count(1)
    value = text_argument(call, 0)
    if value.type != varchar(1):
        raise QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({value.type}) for function codepoint")
    return Typed(f"unicode({value.sql})", INTEGER)


@handles(exp.GroupConcat, "this", "separator")
def _listagg(block: Block, node: Any) -> Typed:
    raise refused("listagg", position(node))
