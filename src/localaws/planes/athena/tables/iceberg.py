"""Iceberg v2 tables, found by the metadata location in the catalog and read by DuckDB's extension."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from localaws.planes.athena import engine
from localaws.planes.athena.complaints import in_words_of_athena
from localaws.planes.athena.errors import Position, QueryError
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.sql.analysis import Read
from localaws.planes.athena.sql.types import Type, duck, identifier, text
from localaws.planes.athena.tables import s3
from localaws.planes.athena.tables.iceberg_types import from_iceberg

_KEPT = 256


@dataclass
class Iceberg:
    """A table as of its current snapshot, or as of the one that a query names."""

    location: str
    keys: Keys
    snapshot: int | None = None

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The table's metadata file."""
        return _metadata(self.keys, self.location)

    @property
    def columns(self) -> list[tuple[str, Type]]:
        """The columns of the schema of the snapshot."""
        return [(field["name"].lower(), from_iceberg(field["type"])) for field in self._schema()["fields"]]

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """None: DuckDB prunes Iceberg's files by itself."""
        return ()

    def at(self, version: str | int, place: Position | None) -> Iceberg:
        """The table as of a snapshot, named by its id or by a branch or tag.

        Raises:
            QueryError: it has no such snapshot.
        """
        found = (
            self.metadata.get("refs", {}).get(version, {}).get("snapshot-id") if isinstance(version, str) else version
        )
        if found is None or found not in [each["snapshot-id"] for each in self.metadata.get("snapshots", [])]:
            name = (
                "Cannot find snapshot with reference name"
                if isinstance(version, str)
                else "Iceberg snapshot ID does not exists"
            )
            raise QueryError("INVALID_ARGUMENTS", f"{name}: {version}", place)
        return Iceberg(self.location, self.keys, found)

    def read(self, wanted: list[str], conditions: list[str], alias: str) -> Read:
        """The wanted columns of all files; a table without a snapshot has no rows."""
        types = dict(self.columns)
        if self._snapshot() is None:
            nothing = ", ".join(f"CAST(NULL AS {duck(types[name])}) AS {identifier(name)}" for name in wanted)
            return Read(f"SELECT {nothing or '1'} WHERE false")
        chosen = ", ".join(_column(name, types[name]) for name in wanted)
        version = f", snapshot_from_id => {self.snapshot}" if self.snapshot is not None else ""
        sql = f"SELECT {chosen or '1'} FROM iceberg_scan({text(self.location)}{version})"
        return Read(sql, self._bytes(wanted))

    def _schema(self) -> dict[str, Any]:
        wanted = self.metadata["current-schema-id"]
        snapshot = self._snapshot()
        if self.snapshot is not None and snapshot is not None:
            wanted = snapshot.get("schema-id", wanted)
        found: dict[str, Any] = next(each for each in self.metadata["schemas"] if each["schema-id"] == wanted)
        return found

    def _snapshot(self) -> dict[str, Any] | None:
        wanted = self.snapshot if self.snapshot is not None else self.metadata.get("current-snapshot-id")
        return next((each for each in self.metadata.get("snapshots", []) if each["snapshot-id"] == wanted), None)

    def _bytes(self, wanted: list[str]) -> int:
        """What Athena bills: the columns that are read, as their sizes stand in the manifests, and delete files."""
        snapshot = self._snapshot()
        assert snapshot is not None
        ids = {field["id"] for field in self._schema()["fields"] if field["name"].lower() in wanted}
        nested = {field["name"].lower() for field in self._schema()["fields"] if not isinstance(field["type"], str)}
        whole = bool(nested & set(wanted))
        return sum(file.bytes(ids, whole) for file in files(self.keys, snapshot["manifest-list"]))


def _column(name: str, of: Type) -> str:
    return f"CAST({identifier(name)} AS {duck(of)}) AS {identifier(name)}"


@dataclass(frozen=True)
class File:
    """A file of a snapshot: its size, and that of each of its columns."""

    path: str
    content: int
    format: str
    records: int
    size: int
    columns: dict[int, int]

    def bytes(self, ids: set[int], whole: bool) -> int:
        """How much of it is read for those columns."""
        if self.content != 0 or whole or not self.columns:
            return self.size
        return sum(size for number, size in self.columns.items() if number in ids)


_cache: OrderedDict[tuple[Keys, str], Any] = OrderedDict()
_lock = threading.Lock()


def _remembered(keys: Keys, path: str, make: Any) -> Any:
    """What a file says that never changes; kept for each caller apart, so that nobody reads what he may not."""
    with _lock:
        if (keys, path) in _cache:
            _cache.move_to_end((keys, path))
            return _cache[keys, path]
    made = make()
    with _lock:
        _cache[keys, path] = made
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return made


def _metadata(keys: Keys, location: str) -> dict[str, Any]:
    found: dict[str, Any] = _remembered(keys, location, lambda: json.loads(s3.body(keys, location)))
    if found.get("format-version", 1) > 2:
        raise QueryError("ICEBERG_INVALID_METADATA", f"Cannot read unsupported version {found['format-version']}")
    return found


def files(keys: Keys, manifest_list: str) -> list[File]:
    """The live files of a snapshot, data and deletes."""
    found: list[File] = _remembered(keys, manifest_list, lambda: _read_files(keys, manifest_list))
    return found


def _read_files(keys: Keys, manifest_list: str) -> list[File]:
    cursor = engine.cursor(keys)
    try:
        manifests = [
            r[0] for r in cursor.execute(f"SELECT manifest_path FROM read_avro({text(manifest_list)})").fetchall()
        ]
        return [file for manifest in manifests for file in _of_manifest(cursor, keys, manifest)]
    except QueryError:
        raise
    except Exception as error:
        raise in_words_of_athena(error) from error
    finally:
        cursor.close()


def _of_manifest(cursor: Any, keys: Keys, manifest: str) -> list[File]:
    def read() -> list[File]:
        rows = cursor.execute(
            "SELECT d.file_path, d.content, d.file_format, d.record_count, d.file_size_in_bytes, d.column_sizes "
            f"FROM (SELECT data_file AS d, status FROM read_avro({text(manifest)})) WHERE status <> 2"
        ).fetchall()
        return [File(r[0], r[1], r[2], r[3], r[4], _sizes(r[5])) for r in rows]

    found: list[File] = _remembered(keys, manifest, read)
    return found


def _sizes(value: Any) -> dict[int, int]:
    """A map of Avro with integer keys is a list of pairs."""
    if isinstance(value, dict):
        return {int(k): int(v) for k, v in value.items()}
    return {int(pair["key"]): int(pair["value"]) for pair in value or []}
