"""Tables of files: found under the location in the catalog, partition by partition."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from localaws.planes.athena import engine
from localaws.planes.athena.complaints import in_words_of_athena
from localaws.planes.athena.errors import refused
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.sql.analysis import Read
from localaws.planes.athena.sql.types import Type, duck, identifier, text
from localaws.planes.athena.tables import csv, parquet, s3
from localaws.planes.athena.tables import json as json_lines
from localaws.planes.athena.tables.hive_types import from_hive

_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Part:
    """The files of one partition, or of a table without any, and the values of its keys."""

    files: list[s3.Object]
    values: tuple[str, ...] = ()


class Format(Protocol):
    """How files of a kind are read."""

    def __call__(
        self,
        table: dict[str, Any],
        keys: Keys,
        files: list[s3.Object],
        columns: list[tuple[str, Type]],
        wanted: list[str],
    ) -> Read:
        """SQL with the wanted columns and `_file`, the path that each row is from."""


_FORMATS: dict[str, Format] = {
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe": parquet.read,
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe": csv.read_simple,
    "org.apache.hadoop.hive.serde2.OpenCSVSerde": csv.read_open_csv,
    "org.openx.data.jsonserde.JsonSerDe": json_lines.read,
    "org.apache.hive.hcatalog.data.JsonSerDe": json_lines.read,
}


@dataclass
class Files:
    """A table of the catalog whose rows are in files."""

    table: dict[str, Any]
    keys: Keys
    partitions: Callable[[str, str], list[dict[str, Any]]]

    @property
    def columns(self) -> list[tuple[str, Type]]:
        """The columns of the files, then the partition keys."""
        return self._of_files() + self._keys()

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """The names of the partition keys."""
        return tuple(name for name, _ in self._keys())

    def read(self, wanted: list[str], conditions: list[str], alias: str) -> Read:
        """The wanted columns of the files in the partitions that meet the conditions."""
        parts = self._parts(conditions, alias)
        files = [file for part in parts for file in part.files]
        types = dict(self.columns)
        if not files:
            nothing = ", ".join(f"CAST(NULL AS {duck(types[name])}) AS {identifier(name)}" for name in wanted)
            return Read(f"SELECT {nothing or '1'} WHERE false")
        inner = [name for name in wanted if name not in self.partition_keys]
        found = self._format()(self.table, self.keys, files, self._of_files(), inner)
        return Read(self._with_keys(found.sql, parts, wanted), found.bytes)

    def _of_files(self) -> list[tuple[str, Type]]:
        return [(each["Name"].lower(), from_hive(each["Type"])) for each in self.table["StorageDescriptor"]["Columns"]]

    def _keys(self) -> list[tuple[str, Type]]:
        return [(each["Name"].lower(), from_hive(each["Type"])) for each in self.table.get("PartitionKeys") or []]

    def _format(self) -> Format:
        serde = self.table["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary", "")
        if serde not in _FORMATS:
            raise refused(f"a table with the SerDe {serde or '(none)'}")
        return _FORMATS[serde]

    def _parts(self, conditions: list[str], alias: str) -> list[Part]:
        if not self._keys():
            return [Part(s3.listed(self.keys, self.table["StorageDescriptor"]["Location"]))]
        if str(self.table.get("Parameters", {}).get("projection.enabled", "")).lower() == "true":
            raise refused("partition projection")
        known = self.partitions(self.table["DatabaseName"], self.table["Name"])
        values = [tuple(each["Values"]) for each in known]
        return [
            Part(s3.listed(self.keys, known[i]["StorageDescriptor"]["Location"]), values[i])
            for i in self._chosen(values, conditions, alias)
        ]

    def _chosen(self, values: list[tuple[str, ...]], conditions: list[str], alias: str) -> list[int]:
        """Which partitions meet the conditions, decided by DuckDB as the query itself would."""
        if not conditions or not values:
            return list(range(len(values)))
        lines = ", ".join(f"({i}, {self._typed(each)})" for i, each in enumerate(values))
        names = ", ".join(["_i", *(identifier(name) for name in self.partition_keys)])
        known = f"(VALUES {lines}) AS {identifier(alias)}({names})"
        sql = f"SELECT _i FROM {known} WHERE {' AND '.join(conditions)} ORDER BY 1"
        cursor = engine.cursor(self.keys)
        try:
            return [found[0] for found in cursor.execute(sql).fetchall()]
        except Exception as error:
            raise in_words_of_athena(error) from error
        finally:
            cursor.close()

    def _typed(self, values: tuple[str, ...]) -> str:
        pairs = zip(values, self._keys(), strict=True)
        return ", ".join(f"CAST({'NULL' if value == _NULL else text(value)} AS {duck(of)})" for value, (_, of) in pairs)

    def _with_keys(self, sql: str, parts: list[Part], wanted: list[str]) -> str:
        keys = [name for name in wanted if name in self.partition_keys]
        inner = [f"f.{identifier(name)}" for name in wanted if name not in self.partition_keys]
        if not keys:
            return f"SELECT {', '.join(inner) or '1'} FROM ({sql}) AS f"
        lines = ", ".join(f"({text(file.uri)}, {self._typed(part.values)})" for part in parts for file in part.files)
        names = ", ".join(["_file", *(identifier(name) for name in self.partition_keys)])
        chosen = ", ".join([*inner, *(f"p.{identifier(name)}" for name in keys)])
        return f"SELECT {chosen} FROM ({sql}) AS f JOIN (VALUES {lines}) AS p({names}) ON f._file = p._file"
