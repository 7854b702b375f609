"""Casts that never guess: a value that does not fit becomes NULL, and a rule of the contract says so."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F


def try_cast(name: str, to: str) -> SparkColumn:
    """The column as the type, NULL where the value does not fit: Spark's plain cast would wrap it round."""
    return F.expr(f"try_cast(`{name}` AS {to})")


def try_moment(date: str, time: str, pattern: str) -> SparkColumn:
    """The moment that two text columns make, NULL where no such moment exists."""
    return F.try_to_timestamp(F.concat_ws(" ", F.col(date), F.col(time)), F.lit(pattern))


def lookup(name: str, table: Mapping[str, str]) -> SparkColumn:
    """The table's value for the column's, NULL where it has none."""
    pairs = [F.lit(text) for pair in table.items() for text in pair]
    return F.create_map(*pairs)[F.col(name)]
