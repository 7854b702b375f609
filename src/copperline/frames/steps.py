"""Steps that several jobs take."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.casts import lookup, try_cast


def translate(df: DataFrame, names: Mapping[str, str]) -> DataFrame:
    """The columns bear English names; those that the mapping does not know keep theirs."""
    return df.withColumnsRenamed(dict(names))


def fill_missing(df: DataFrame, column: str, *, by: str, listed: Mapping[str, str]) -> DataFrame:
    """A missing value is the one that the list gives for the value of `by`, and stays NULL where it gives none."""
    return df.withColumn(column, F.coalesce(column, lookup(by, listed)))


def fit_types(df: DataFrame, types: Mapping[str, str]) -> DataFrame:
    """The columns have the types; a value that does not fit is NULL."""
    return df.withColumns({name: try_cast(name, to) for name, to in types.items()})
