"""What a Parquet file says of itself: magic at both ends, and the schema and row count of its footer.

Source: apache/parquet-format, README.md (file format) and src/main/thrift/parquet.thrift; the Spark types follow
ParquetToSparkSchemaConverter of Spark 3.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from copperline.files.findings import Finding, FoundColumn, Refusal
from copperline.files.source import Source
from copperline.files.thrift import Malformed, Reader

MAGIC, ENCRYPTED = b"PAR1", b"PARE"
#: Schema and row count come first in a footer, row groups after them; more than this no schema takes.
SCHEMA_BYTES = 8 * 1024 * 1024

BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED = range(8)
PHYSICAL = {BOOLEAN: "boolean", INT32: "int", INT64: "bigint", INT96: "timestamp", FLOAT: "float", DOUBLE: "double"}
REPEATED = 2
#: LogicalType, by its field: types that say all by their name.
NAMED = {1: "string", 4: "string", 6: "date", 12: "string", 13: "bson", 11: "null", 14: "uuid", 15: "float16"}
DECIMAL, TIME, TIMESTAMP, INTEGER = 5, 7, 8, 10
#: ConvertedType, which older writers use in place of LogicalType.
CONVERTED = {0: "string", 4: "string", 6: "date", 7: "time", 8: "time", 9: "timestamp", 10: "timestamp"}
CONVERTED |= {11: "smallint", 12: "int", 13: "bigint", 14: "decimal(20,0)"}
CONVERTED |= {15: "tinyint", 16: "smallint", 17: "int", 18: "bigint", 19: "string", 20: "bson", 21: "interval"}
CONVERTED_DECIMAL = 5
SIGNED = {8: "tinyint", 16: "smallint", 32: "int", 64: "bigint"}
UNSIGNED = {8: "smallint", 16: "int", 32: "bigint", 64: "decimal(20,0)"}

AGAIN = "write the file anew, and deliver it whole"


def read_parquet(source: Source) -> Finding | Refusal:
    """Columns and row count, without reading any row; a reason where the file is no whole Parquet file."""
    if source.read(0, 4) == ENCRYPTED or source.read(source.size - 4, 4) == ENCRYPTED:
        return Refusal("encrypted", "the Parquet footer is encrypted", "deliver the file without modular encryption")
    if source.read(0, 4) != MAGIC:
        return Refusal("not_parquet", "expected the first bytes PAR1, got others", "deliver Parquet")
    if source.size < 12 or source.read(source.size - 4, 4) != MAGIC:
        return Refusal("truncated", "begins as Parquet, but does not end with the bytes PAR1", AGAIN)
    length = int.from_bytes(source.read(source.size - 8, 4), "little")
    if not 0 < length <= source.size - 12:
        detail = f"expected a footer of 1 to {source.size - 12} bytes, got {length}"
        return Refusal("truncated", detail, AGAIN)
    try:
        return _footer(source.read(source.size - 8 - length, min(length, SCHEMA_BYTES)))
    except (Malformed, UnicodeDecodeError, AttributeError, TypeError, ValueError, KeyError) as error:
        return Refusal("corrupt_footer", f"the Parquet footer cannot be read: {error}", AGAIN)


def _footer(data: bytes) -> Finding:
    found: dict[int, Any] = {}
    for field, value in Reader(data).fields():
        found[field] = value
        if {2, 3} <= found.keys():
            break
    elements, rows = found[2], found[3]
    if not elements or not isinstance(rows, int):
        raise Malformed("it has no schema, or no number of rows")
    return Finding(tuple(_columns(elements)), rows)


def _columns(elements: list[dict[int, Any]]) -> Iterator[FoundColumn]:
    """The children of the root; the tree is written depth first, each node with the number of its children."""
    at = 1
    for _ in range(elements[0].get(5, 0)):
        after = _after(elements, at)
        element = elements[at]
        nested = after > at + 1 or bool(element.get(5)) or element.get(3) == REPEATED
        name = element[4].decode("utf-8")
        yield FoundColumn(name, "nested" if nested else spark_type(element), nested=nested)
        at = after


def _after(elements: list[dict[int, Any]], at: int) -> int:
    open_nodes = 1
    while open_nodes:
        if at >= len(elements):
            raise Malformed("the schema ends before its last column")
        open_nodes += elements[at].get(5, 0) - 1
        at += 1
    return at


def spark_type(element: dict[int, Any]) -> str:
    """The type, in Spark's words, that a schema element of a single value has."""
    if logical := element.get(10):
        [(kind, options), *_] = logical.items()
        return _logical(kind, options, element[1])
    converted = element.get(6)
    if converted == CONVERTED_DECIMAL:
        return f"decimal({element.get(8)},{element.get(7, 0)})"
    if converted is not None:
        return CONVERTED.get(converted, f"converted type {converted}")
    return PHYSICAL.get(element[1], "binary")


def _logical(kind: int, options: dict[int, Any], physical: int) -> str:
    if kind == DECIMAL:
        return f"decimal({options[2]},{options.get(1, 0)})"
    if kind == TIMESTAMP:
        nanoseconds = 3 in options[2]
        zone = "timestamp" if options[1] else "timestamp_ntz"
        return f"{zone} in nanoseconds" if nanoseconds else zone
    if kind == TIME:
        return "time"
    if kind == INTEGER:
        return (SIGNED if options[2] else UNSIGNED)[options[1]]
    return NAMED.get(kind) or PHYSICAL.get(physical, "binary")
