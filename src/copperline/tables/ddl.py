"""The Iceberg table that a contract describes, as SQL."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import types as T

from copperline.columns import technical
from copperline.columns.types import stored_schema
from copperline.contract import Column, Contract

#: Athena reads no Iceberg v3 tables, and the way from v2 is one-way. Merge-on-read: a run's cost follows its rows.
PROPERTIES = {
    "format-version": "2",
    "write.merge.mode": "merge-on-read",
    "write.update.mode": "merge-on-read",
    "write.delete.mode": "merge-on-read",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
    "commit.retry.num-retries": "10",
}


def technical_schema(contract: Contract) -> T.StructType:
    """The columns that the house adds to a contract's own."""
    if contract.layer != "silver":
        return technical.GOLD
    return T.StructType([*technical.HISTORY, *technical.SILVER]) if contract.history else technical.SILVER


def create_table(contract: Contract, name: str, *, partitioned: bool = False) -> str:
    """The statement that makes the contract's table, with a comment on each column, unless it is there."""
    comments = technical.COMMENTS | {column.stored_name: column.description for column in contract.columns}
    return create_statement(
        name,
        T.StructType([*stored_schema(contract), *technical_schema(contract)]),
        comment=f"{contract.description} {contract.grain.capitalize()}.",
        comments=comments,
        partitions=tuple(map(_partition, contract.partitions)) if partitioned else (),
    )


def create_statement(
    name: str,
    schema: T.StructType,
    *,
    comment: str,
    comments: dict[str, str] | None = None,
    partitions: tuple[str, ...] = (),
    properties: Mapping[str, str] | None = None,
) -> str:
    """The statement that makes a table of that schema unless it is there; with these properties beside the usual."""
    columns = [column_definition(field, (comments or {}).get(field.name, "")) for field in schema]
    layout = f"PARTITIONED BY ({', '.join(partitions)}) " if partitions else ""
    told = ", ".join(f"'{key}'='{value}'" for key, value in (PROPERTIES | dict(properties or {})).items())
    return (
        f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(columns)}) USING iceberg {layout}"
        f"COMMENT {_quoted(comment)} TBLPROPERTIES ({told})"
    )


def _partition(column: Column) -> str:
    """A partition field: a column, or what a transform such as `months` or `bucket(16)` makes of it."""
    name = f"`{column.stored_name}`"
    transform, _, width = column.partition_transform.rstrip(")").partition("(")
    return f"{transform}({f'{width}, ' if width else ''}{name})" if transform else name


def column_definition(field: T.StructField, comment: str) -> str:
    """A column as statements that make or add it have it."""
    text = f" COMMENT {_quoted(comment)}" if comment else ""
    return f"`{field.name}` {field.dataType.simpleString()}{text}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
