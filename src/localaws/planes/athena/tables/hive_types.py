"""The types of the catalog, in Hive's spelling, as Trino's."""

from __future__ import annotations

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TINYINT,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    decimal,
    mapping,
    row,
    timestamp,
    varchar,
)

_SIMPLE = {
    "boolean": BOOLEAN,
    "tinyint": TINYINT,
    "smallint": SMALLINT,
    "int": INTEGER,
    "integer": INTEGER,
    "bigint": BIGINT,
    "float": REAL,
    "double": DOUBLE,
    "string": VARCHAR,
    "binary": VARBINARY,
    "date": DATE,
    "timestamp": timestamp(3),
}


def from_hive(written: str) -> Type:
    """The type that a column of the catalog has: `array<struct<name:string>>`.

    A type that localaws has not keeps its name: only a query that reads the column is refused.

    Raises:
        QueryError: it is no type.
    """
    name, _, inner = written.strip().lower().partition("<")
    if inner:
        return _nested(name, inner.rstrip()[:-1], written)
    name, _, numbers = name.partition("(")
    if name in _SIMPLE:
        return _SIMPLE[name]
    sizes = [int(each) for each in numbers.rstrip(")").split(",") if each.strip().isdigit()]
    if name == "decimal":
        return decimal(*(sizes or [10, 0])) if len(sizes) != 1 else decimal(sizes[0], 0)
    if name == "varchar" and sizes:
        return varchar(sizes[0])
    return Type(written.strip().lower())


def _nested(name: str, inner: str, written: str) -> Type:
    parts = split(inner)
    if name == "array" and len(parts) == 1:
        return array(from_hive(parts[0]))
    if name == "map" and len(parts) == 2:
        return mapping(from_hive(parts[0]), from_hive(parts[1]))
    if name == "struct":
        fields = [part.partition(":") for part in parts]
        return row(tuple(f[0].strip() for f in fields), tuple(from_hive(f[2]) for f in fields))
    raise QueryError("HIVE_INVALID_METADATA", f"Error: type expected but '{written}' is found")


def split(text: str) -> list[str]:
    """The parts between commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character in "<(":
            depth += 1
        elif character in ">)":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]
