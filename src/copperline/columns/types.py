"""Spark schemas out of contracts, without a JVM."""

from __future__ import annotations

import re

from pyspark.sql import types as T

from copperline.contract import Contract
from copperline.errors import ContractError, expected

_SIMPLE: dict[str, T.DataType] = {
    "string": T.StringType(),
    "boolean": T.BooleanType(),
    "int": T.IntegerType(),
    "bigint": T.LongType(),
    "float": T.FloatType(),
    "double": T.DoubleType(),
    "date": T.DateType(),
    "timestamp": T.TimestampType(),
    "binary": T.BinaryType(),
}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


def spark_type(text: str, place: str) -> T.DataType:
    """The Spark type of a physicalType.

    Raises:
        ContractError: it is none that a table of the house can hold.
    """
    if found := _DECIMAL.fullmatch(text.replace(" ", "")):
        return T.DecimalType(int(found[1]), int(found[2]))
    if text not in _SIMPLE:
        known = f"decimal(p,s) or one of {', '.join(_SIMPLE)}"
        raise ContractError(expected(place, "physicalType", known, text, "use one of them"))
    return _SIMPLE[text]


def read_schema(contract: Contract) -> T.StructType:
    """The schema with which the table's files are read: no type is ever inferred."""
    return T.StructType([_field(column.name, column.type, contract) for column in contract.columns])


def stored_schema(contract: Contract) -> T.StructType:
    """The schema of the table itself: where a value is personal, its hash stands in its place."""
    kept = [column for column in contract.columns if column.kept]
    return T.StructType([_field(column.stored_name, column.stored_type, contract) for column in kept])


def _field(name: str, text: str, contract: Contract) -> T.StructField:
    return T.StructField(name, spark_type(text, f"{contract.file}: {name}"), nullable=True)
