"""Casts that never guess: a value that does not fit becomes NULL, and a rule of the contract says so."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

_PAIR, _VALUE = "\x1e", "\x1f"  # record and unit separator of ASCII: no name has them


def try_cast(name: str, to: str) -> SparkColumn:
    """The column as the type, NULL where the value does not fit: Spark's plain cast would wrap it round."""
    return F.expr(f"try_cast(`{name}` AS {to})")


def try_moment(date: str, time: str, pattern: str) -> SparkColumn:
    """The moment that two text columns make, NULL where no such moment exists."""
    return F.try_to_timestamp(F.concat_ws(" ", F.col(date), F.col(time)), F.lit(pattern))


def lookup(name: str, table: Mapping[str, str]) -> SparkColumn:
    """The table's value for the column's, NULL where it has none."""
    text = _PAIR.join(_VALUE.join(pair) for pair in table.items())  # one literal: each is a call into the JVM
    return F.str_to_map(F.lit(text), F.lit(_PAIR), F.lit(_VALUE))[F.col(name)]
