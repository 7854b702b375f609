"""A table that an earlier version of its contract made, brought up to this one where nothing is lost by it.

The schema belongs to the table and not to a branch, so a column that is added is seen on main at once, NULL in every
row: this is done before a run begins its branch, and may be done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copperline.columns.types import stored_schema
from copperline.contract import Contract
from copperline.errors import ContractError, expected
from copperline.files.compare import promotes
from copperline.tables.ddl import column_definition
from copperline.tables.iceberg import IcebergTable

#: What Spark calls the types for which Iceberg has other names (Apache Iceberg, "Spark Writes").
_NAMES = {"long": "bigint", "timestamptz": "timestamp"}
_REMEDY = "go back to what the table was made with, or drop the table and run it with --reprocess"


@dataclass(frozen=True)
class Evolution:
    """What a table lacks: columns that are new, and columns that get a wider type."""

    added: tuple[str, ...] = ()
    widened: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"adds {', '.join(self.added) or 'nothing'}, widens {', '.join(self.widened) or 'nothing'}"


def evolution(contract: Contract, there: Mapping[str, str]) -> Evolution:
    """What the table lacks, by the names of columns; `there` are its columns and their types, as Iceberg writes them.

    Raises:
        ContractError: the table cannot be brought up to the contract without making it anew.
    """
    added, widened = [], []
    wanted = {field.name: field.dataType.simpleString() for field in stored_schema(contract)}
    for name, want in wanted.items():
        got = spark_name(there.get(name, ""))
        if not got:
            added.append(name)
        elif got != want:
            if not promotes(got, want):
                raise ContractError(expected(contract.file, name, f"{got}, as the table was made", want, _REMEDY))
            widened.append(name)
    gone = [name for name in there if name not in wanted and not name.startswith("_") and name not in _OWN]
    if gone:
        raise ContractError(expected(contract.file, gone[0], "a column, as the table was made", "none", _REMEDY))
    return Evolution(tuple(added), tuple(widened))


#: Columns of a table that keeps its history; whether it does is for the merge to say.
_OWN = ("valid_from", "valid_to", "current")


def spark_name(iceberg: str) -> str:
    """What contracts call a type of Iceberg."""
    kind = iceberg.replace(" ", "")
    return _NAMES.get(kind, kind)


def evolve(table: IcebergTable, contract: Contract) -> Evolution:
    """The table has every column of the contract, under its type; what had to be done for that.

    Raises:
        ContractError: that cannot be done without making the table anew.
    """
    found = evolution(contract, table.columns())
    fields = {field.name: field for field in stored_schema(contract)}
    comments = {column.stored_name: column.description for column in contract.columns}
    if found.added:
        columns = ", ".join(column_definition(fields[name], comments[name]) for name in found.added)
        table.spark.sql(f"ALTER TABLE {table.full_name} ADD COLUMNS ({columns})")
    for name in found.widened:
        kind = fields[name].dataType.simpleString()
        table.spark.sql(f"ALTER TABLE {table.full_name} ALTER COLUMN `{name}` TYPE {kind}")
    if found.added or found.widened:
        table.refresh()
    return found
