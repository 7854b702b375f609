"""Tables about an Iceberg table: `"table$snapshots"`, `"table$history"`, `"table$files"`, `"table$refs"`."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.analysis import Read, Source, TableName
from localaws.planes.athena.sql.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    VARCHAR,
    Type,
    duck,
    identifier,
    instant,
    mapping,
    text,
)
from localaws.planes.athena.tables.iceberg import Iceberg, files

_SUMMARY = mapping(VARCHAR, VARCHAR)
Rows = list[list[Any]]


@dataclass
class Listed:
    """A table whose rows are already known."""

    columns: list[tuple[str, Type]]
    rows: Callable[[], Rows]
    partition_keys: tuple[str, ...] = ()

    def read(self, wanted: list[str], conditions: list[str], alias: str) -> Read:
        """The rows as VALUES; Athena bills nothing for metadata."""
        names = [name for name, _ in self.columns]
        places = [names.index(name) for name in wanted]
        lines = [
            f"({', '.join(['1', *(_literal(row[i], self.columns[i][1]) for i in places)])})" for row in self.rows()
        ]
        nothing = ", ".join(["1", *(f"CAST(NULL AS {duck(self.columns[i][1])})" for i in places)])
        shown = ", ".join(["_one", *(identifier(name) for name in wanted)])
        values = f"(VALUES {', '.join(lines)})" if lines else f"(SELECT {nothing} WHERE false)"
        return Read(f"SELECT * FROM {values} AS m({shown})")


def metadata_table(table: Source, suffix: str, name: TableName) -> Source:
    """The table about a table that the suffix names.

    Raises:
        QueryError: the table is no Iceberg table, or localaws has no such table about it.
    """
    if not isinstance(table, Iceberg):
        raise QueryError("TABLE_NOT_FOUND", f"Table '{name}' does not exist", name.at)
    makers: dict[str, Callable[[Iceberg], Listed]] = {
        "snapshots": _snapshots,
        "history": _history,
        "refs": _refs,
        "files": _files,
    }
    if suffix not in makers:
        raise refused(f'the table "{name.table}"', name.at)
    return makers[suffix](table)


def _literal(value: Any, of: Type) -> str:
    if value is None:
        shown = "NULL"
    elif isinstance(value, dict):
        pairs = ", ".join(f"{text(str(k))}: {text(str(v))}" for k, v in value.items())
        shown = f"MAP {{{pairs}}}"
    else:
        shown = text(str(value))
    return f"CAST({shown} AS {duck(of)})"


def _moment(millis: int) -> str:
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat(timespec="milliseconds")


def _snapshots(table: Iceberg) -> Listed:
    def rows() -> Rows:
        return [
            [
                _moment(each["timestamp-ms"]),
                each["snapshot-id"],
                each.get("parent-snapshot-id"),
                each["summary"].get("operation"),
                each.get("manifest-list"),
                {k: v for k, v in each["summary"].items() if k != "operation"},
            ]
            for each in table.metadata.get("snapshots", [])
        ]

    return Listed(
        [
            ("committed_at", instant(3)),
            ("snapshot_id", BIGINT),
            ("parent_id", BIGINT),
            ("operation", VARCHAR),
            ("manifest_list", VARCHAR),
            ("summary", _SUMMARY),
        ],
        rows,
    )


def _history(table: Iceberg) -> Listed:
    def rows() -> Rows:
        parents = {each["snapshot-id"]: each.get("parent-snapshot-id") for each in table.metadata.get("snapshots", [])}
        ancestors: set[int] = set()
        current: int | None = table.metadata.get("current-snapshot-id")
        while current is not None and current in parents and current not in ancestors:
            ancestors.add(current)
            current = parents[current]
        return [
            [_moment(e["timestamp-ms"]), e["snapshot-id"], parents.get(e["snapshot-id"]), e["snapshot-id"] in ancestors]
            for e in table.metadata.get("snapshot-log", [])
        ]

    return Listed(
        [
            ("made_current_at", instant(3)),
            ("snapshot_id", BIGINT),
            ("parent_id", BIGINT),
            ("is_current_ancestor", BOOLEAN),
        ],
        rows,
    )


def _refs(table: Iceberg) -> Listed:
    def rows() -> Rows:
        return [
            [
                name,
                each["type"].upper(),
                each["snapshot-id"],
                each.get("max-ref-age-ms"),
                each.get("min-snapshots-to-keep"),
                each.get("max-snapshot-age-ms"),
            ]
            for name, each in sorted(table.metadata.get("refs", {}).items())
        ]

    return Listed(
        [
            ("name", VARCHAR),
            ("type", VARCHAR),
            ("snapshot_id", BIGINT),
            ("max_reference_age_in_ms", BIGINT),
            ("min_snapshots_to_keep", INTEGER),
            ("max_snapshot_age_in_ms", BIGINT),
        ],
        rows,
    )


def _files(table: Iceberg) -> Listed:
    def rows() -> Rows:
        current = table.metadata.get("current-snapshot-id")
        lists = [e["manifest-list"] for e in table.metadata.get("snapshots", []) if e["snapshot-id"] == current]
        found = [file for each in lists for file in files(table.keys, each)]
        return [[f.content, f.path, f.format, f.records, f.size] for f in found]

    return Listed(
        [
            ("content", INTEGER),
            ("file_path", VARCHAR),
            ("file_format", VARCHAR),
            ("record_count", BIGINT),
            ("file_size_in_bytes", BIGINT),
        ],
        rows,
    )
