"""CREATE DATABASE and DROP DATABASE: a database of the Glue catalog, made or deleted with the rights of the caller."""

from __future__ import annotations

import re
from typing import Any

from localaws.planes.athena.catalog import GlueCatalog
from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.statements import matched, parts

_TEXT = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_PAIR = re.compile(rf"\s*({_TEXT})\s*=\s*({_TEXT})\s*(?:,|$)", re.DOTALL)
_KIND = "(?:DATABASE|SCHEMA)"  # page "CREATE DATABASE": they mean the same
_CREATE = (
    rf"CREATE {_KIND}( IF NOT EXISTS)? «name»"
    rf"(?: COMMENT ({_TEXT}))?(?: LOCATION ({_TEXT}))?(?: WITH DBPROPERTIES\s*\((.+)\))?"
)
_DROP = rf"DROP {_KIND}( IF EXISTS)? «name»(?: (RESTRICT|CASCADE))?"
_FAILED = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."


def create(sql: str, catalog: GlueCatalog) -> None:
    """The database is in the catalog, with its comment as the description (page "CREATE DATABASE").

    Raises:
        QueryError: it is there already, its location is none of S3, or the statement cannot be read.
    """
    optional, dotted, comment, location, properties = matched(_CREATE, sql)
    name = _name(dotted)
    given = {
        "Name": name,
        "Description": _plain(comment),
        "LocationUri": _location(location),
        "Parameters": _properties(properties),
    }
    if not catalog.has_database(name):
        catalog.save_database({field: value for field, value in given.items() if value})
    elif not optional:
        raise QueryError("", f"{_FAILED} Database {name} already exists")


def drop(sql: str, catalog: GlueCatalog) -> None:
    """The database is in the catalog no more, with CASCADE nor are its tables (page "DROP DATABASE").

    Raises:
        QueryError: there is none, it has tables, or the statement cannot be read.
    """
    optional, dotted, how = matched(_DROP, sql)
    name = _name(dotted)
    if not catalog.has_database(name):
        if optional:
            return
        raise QueryError("", f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}")
    tables = catalog.tables(name)
    if tables and (how or "").upper() != "CASCADE":
        reason = f"InvalidOperationException(message:Database {name} is not empty. One or more tables exist.)"
        raise QueryError("", f"{_FAILED} {reason}")
    for table in tables:
        catalog.drop(name, table["Name"])
    catalog.drop_database(name)


def _name(dotted: str | None) -> str:
    assert dotted is not None
    *catalogs, name = parts(dotted)
    if catalogs not in ([], ["awsdatacatalog"]):
        raise refused(f"a database of the catalog {'.'.join(catalogs)}")
    return name


def _location(text: str | None) -> str | None:
    location = _plain(text)
    if location is not None and not re.match(r"s3://[^/]", location):
        raise QueryError("", f"{_FAILED} LOCATION: expected a place in S3, s3://…, got {location}")
    return location


def _properties(text: str | None) -> dict[str, str]:
    found, place, written = {}, 0, text or ""
    while place < len(written):
        pair = _PAIR.match(written, place)
        if pair is None:
            raise QueryError("", f"FAILED: ParseException line 1:0 cannot recognize input near '{written[place:]}'")
        key, value = map(_plain, pair.groups())
        found[str(key)] = str(value)
        place = pair.end()
    return found


def _plain(text: Any) -> str | None:
    """What stands in the quotes."""
    return None if text is None else re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
