"""The types that a query writes out, and the values that it spells."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError, refused
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
    instant,
    mapping,
    row,
    timestamp,
    varchar,
)

_SIMPLE = {
    "BOOLEAN": BOOLEAN,
    "TINYINT": TINYINT,
    "SMALLINT": SMALLINT,
    "INT": INTEGER,
    "BIGINT": BIGINT,
    "FLOAT": REAL,
    "DOUBLE": DOUBLE,
    "VARBINARY": VARBINARY,
    "DATE": DATE,
}


def written_type(node: Any) -> Type:
    """The type that a DataType node names.

    Raises:
        QueryError: it is none of Trino's, or one that localaws has not.
    """
    name = node.this.name if hasattr(node.this, "name") else str(node.this)
    if name in _SIMPLE and not node.expressions:
        return _SIMPLE[name]
    maker = {
        "VARCHAR": _varchar,
        "TEXT": _text,
        "DECIMAL": _decimal,
        "TIMESTAMP": lambda n: timestamp(_precision(n)),
        "TIMESTAMPTZ": lambda n: instant(_precision(n)),
        "ARRAY": lambda n: array(written_type(n.expressions[0])),
        "MAP": lambda n: mapping(*(written_type(part) for part in n.expressions)),
        "STRUCT": _row,
    }.get(name)
    if maker is None:
        raise refused(f"the type {node.sql(dialect='trino').lower()}")
    return maker(node)


def _varchar(node: Any) -> Type:
    numbers = _numbers(node)
    return varchar(numbers[0]) if numbers else VARCHAR


def _text(node: Any) -> Type:
    raise QueryError("TYPE_NOT_FOUND", f"Unknown type: {node.sql().lower()}")


def _decimal(node: Any) -> Type:
    numbers = _numbers(node) or [38]
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    if precision > 38 or scale > precision:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"DECIMAL({precision},{scale}) is out of range")
    return decimal(precision, scale)


def _precision(node: Any) -> int:
    numbers = _numbers(node)
    precision = numbers[0] if numbers else 3
    if precision > 6:
        raise refused(f"timestamp({precision})")
    return precision


def _row(node: Any) -> Type:
    names, parts = [], []
    for field in node.expressions:
        named = isinstance(field, exp.ColumnDef)
        names.append(field.name.lower() if named else "")
        parts.append(written_type(field.args["kind"] if named else field))
    return row(tuple(names), tuple(parts))


def _numbers(node: Any) -> list[int]:
    return [int(part.name) for part in node.expressions]


def decimal_type(digits: str) -> Type:
    """The type of a decimal literal: as many digits as it writes, without leading zeros.

    Raises:
        QueryError: it has more than 38 digits.
    """
    whole, _, fraction = digits.partition(".")
    precision = max(len(whole.lstrip("0")) + len(fraction), 1)
    if precision > 38:
        raise QueryError("SYNTAX_ERROR", f"Invalid decimal literal '{digits}'")
    return decimal(precision, len(fraction))
