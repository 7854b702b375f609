"""JSON Lines, as the OpenX and Hive JSON SerDes read them."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from typing import Any

from localaws.planes.athena.errors import refused
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.sql.analysis import Read
from localaws.planes.athena.sql.types import Type, duck, field_names, identifier, text
from localaws.planes.athena.tables.csv import lines, serde_parameters, simple_value
from localaws.planes.athena.tables.s3 import Object


def read(
    table: dict[str, Any], keys: Keys, files: list[Object], columns: list[tuple[str, Type]], wanted: list[str]
) -> Read:
    """One object a line; names of keys are compared without case, a missing key is NULL."""
    given = serde_parameters(table)
    renamed = {key for key in given if key.startswith(("mapping.", "dots.in.keys"))}
    if renamed:
        raise refused(f"a JSON table with {sorted(renamed)[0]}")
    types = dict(columns)
    chosen = [f"{_value(f'athena_member(_o, {text(name)})', types[name])} AS {identifier(name)}" for name in wanted]
    malformed = (
        "NULL"
        if given.get("ignore.malformed.json", "").lower() == "true"
        else "athena_fail('HIVE_CURSOR_ERROR: Row is not a valid JSON Object')"
    )
    valid = f"CASE WHEN json_type(TRY_CAST(line AS JSON)) = 'OBJECT' THEN CAST(line AS JSON) ELSE {malformed} END"
    inner = f"SELECT {valid} AS _o, _file FROM ({lines(files, 0)}) WHERE trim(line) <> ''"
    return Read(f"SELECT {', '.join([*chosen, '_file'])} FROM ({inner})", sum(file.size for file in files))


def _value(sql: str, of: Type) -> str:
    """A JSON value as a value of the type."""
    if of.name == "array":
        element = _value("e", of.parts[0])
        items = f"CASE WHEN json_type({sql}) = 'ARRAY' THEN CAST({sql} AS JSON[]) END"
        return f"list_transform({items}, lambda e: {element})"
    if of.name == "row":
        fields = zip(of.names, field_names(of), of.parts, strict=True)
        packed = ", ".join(
            f"{identifier(stored)} := {_value(f'athena_member({sql}, {text(name)})', part)}"
            for name, stored, part in fields
        )
        return f"CASE WHEN json_type({sql}) = 'OBJECT' THEN struct_pack({packed}) END"
    plain = f"json_extract_string({sql}, '$')"
    if of.name in ("map", "varbinary"):
        raise refused(f"a column of type {of} in a JSON file")
    if of.name == "timestamp":
        return f"TRY_CAST(replace({plain}, 'T', ' ') AS {duck(of)})"
    return simple_value(plain, of)
