"""SHOW and DESCRIBE: lines of text, as Athena writes them into <id>.txt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localaws.planes.athena.catalog import GlueCatalog
from localaws.planes.athena.errors import QueryError, refused, unknown_statement
from localaws.planes.athena.statements import matched, parts, table_of, words


@dataclass(frozen=True)
class Lines:
    """The answer to a statement that is no query."""

    columns: list[str]
    lines: list[str]


def run(sql: str, catalog: GlueCatalog, database: str) -> Lines:
    """The answer to SHOW … or DESCRIBE ….

    Raises:
        QueryError: the statement cannot be read, is not known here, or names what is not there.
    """
    first = words(sql, 2)
    key = "DESCRIBE" if first[0] in ("DESCRIBE", "DESC") else " ".join(first)
    answer = _ANSWERS.get(key)
    if answer is None:
        raise unknown_statement(key)
    # the database of the request may stand in Hive's quotes: awswrangler's DESCRIBE sends it so
    return answer(sql, catalog, database.strip("`"))


def _databases(sql: str, catalog: GlueCatalog, database: str) -> Lines:
    (like,) = matched(r"SHOW (?:DATABASES|SCHEMAS)(?: LIKE '([^']*)')?", sql)
    return Lines(["database_name"], _like([str(each["Name"]) for each in catalog.databases()], like))


def _tables(sql: str, catalog: GlueCatalog, database: str) -> Lines:
    where, like = matched(r"SHOW TABLES(?: (?:IN|FROM) «name»)?(?: (?:LIKE )?'([^']*)')?", sql)
    found = [str(each["Name"]) for each in catalog.tables(parts(where)[-1] if where else database)]
    return Lines(["tab_name"], _like(found, like))


def _views(sql: str, catalog: GlueCatalog, database: str) -> Lines:
    where, like = matched(r"SHOW VIEWS(?: (?:IN|FROM) «name»)?(?: (?:LIKE )?'([^']*)')?", sql)
    found = catalog.tables(parts(where)[-1] if where else database)
    return Lines(["views"], _like([str(e["Name"]) for e in found if e.get("TableType") == "VIRTUAL_VIEW"], like))


def _like(names: list[str], pattern: str | None) -> list[str]:
    """Hive's patterns: * for any characters, | for or."""
    if pattern is None:
        return names
    regex = "|".join(".*".join(map(re.escape, each.split("*"))) for each in pattern.split("|"))
    return [name for name in names if re.fullmatch(regex, name, re.IGNORECASE)]


def _columns(sql: str, catalog: GlueCatalog, database: str) -> Lines:
    name, where = matched(r"SHOW COLUMNS (?:IN|FROM) «name»(?: (?:IN|FROM) «name»)?", sql)
    table = _table(catalog, name, parts(where)[-1] if where else database)
    return Lines(["field"], [f"{each['Name']:<20}" for each in [*_fields(table), *(table.get("PartitionKeys") or [])]])


def _partitions(sql: str, catalog: GlueCatalog, database: str) -> Lines:
    (name,) = matched(r"SHOW PARTITIONS «name»", sql)
    table = _table(catalog, name, database)
    keys = [each["Name"] for each in table.get("PartitionKeys") or []]
    if not keys:
        shown = f"{table['DatabaseName']}.{table['Name']}"
        raise QueryError("", f"FAILED: SemanticException Table {shown} is not a partitioned table")
    found = catalog.partitions(table["DatabaseName"], table["Name"])
    return Lines(
        ["partition"], sorted("/".join(f"{k}={v}" for k, v in zip(keys, e["Values"], strict=True)) for e in found)
    )


def _describe(sql: str, catalog: GlueCatalog, database: str) -> Lines:
    detail, name = matched(r"(?:DESCRIBE|DESC)( EXTENDED| FORMATTED)? «name»", sql)
    if detail:
        raise refused(f"DESCRIBE{detail.upper()}")
    table = _table(catalog, name, database)
    keys = table.get("PartitionKeys") or []
    lines = [_described(each) for each in [*_fields(table), *keys]]
    if keys:
        lines += ["\t \t ", "# Partition Information\t \t ", _padded("# col_name", "data_type", "comment"), "\t \t "]
        lines += [_described(each) for each in keys]
    return Lines(["col_name", "data_type", "comment"], lines)


def _described(column: dict[str, Any]) -> str:
    return _padded(column["Name"], column["Type"], column.get("Comment") or "")


def _padded(*fields: str) -> str:
    return "\t".join(f"{each:<20}" for each in fields)


def _fields(table: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table["StorageDescriptor"]["Columns"]
    return found


def _table(catalog: GlueCatalog, name: str | None, database: str) -> dict[str, Any]:
    assert name is not None
    return catalog.table(*table_of(name, database))


_ANSWERS: dict[str, Callable[[str, GlueCatalog, str], Lines]] = {
    "SHOW DATABASES": _databases,
    "SHOW SCHEMAS": _databases,
    "SHOW TABLES": _tables,
    "SHOW VIEWS": _views,
    "SHOW COLUMNS": _columns,
    "SHOW PARTITIONS": _partitions,
    "DESCRIBE": _describe,
}
