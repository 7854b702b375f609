"""The types of Iceberg as Trino's."""

from __future__ import annotations

import re
from typing import Any

from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    decimal,
    instant,
    mapping,
    row,
    timestamp,
)

_SIMPLE = {
    "boolean": BOOLEAN,
    "int": INTEGER,
    "long": BIGINT,
    "float": REAL,
    "double": DOUBLE,
    "date": DATE,
    "timestamp": timestamp(6),
    "timestamptz": instant(6),
    "string": VARCHAR,
    "binary": VARBINARY,
}


def from_iceberg(written: Any) -> Type:
    """The type that a field of an Iceberg schema has; one that localaws has not keeps its name."""
    if isinstance(written, str):
        found = re.fullmatch(r"decimal\((\d+), ?(\d+)\)", written)
        return decimal(int(found[1]), int(found[2])) if found else _SIMPLE.get(written, Type(written))
    if written["type"] == "list":
        return array(from_iceberg(written["element"]))
    if written["type"] == "map":
        return mapping(from_iceberg(written["key"]), from_iceberg(written["value"]))
    fields = written["fields"]
    return row(tuple(field["name"].lower() for field in fields), tuple(from_iceberg(field["type"]) for field in fields))
