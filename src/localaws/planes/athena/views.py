"""Views as Athena keeps them in the catalog: a Presto view in base64."""

from __future__ import annotations

import base64
import json
from typing import Any

from localaws.planes.athena.errors import QueryError, refused
from localaws.planes.athena.sql.analysis import View
from localaws.planes.athena.sql.dialect import parse_type
from localaws.planes.athena.sql.names import written_type
from localaws.planes.athena.sql.types import Type

_PREFIX, _SUFFIX = "/* Presto View: ", " */"
_HIVE = {"varchar": "string", "integer": "int", "real": "float", "varbinary": "binary"}


def of_table(table: dict[str, Any]) -> View:
    """The view that an entry of the catalog describes.

    Raises:
        QueryError: it is a view of another engine, such as Hive or Spark.
    """
    text = table.get("ViewOriginalText") or ""
    if not text.startswith(_PREFIX):
        raise refused(f"the view {table['DatabaseName']}.{table['Name']}, which Athena did not make,")
    try:
        body = json.loads(base64.b64decode(text[len(_PREFIX) : -len(_SUFFIX)]))
        columns = [(each["name"], written_type(parse_type(each["type"]))) for each in body["columns"]]
        return View(body["originalSql"], body.get("schema") or table["DatabaseName"], columns)
    except (ValueError, KeyError) as error:
        raise QueryError("INVALID_VIEW", f"View '{table['DatabaseName']}.{table['Name']}' cannot be read") from error


def as_table(name: str, sql: str, database: str, columns: list[tuple[str, Type]]) -> dict[str, Any]:
    """The entry of the catalog for a view."""
    body = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": each, "type": str(of)} for each, of in columns],
    }
    return {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": each, "Type": hive(of)} for each, of in columns],
            "Location": "",
            "SerdeInfo": {},
        },
        "ViewOriginalText": f"{_PREFIX}{base64.b64encode(json.dumps(body).encode()).decode()}{_SUFFIX}",
        "ViewExpandedText": "/* Presto View */",
    }


def hive(of: Type) -> str:
    """The type in Hive's spelling, in which the catalog keeps it."""
    if of.name == "array":
        return f"array<{hive(of.parts[0])}>"
    if of.name == "map":
        return f"map<{hive(of.parts[0])},{hive(of.parts[1])}>"
    if of.name == "row":
        fields = zip(of.names, of.parts, strict=True)
        return f"struct<{','.join(f'{name}:{hive(part)}' for name, part in fields)}>"
    if of.name == "decimal":
        return str(of)
    if of.name == "varchar" and of.numbers:
        return str(of)
    return _HIVE.get(of.name, of.name)
