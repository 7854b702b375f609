"""Text with separators: as LazySimpleSerDe and OpenCSVSerde read it."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from typing import Any

from localaws.planes.athena.errors import refused
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.sql.analysis import Read
from localaws.planes.athena.sql.types import INTEGERS, Type, duck, identifier, text
from localaws.planes.athena.tables.s3 import Object


def serde_parameters(table: dict[str, Any]) -> dict[str, str]:
    """What the catalog tells the SerDe; header settings may stand with the table instead."""
    given: dict[str, str] = table["StorageDescriptor"].get("SerdeInfo", {}).get("Parameters") or {}
    return {**(table.get("Parameters") or {}), **given}


def lines(files: list[Object], header: int) -> str:
    """The lines of all files as the column `line`, with `_file`."""
    paths = ", ".join(text(file.uri) for file in files)
    return (
        f"SELECT coalesce(line, '') AS line, _file FROM read_csv([{paths}], columns => {{'line': 'VARCHAR'}}, "
        f"delim => '\x07', quote => '', escape => '', header => false, skip => {header}, auto_detect => false, "
        "hive_partitioning => false, filename => '_file')"
    )


def read_simple(
    table: dict[str, Any], keys: Keys, files: list[Object], columns: list[tuple[str, Type]], wanted: list[str]
) -> Read:
    """As Trino's LazySimpleSerDe: no quotes; a missing or unreadable value is NULL, and further ones are left out."""
    given = serde_parameters(table)
    if given.get("escape.delim"):
        raise refused("a table with escape.delim")
    separator = given.get("field.delim") or given.get("serialization.format") or "\x01"
    separator = "\x01" if separator == "1" else separator
    null = given.get("serialization.null.format", "\\N")
    places = {name: i + 1 for i, (name, _) in enumerate(columns)}
    types = dict(columns)
    chosen = [
        f"{simple_value(f'nullif(_v[{places[name]}], {text(null)})', types[name])} AS {identifier(name)}"
        for name in wanted
    ]
    inner = f"SELECT string_split(line, {text(separator)}) AS _v, _file FROM ({lines(files, header_lines(given))})"
    return Read(f"SELECT {', '.join([*chosen, '_file'])} FROM ({inner})", sum(file.size for file in files))


def header_lines(given: dict[str, str]) -> int:
    """How many lines of each file are no data."""
    count = given.get("skip.header.line.count", "0")
    return int(count) if count.isdigit() else 0


def simple_value(sql: str, of: Type) -> str:
    """A field as a value; NULL where it spells none."""
    if of.name == "varchar":
        return sql
    if of.name in INTEGERS:
        # the part after a point is left out: io.trino.hive.formats, LongEncoding
        return f"TRY_CAST(regexp_extract({sql}, '^([+-]?[0-9]+)(\\.[0-9]*)?$', 1) AS {duck(of)})"
    if of.name == "boolean":
        return f"CASE lower({sql}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    if of.name in ("double", "real", "decimal"):
        return f"TRY_CAST(trim({sql}) AS {duck(of)})"
    if of.name == "date":
        return f"TRY_CAST(regexp_extract({sql}, '^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}$') AS DATE)"
    if of.name == "timestamp":
        return f"TRY_CAST(regexp_extract({sql}, '^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}} [0-9:.]+$') AS TIMESTAMP)"
    raise refused(f"a column of type {of} in a text file")


def read_open_csv(
    table: dict[str, Any], keys: Keys, files: list[Object], columns: list[tuple[str, Type]], wanted: list[str]
) -> Read:
    """As OpenCSVSerDe: quoted values; only text columns (Athena user guide, "Open CSV SerDe for processing CSV")."""
    given = serde_parameters(table)
    types = dict(columns)
    for name in wanted:
        if types[name].name != "varchar":
            raise refused(f"a column of type {types[name]} in a table with OpenCSVSerde")
    separator, quote = given.get("separatorChar", ","), given.get("quoteChar", '"')
    names = ", ".join(f"{text(name)}: 'VARCHAR'" for name, _ in columns)
    paths = ", ".join(text(file.uri) for file in files)
    escape = given.get("escapeChar", "\\")
    inner = (
        f"SELECT * FROM read_csv([{paths}], columns => {{{names}}}, delim => {text(separator)}, "
        f"quote => {text(quote)}, "
        f"escape => {text(quote if escape == chr(92) else escape)}, header => false, skip => {header_lines(given)}, "
        "auto_detect => false, null_padding => true, nullstr => '\x01', parallel => false, "
        "hive_partitioning => false, filename => '_file')"
    )
    chosen = [f"{_unescaped(name) if escape == chr(92) else identifier(name)} AS {identifier(name)}" for name in wanted]
    return Read(f"SELECT {', '.join([*chosen, '_file'])} FROM ({inner})", sum(file.size for file in files))


def _unescaped(name: str) -> str:
    """DuckDB knows one escape only, the doubled quote: a value with a backslash is refused when it comes."""
    column = identifier(name)
    wrong = "athena_fail('NOT_SUPPORTED: localaws does not know how OpenCSVSerde reads a backslash')"
    return f"CASE WHEN contains({column}, chr(92)) THEN {wrong} ELSE {column} END"
