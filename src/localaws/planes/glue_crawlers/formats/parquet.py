"""Parquet: the schema is in the footer (page "Built-in classifiers")."""

from __future__ import annotations

from typing import Any, BinaryIO

from localaws.planes.glue_crawlers.found import Found
from localaws.planes.glue_crawlers.types import ListOf, Struct, Type, spelled

MAGIC = b"PAR1"
SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
_NAMES = {
    "bool": "boolean",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "uint8": "smallint",
    "uint16": "int",
    "uint32": "bigint",
    "uint64": "bigint",
    "halffloat": "float",
    "float": "float",
    "double": "double",
    "string": "string",
    "large_string": "string",
    "binary": "binary",
    "large_binary": "binary",
    "null": "string",
}


def look(file: BinaryIO, size: int) -> Found:
    """What the footer says; a file without one that can be read is of no known kind."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(file) as opened:
            schema, records = opened.schema_arrow, opened.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError):
        return Found("UNKNOWN", size=size)
    columns = tuple((field.name.lower(), _kind(field.type)) for field in schema)
    return Found("parquet", columns, serde=SERDE, records=records, size=size)


def _kind(kind: Any) -> Type:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _kind(kind.value_type)
    if types.is_map(kind):
        return f"map<{spelled(_kind(kind.key_type))},{spelled(_kind(kind.item_type))}>"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return ListOf(_kind(kind.value_type))
    if types.is_struct(kind):
        return Struct(tuple((field.name.lower(), _kind(field.type)) for field in kind))
    return _scalar(kind)


def _scalar(kind: Any) -> str:
    from pyarrow import types

    if types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    for is_kind, name in (
        (types.is_date, "date"),
        (types.is_timestamp, "timestamp"),
        (types.is_fixed_size_binary, "binary"),
        (types.is_time32, "int"),
        (types.is_time64, "bigint"),
    ):
        if is_kind(kind):
            return name
    return _NAMES.get(str(kind), "string")
