"""Classified rows into a branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.frames.classify import CLASS, WRITTEN
from copperline.tables.iceberg import IcebergTable


def append(table: IcebergTable, branch: str, rows: DataFrame, columns: Sequence[str]) -> None:
    """The branch of an empty table holds the rows: an append costs less than a MERGE that finds nothing."""
    rows.select(*columns).writeTo(table.branch_identifier(branch)).append()


def merge(
    table: IcebergTable,
    branch: str,
    classified: DataFrame,
    key: Sequence[str],
    columns: Sequence[str],
    bounds: tuple[Any, Any],
) -> None:
    """The branch holds the classified rows that change something, and no longer those that are deleted.

    `bounds` are the least and the greatest first key column of the batch: Iceberg opens only files between them.
    """
    view = f"changes_of_{table.name.replace('.', '_')}"  # the session has one set of views for all tables
    classified.where(F.col(CLASS).isin(*WRITTEN)).select(*columns, CLASS).createOrReplaceTempView(view)
    least, greatest = (literal(bound) for bound in bounds)
    on = " AND ".join(f"t.`{name}` = s.`{name}`" for name in key)
    assignments = ", ".join(f"t.`{name}` = s.`{name}`" for name in columns)
    names = ", ".join(f"`{name}`" for name in columns)
    values = ", ".join(f"s.`{name}`" for name in columns)
    table.spark.sql(  # names and bounds are quoted above
        f"MERGE INTO {table.branch_identifier(branch)} t USING {view} s "
        f"ON {on} AND t.`{key[0]}` BETWEEN {least} AND {greatest} "
        f"WHEN MATCHED AND s.{CLASS} = 'deleted' THEN DELETE "
        f"WHEN MATCHED THEN UPDATE SET {assignments} "
        f"WHEN NOT MATCHED AND s.{CLASS} <> 'deleted' THEN INSERT ({names}) VALUES ({values})"
    )
    table.refresh()


def literal(value: object) -> str:
    """The value as Spark SQL writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value}L"
    quoted = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"
