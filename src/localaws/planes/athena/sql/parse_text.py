"""Text read as numbers, dates and times: exactly the spellings that Trino's CAST takes."""

from __future__ import annotations

from localaws.planes.athena.errors import Position, QueryError, refused
from localaws.planes.athena.sql import show
from localaws.planes.athena.sql.typed import once
from localaws.planes.athena.sql.types import INTEGERS, Type, duck, text

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_TIME = r"[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,6})?)?)?"
_SPELLINGS = {
    **dict.fromkeys(INTEGERS, r"\s*[+-]?[0-9]+\s*"),
    "double": rf"\s*({_NUMBER}|[+-]?Infinity|NaN)\s*",
    "real": rf"\s*({_NUMBER}|[+-]?Infinity|NaN)\s*",
    "decimal": _NUMBER,
    "boolean": "(?i)true|false|t|f|1|0",
    "date": r"\s*[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}\s*",
    "timestamp": rf"\s*{_TIME}\s*",
    "timestamp with time zone": rf"\s*{_TIME} UTC\s*",
}
_NAMES = {"integer": "INT", "bigint": "BIGINT", "smallint": "SMALLINT", "tinyint": "TINYINT"}


def parsed(sql: str, wanted: Type, safe: bool, at: Position | None) -> str:
    """The SQL of the value that the text spells; where it spells none, an error, or NULL when safe.

    Raises:
        QueryError: Trino casts no text to that type, or localaws does not.
    """
    if wanted.name == "varbinary":
        return f"encode({sql})"
    if wanted.name not in _SPELLINGS:
        if wanted.name in ("array", "map", "row"):
            raise QueryError("TYPE_MISMATCH", f"Cannot cast varchar to {wanted}", at)
        raise refused(f"CAST of varchar to {wanted}", at)
    return once(sql, lambda value: _parsed(value, wanted, safe))


def _parsed(sql: str, wanted: Type, safe: bool) -> str:
    spelled = f"regexp_full_match({sql}, {text(_SPELLINGS[wanted.name])})"
    value = _read(f"trim({sql}, {WHITE})", wanted)
    made = f"TRY_CAST({value} AS {duck(wanted)})"
    if wanted.name in ("timestamp", "timestamp with time zone"):
        made = show.rounded(made, wanted)
    if safe:
        return f"CASE WHEN {spelled} THEN {made} END"
    wrong = f"athena_fail({_complaint(sql, wanted)})"
    return (
        f"CASE WHEN {sql} IS NULL THEN NULL WHEN {spelled} THEN coalesce({made}, {wrong}) ELSE {wrong} END"
        if wanted.name not in INTEGERS
        else f"CASE WHEN {sql} IS NULL OR {spelled} THEN CAST({value} AS {duck(wanted)}) ELSE {wrong} END"
    )


#: The characters that Trino trims: Java's Character.isWhitespace
WHITE = "chr(9)||chr(10)||chr(11)||chr(12)||chr(13)||chr(28)||chr(29)||chr(30)||chr(31)||' '" + "".join(
    f"||chr({code})"
    for code in (0x1680, *range(0x2000, 0x2007), *range(0x2008, 0x200B), 0x2028, 0x2029, 0x205F, 0x3000)
)


def _read(sql: str, wanted: Type) -> str:
    if wanted.name == "timestamp with time zone":
        return f"replace({sql}, ' UTC', '+00')"
    if wanted.name == "timestamp":
        # DuckDB wants seconds
        return f"CASE WHEN regexp_full_match({sql}, '[^:]*:[^:]*') THEN {sql} || ':00' ELSE {sql} END"
    return f"athena_plain({sql})" if wanted.name == "decimal" else sql


def _complaint(sql: str, wanted: Type) -> str:
    if wanted.name in _NAMES:
        return f"'INVALID_CAST_ARGUMENT: Cannot cast ''' || {sql} || ''' to {_NAMES[wanted.name]}'"
    if wanted.name == "decimal":
        shown = f"DECIMAL({wanted.numbers[0]}, {wanted.numbers[1]}). Value is not a number."
        return f"'INVALID_CAST_ARGUMENT: Cannot cast VARCHAR ''' || {sql} || ''' to {shown}'"
    if wanted.name in ("double", "real", "boolean"):
        return f"'INVALID_CAST_ARGUMENT: Cannot cast ''' || {sql} || ''' to {wanted.name.upper()}'"
    return f"'INVALID_CAST_ARGUMENT: Value cannot be cast to {wanted.name}: ' || {sql}"
