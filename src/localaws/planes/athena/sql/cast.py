"""Values turned into other types, as Trino does it by itself or when told to CAST."""

from __future__ import annotations

from dataclasses import replace

from localaws.planes.athena.errors import Position, QueryError, refused
from localaws.planes.athena.sql import parse_text, show
from localaws.planes.athena.sql.coercion import becomes
from localaws.planes.athena.sql.typed import Typed
from localaws.planes.athena.sql.types import (
    DIGITS,
    INTEGERS,
    UNBOUNDED,
    Type,
    duck,
    field_names,
    identifier,
    is_number,
    text,
)


def coerce(value: Typed, wanted: Type) -> Typed:
    """The value in the wanted type, which it becomes by itself (check with `becomes` first)."""
    if value.type == wanted:
        return value
    if _same_in_duck(value.type, wanted):
        return replace(value, type=wanted)
    if value.type.parts:
        return _collection(value, wanted, safe=False, at=None)
    return _as(value, wanted, f"CAST({_exactly(value, wanted)} AS {duck(wanted)})")


def _exactly(value: Typed, wanted: Type) -> str:
    """What is cast: Trino divides a decimal of up to 18 digits as a double, and rounds a longer one correctly."""
    if value.type.name != "decimal" or wanted.name not in ("double", "real") or value.type.numbers[0] <= 15:
        return value.sql
    precision, scale = value.type.numbers
    digits = f"CAST(replace(CAST({value.sql} AS VARCHAR), '.', '') AS BIGINT)"
    short = f"(CAST({digits} AS DOUBLE) / CAST('1e{scale}' AS DOUBLE))"
    return short if precision <= 18 else f"CAST({value.sql} AS VARCHAR)"


def cast(value: Typed, wanted: Type, safe: bool, at: Position | None = None) -> Typed:
    """CAST, or TRY_CAST when safe: NULL where CAST would fail.

    Raises:
        QueryError: TYPE_MISMATCH when Trino has no such cast; NOT_SUPPORTED when it is not known here.
    """
    given = value.type
    if given == wanted or given.name == "unknown":
        return coerce(value, wanted)
    if "varchar" in (given.name, wanted.name):
        return _to_varchar(value, wanted) if wanted.name == "varchar" else _from_varchar(value, wanted, safe, at)
    if _rounds_time(given, wanted):
        return _as(value, wanted, show.rounded(f"CAST({value.sql} AS {duck(wanted)})", wanted))
    if given.parts and wanted.parts:
        return _collection(value, wanted, safe, at)
    if is_number(given) and is_number(wanted):
        return _number(value, wanted, safe)
    return coerce(value, wanted) if becomes(given, wanted) else _other(value, wanted, safe, at)


def _as(value: Typed, wanted: Type, sql: str) -> Typed:
    return replace(value, sql=sql, type=wanted)


def _same_in_duck(given: Type, wanted: Type) -> bool:
    return given.name != "unknown" and not given.parts and duck(given) == duck(wanted)


def _rounds_time(given: Type, wanted: Type) -> bool:
    """A date has no fraction; a finer timestamp is rounded to a coarser one."""
    times = ("timestamp", "timestamp with time zone")
    return given.name in times and wanted.name in times and given.numbers[0] > wanted.numbers[0]


def _to_varchar(value: Typed, wanted: Type) -> Typed:
    given = value.type
    shown = value.sql if given.name == "varchar" else show.as_varchar(value.sql, given)
    if wanted.numbers and not (given.name == "varchar" and given.numbers and given.numbers[0] <= wanted.numbers[0]):
        length = wanted.numbers[0]
        if given.name != "varchar":
            shown = f"athena_fits({shown}, {length}, {text(f' cannot be represented as varchar({length})')})"
        elif length < UNBOUNDED:
            shown = f"left({shown}, {length})"
    return _as(value, wanted, shown)


def _from_varchar(value: Typed, wanted: Type, safe: bool, at: Position | None) -> Typed:
    return _as(value, wanted, parse_text.parsed(value.sql, wanted, safe, at))


def _number(value: Typed, wanted: Type, safe: bool) -> Typed:
    if value.type.name == "double" and wanted.name == "real":
        return _as(value, wanted, f"athena_real({value.sql})")
    approximate = value.type.name in ("real", "double")
    source = f"round({value.sql})" if approximate and wanted.name in INTEGERS else _exactly(value, wanted)
    if approximate and wanted.name == "decimal":
        # Trino rounds the shortest decimal that names the double, not its binary value
        source = f"athena_plain(CAST(athena_exact({value.sql}) AS VARCHAR))"
    if value.type.name in INTEGERS and wanted.name == "decimal" and DIGITS[value.type.name] > wanted.numbers[0]:
        source = f"CAST({value.sql} AS DECIMAL(38,0))"
    return _as(value, wanted, f"{'TRY_CAST' if safe else 'CAST'}({source} AS {duck(wanted)})")


def _other(value: Typed, wanted: Type, safe: bool, at: Position | None) -> Typed:
    given = value.type
    pairs = {
        ("timestamp", "date"),
        ("timestamp with time zone", "date"),
        ("timestamp with time zone", "timestamp"),
        *(("boolean", name) for name in (*INTEGERS, "double", "real")),
        *((name, "boolean") for name in (*INTEGERS, "double", "real", "decimal")),
    }
    if (given.name, wanted.name) in pairs:
        source = value.sql
        if given.name == "timestamp with time zone" and wanted.name == "date":
            source = f"CAST({source} AS TIMESTAMP)"
        return _as(value, wanted, f"CAST({source} AS {duck(wanted)})")
    if is_number(given) or is_number(wanted) or "boolean" in (given.name, wanted.name):
        raise QueryError("TYPE_MISMATCH", f"Cannot cast {given} to {wanted}", at)
    raise refused(f"CAST of {given} to {wanted}", at)


def _collection(value: Typed, wanted: Type, safe: bool, at: Position | None) -> Typed:
    given = value.type
    if given.name != wanted.name or len(given.parts) != len(wanted.parts):
        raise QueryError("TYPE_MISMATCH", f"Cannot cast {given} to {wanted}", at)
    if given.name == "map" and given.parts[0] == wanted.parts[0] and becomes(given.parts[1], wanted.parts[1]):
        return _as(value, wanted, f"CAST({value.sql} AS {duck(wanted)})")
    if given.name == "array":
        element = cast(Typed("e", given.parts[0]), wanted.parts[0], safe, at).sql
        return _as(value, wanted, f"list_transform({value.sql}, lambda e: {element})")
    if given.name != "row":
        raise refused(f"CAST of {given} to {wanted}", at)
    return _as(value, wanted, _row(value, wanted, safe, at))


def _row(value: Typed, wanted: Type, safe: bool, at: Position | None) -> str:
    parts = []
    old = zip(field_names(value.type), value.type.parts, strict=True)
    new = zip(field_names(wanted), wanted.parts, strict=True)
    for (old_name, old_type), (new_name, new_type) in zip(old, new, strict=True):
        part = Typed(f"struct_extract({value.sql}, {text(old_name)})", old_type)
        parts.append(f"{identifier(new_name)} := {cast(part, new_type, safe, at).sql}")
    return f"CASE WHEN {value.sql} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
