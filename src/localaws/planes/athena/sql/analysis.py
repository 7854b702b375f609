"""What one query's translation knows and collects: where it runs, and what it reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from localaws.planes.athena.errors import Position
from localaws.planes.athena.sql.types import Type


@dataclass(frozen=True)
class TableName:
    """A table as the query names it, completed from the context of the query."""

    database: str
    table: str
    at: Position | None = None
    version: str | int | datetime | None = None

    def __str__(self) -> str:
        return f"awsdatacatalog.{self.database}.{self.table}"


@dataclass(frozen=True)
class Read:
    """How DuckDB reads a table: SQL with one column for each that was asked for, and how many bytes Athena bills."""

    sql: str
    bytes: int = 0


class Source(Protocol):
    """A table that can be read."""

    @property
    def columns(self) -> list[tuple[str, Type]]:
        """The columns in their order, partition keys last."""

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """The columns whose values are known without reading a file."""

    def read(self, wanted: list[str], conditions: list[str], alias: str) -> Read:
        """The SQL that reads the wanted columns of the partitions that meet the conditions on `alias`."""


@dataclass(frozen=True)
class View:
    """A query that the catalog keeps under a name."""

    sql: str
    database: str
    columns: list[tuple[str, Type]]


class Catalog(Protocol):
    """Where names of tables come from."""

    def find(self, name: TableName) -> Source | View:
        """The table or the view of that name; QueryError when there is none."""


@dataclass
class Scan:
    """One place of the query that reads a table."""

    source: Source
    alias: str
    wanted: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    @property
    def token(self) -> str:
        """What stands in the SQL until it is known which columns are wanted."""
        return f"«{self.alias}»"

    def want(self, column: str) -> None:
        """The column is read."""
        if column not in self.wanted:
            self.wanted.append(column)


@dataclass
class Analysis:
    """One query on its way to DuckDB."""

    catalog: Catalog
    database: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    scans: list[Scan] = field(default_factory=list)
    views: tuple[str, ...] = ()
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def fresh(self, prefix: str) -> str:
        """A name that nothing else in the query has."""
        return f"{prefix}{next(self._numbers)}"

    def scan(self, source: Source) -> tuple[int, Scan]:
        """A new place that reads the table, and its number."""
        self.scans.append(Scan(source, self.fresh("t")))
        return len(self.scans) - 1, self.scans[-1]


@dataclass(frozen=True)
class Translated:
    """SQL of DuckDB with the columns that Athena shows for it."""

    sql: str
    columns: list[tuple[str, Type]]
    bytes: int


def filled(analysis: Analysis, sql: str) -> tuple[str, int]:
    """The SQL with every scan in its place, and the bytes that all of them are billed for."""
    total = 0
    for scan in analysis.scans:
        read = scan.source.read(scan.wanted, scan.conditions, scan.alias)
        sql = sql.replace(scan.token, read.sql)
        total += read.bytes
    return sql, total
