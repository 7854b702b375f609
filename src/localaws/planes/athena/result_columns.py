"""Columns of a result as ResultSetMetadata describes them."""

from __future__ import annotations

from typing import Any

from localaws.planes.athena.sql.types import UNBOUNDED, Type

_NAMES = {"real": "float"}
#: Precision as Athena reports it
_PRECISIONS = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "real": 17,
    "double": 17,
    "varbinary": UNBOUNDED,
}
_MOMENTS = ("timestamp", "timestamp with time zone")


def column_info(name: str, of: Type) -> dict[str, Any]:
    """A ColumnInfo of the API."""
    precision, scale = _PRECISIONS.get(of.name, 0), 0
    if of.name == "decimal":
        precision, scale = of.numbers
    elif of.name == "varchar":
        precision = of.numbers[0] if of.numbers else UNBOUNDED
    elif of.name in _MOMENTS:
        precision = of.numbers[0]
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": _NAMES.get(of.name, of.name),
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": of.name == "varchar",
    }


def text_column(name: str) -> dict[str, Any]:
    """A ColumnInfo of a statement such as SHOW TABLES, whose results are lines of text."""
    return {**column_info(name, Type("string")), "CaseSensitive": False}


def metadata_file(execution_id: str, columns: list[dict[str, Any]]) -> bytes:
    """The protocol buffer that Athena keeps beside a result as <id>.csv.metadata.

    AWS does not document it; the numbers of its fields are those that io.burt:athena-jdbc reads.
    """
    return _field(1, execution_id.encode()) + b"".join(_field(4, _column(each)) for each in columns)


def _column(info: dict[str, Any]) -> bytes:
    texts = ((1, "CatalogName"), (4, "Name"), (5, "Label"), (6, "Type"))
    made = b"".join(_field(number, info[part].encode()) for number, part in texts)
    made += b"".join(_number(number, info[part]) for number, part in ((7, "Precision"), (8, "Scale")) if info[part])
    return made + _number(9, 3) + (_number(10, 1) if info["CaseSensitive"] else b"")


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
