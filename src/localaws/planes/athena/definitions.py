"""CREATE and DROP, of views here and of databases."""

from __future__ import annotations

from localaws.planes.athena import databases, views
from localaws.planes.athena.catalog import GlueCatalog
from localaws.planes.athena.errors import QueryError, unknown_statement
from localaws.planes.athena.sql import translated
from localaws.planes.athena.sql.analysis import Analysis
from localaws.planes.athena.sql.dialect import parse
from localaws.planes.athena.statements import matched, table_of, words


def run(sql: str, catalog: GlueCatalog, database: str) -> None:
    """The view or database is made or gone.

    Raises:
        QueryError: the statement defines something else, or is wrong.
    """
    first = words(sql, 4)
    if first[:2] == ["CREATE", "VIEW"] or first == ["CREATE", "OR", "REPLACE", "VIEW"]:
        _create_view(sql, catalog, database)
    elif first[:2] == ["DROP", "VIEW"]:
        _drop_view(sql, catalog, database)
    elif first[1:2] in (["DATABASE"], ["SCHEMA"]):
        (databases.create if first[0] == "CREATE" else databases.drop)(sql, catalog)
    else:
        raise unknown_statement(" ".join(first[:2]))


def _create_view(sql: str, catalog: GlueCatalog, database: str) -> None:
    replace, dotted, body = matched(r"CREATE( OR REPLACE)? VIEW «name» AS(?: |(?=\())(.*)", sql)
    assert dotted is not None
    assert body is not None
    where, name = table_of(dotted, database)
    columns = translated(Analysis(catalog, database), parse(body)).columns
    if any(shown.startswith("_col") for shown, _ in columns):
        place = next(i for i, (shown, _) in enumerate(columns, 1) if shown.startswith("_col"))
        raise QueryError("MISSING_COLUMN_NAME", f"Column name not specified at position {place}")
    there = _existing(catalog, where, name)
    if there == "VIRTUAL_VIEW" and not replace:
        raise QueryError("ALREADY_EXISTS", f"View already exists: '{where}.{name}'")
    if there not in (None, "VIRTUAL_VIEW"):
        raise QueryError("TABLE_ALREADY_EXISTS", f"Table already exists: '{where}.{name}'")
    shown = [(each.lower(), of) for each, of in columns]
    catalog.save_view(where, views.as_table(name, body, database, shown), there is not None)


def _drop_view(sql: str, catalog: GlueCatalog, database: str) -> None:
    optional, dotted = matched(r"DROP VIEW( IF EXISTS)? «name»", sql)
    assert dotted is not None
    where, name = table_of(dotted, database)
    kind = _existing(catalog, where, name)
    if kind is None and optional:
        return
    if kind != "VIRTUAL_VIEW":
        raise QueryError("TABLE_NOT_FOUND", f"View 'awsdatacatalog.{where}.{name}' does not exist")
    catalog.drop(where, name)


def _existing(catalog: GlueCatalog, database: str, name: str) -> str | None:
    """What kind of table has the name, if any."""
    try:
        return str(catalog.table(database, name).get("TableType", ""))
    except QueryError as error:
        if error.name == "TABLE_NOT_FOUND":
            return None
        raise
