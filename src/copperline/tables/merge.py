"""Classified rows into a branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.frames.classify import CLASS, WRITTEN
from copperline.tables.iceberg import IcebergTable


@dataclass(frozen=True)
class Span:
    """Between which values of a column the rows lie that a merge replaces, and whether some have none.

    The values are the texts that Spark makes of them, since Python's moments would depend on the machine's zone.
    """

    column: str
    type: str
    least: str | None
    greatest: str | None
    empty: bool

    def condition(self, alias: str) -> str:
        """The SQL that holds for these rows, from which Iceberg tells which partitions and files to open."""
        name = f"{alias}.`{self.column}`"
        parts = [f"{name} IS NULL"] if self.empty else []
        if self.least is not None:
            least, greatest = (f"CAST({literal(text)} AS {self.type})" for text in (self.least, self.greatest))
            parts.append(f"{name} BETWEEN {least} AND {greatest}")
        return f"({' OR '.join(parts) or 'false'})"


def span_columns(column: str, value: SparkColumn, among: SparkColumn) -> list[SparkColumn]:
    """The aggregates that `span` reads: of the value, over the rows for which `among` holds."""
    known = F.when(among, value)
    return [
        F.min(known).cast("string").alias(f"least_{column}"),
        F.max(known).cast("string").alias(f"greatest_{column}"),
        F.count_if(among & value.isNull()).alias(f"empty_{column}"),
    ]


def span(column: str, kind: str, measured: Any) -> Span:
    """The span of a column, out of the row of `span_columns`."""
    least, greatest = measured[f"least_{column}"], measured[f"greatest_{column}"]
    return Span(column, kind, least, greatest, measured[f"empty_{column}"] > 0)


def append(table: IcebergTable, branch: str, rows: DataFrame, columns: Sequence[str]) -> None:
    """The branch holds the rows too: where nothing is replaced, this costs less than a MERGE that finds nothing."""
    rows.select(*columns).writeTo(table.branch_identifier(branch)).append()
    table.refresh()


def merge(
    table: IcebergTable,
    branch: str,
    classified: DataFrame,
    key: Sequence[str],
    columns: Sequence[str],
    bounds: tuple[Any, Any],
    spans: Sequence[Span] = (),
) -> None:
    """The branch holds the classified rows that change something, and no longer those that are deleted.

    `bounds` are the least and the greatest first key column of the rows that are replaced, `spans` the like of other
    columns: Iceberg opens only files between them. Rows that replace none may lie outside.
    """
    view = f"changes_of_{table.name.replace('.', '_')}"  # the session has one set of views for all tables
    classified.where(F.col(CLASS).isin(*WRITTEN)).select(*columns, CLASS).createOrReplaceTempView(view)
    least, greatest = (literal(bound) for bound in bounds)
    same_key = [f"t.`{name}` = s.`{name}`" for name in key]
    between = f"t.`{key[0]}` BETWEEN {least} AND {greatest}"
    on = " AND ".join([*same_key, between, *(found.condition("t") for found in spans)])
    assignments = ", ".join(f"t.`{name}` = s.`{name}`" for name in columns)
    names = ", ".join(f"`{name}`" for name in columns)
    values = ", ".join(f"s.`{name}`" for name in columns)
    table.spark.sql(  # names and bounds are quoted above
        f"MERGE INTO {table.branch_identifier(branch)} t USING {view} s "
        f"ON {on} "
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
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    quoted = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"
