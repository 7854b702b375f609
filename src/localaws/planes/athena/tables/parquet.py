"""Parquet files: columns by name, missing ones NULL, only those read that are wanted."""

# ruff: noqa: S608 - this package writes SQL; every name and text in it is quoted by sql.types

from __future__ import annotations

from functools import lru_cache
from typing import Any

from localaws.planes.athena import engine
from localaws.planes.athena.complaints import in_words_of_athena
from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.sql.analysis import Read
from localaws.planes.athena.sql.types import INTEGERS, Type, duck, identifier, text
from localaws.planes.athena.tables.s3 import Object

_DUCK_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")


def read(
    table: dict[str, Any], keys: Keys, files: list[Object], columns: list[tuple[str, Type]], wanted: list[str]
) -> Read:
    """SQL with the wanted columns and `_file`; the bytes are those of the column chunks that are read."""
    types = dict(columns)
    footers = [_footer(keys, file) for file in files]
    for file, (found, _) in zip(files, footers, strict=True):
        for name in wanted:
            if name in found:
                _check(table, file, name, found[name], types[name])
    there = {name for found, _ in footers for name in found}
    chosen = [f"{_column(name, types[name], name in there)} AS {identifier(name)}" for name in wanted]
    paths = ", ".join(text(file.uri) for file in files)
    union = ", union_by_name => true" if len(files) > 1 else ""
    options = f"hive_partitioning => false, filename => '_file'{union}"
    sql = f"SELECT {', '.join([*chosen, '_file'])} FROM read_parquet([{paths}], {options})"
    return Read(sql, sum(sizes.get(name, 0) for _, sizes in footers for name in wanted))


def _column(name: str, of: Type, there: bool) -> str:
    return f"CAST({identifier(name) if there else 'NULL'} AS {duck(of)})"


def _footer(keys: Keys, file: Object) -> tuple[dict[str, str], dict[str, int]]:
    return _footer_of(keys, file.uri, file.etag)


@lru_cache(maxsize=2048)
def _footer_of(keys: Keys, uri: str, etag: str) -> tuple[dict[str, str], dict[str, int]]:
    """The types of the file's columns and the bytes of each; a file that changes has another etag."""
    cursor = engine.cursor(keys)
    try:
        described = cursor.execute(
            f"DESCRIBE SELECT * FROM read_parquet({text(uri)}, hive_partitioning => false)"
        ).fetchall()
        chunks = cursor.execute(
            f"SELECT path_in_schema, sum(total_compressed_size) FROM parquet_metadata({text(uri)}) GROUP BY 1"
        ).fetchall()
    except Exception as error:
        raise in_words_of_athena(error) from error
    finally:
        cursor.close()
    sizes: dict[str, int] = {}
    for path, size in chunks:
        name = str(path).split(",")[0].strip().lower()
        sizes[name] = sizes.get(name, 0) + int(size)
    return {each[0].lower(): str(each[1]) for each in described}, sizes


def _check(table: dict[str, Any], file: Object, name: str, found: str, declared: Type) -> None:
    """A file may hold a narrower number than the catalog says, never another kind of value."""
    if not _fits(found, declared):
        message = (
            f"Field {name}'s type {found} in parquet file {file.uri} is incompatible with type {declared} defined in "
            f"table schema of {table['DatabaseName']}.{table['Name']}"
        )
        raise QueryError("HIVE_BAD_DATA", message)


def _fits(found: str, declared: Type) -> bool:
    wanted = duck(declared)
    if found == wanted or declared.parts:
        return True
    if declared.name in INTEGERS and found in _DUCK_INTEGERS:
        return _DUCK_INTEGERS.index(found) <= _DUCK_INTEGERS.index(wanted)
    if declared.name in INTEGERS and found.startswith("U"):
        return found[1:] in _DUCK_INTEGERS and _DUCK_INTEGERS.index(found[1:]) < _DUCK_INTEGERS.index(wanted)
    if declared.name in ("timestamp", "timestamp with time zone"):
        return found.startswith("TIMESTAMP")
    pairs = {("double", "FLOAT"), ("varchar", "BLOB"), ("varbinary", "VARCHAR"), ("varchar", "VARCHAR")}
    return (declared.name, found) in pairs or (declared.name == "decimal" and found.startswith("DECIMAL"))
