"""GetDatabase and ListDatabases: the databases of the Glue catalog that the caller may see.

The database `default` is always among them, as on an account that has used Athena.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from localaws.planes.athena.caller import caller_of
from localaws.planes.athena.catalog import GlueCatalog
from localaws.planes.athena.errors import QueryError

_LONGEST = 50  # page "ListDatabases", MaxResults
Found = TypeVar("Found")
_DEFAULT = {"Name": "default", "Description": "Default database"}


def apply(responses: Any) -> None:
    """The two operations read the catalog; of other catalogs than AwsDataCatalog, moto answers."""
    responses.get_database = _for_glue(get_database, responses.get_database)
    responses.list_databases = _for_glue(list_databases, responses.list_databases)


def get_database(self: Any) -> str:
    """Page "GetDatabase"."""
    name = str(self._get_param("DatabaseName")).lower()
    found = _asked(lambda: _catalog(self).database(name)) or (_DEFAULT if name == _DEFAULT["Name"] else None)
    if found is None:
        raise _error(f"Database {name} not found.")
    return json.dumps({"Database": _described(found)})


def list_databases(self: Any) -> str:
    """Page "ListDatabases"."""
    known = {each["Name"]: each for each in [_DEFAULT, *_asked(lambda: _catalog(self).databases())]}
    found, start = [_described(known[name]) for name in sorted(known)], _start(self._get_param("NextToken"))
    end = start + min(int(self._get_param("MaxResults") or _LONGEST), _LONGEST)
    more = {"NextToken": str(end)} if end < len(found) else {}
    return json.dumps({"DatabaseList": found[start:end], **more})


def _catalog(self: Any) -> GlueCatalog:
    return GlueCatalog(caller_of(self.access_key, self.current_account).keys())


def _asked(ask: Callable[[], Found]) -> Found:
    try:
        return ask()
    except QueryError as error:
        raise _error(str(error)) from error


def _described(database: dict[str, Any]) -> dict[str, Any]:
    shown = {name: database[name] for name in ("Name", "Description") if database.get(name)}
    return {**shown, "Parameters": database.get("Parameters") or {}}


def _start(token: str | None) -> int:
    if token is not None and not token.isdecimal():
        raise _error("Malformed NextToken")
    return int(token or 0)


def _error(message: str) -> Exception:
    from moto.core.exceptions import JsonRESTError

    error: Exception = JsonRESTError("MetadataException", message)
    return error


def _for_glue(ours: Any, plain: Any) -> Any:
    def answer(self: Any) -> Any:
        catalog = str(self._get_param("CatalogName")).lower()
        return ours(self) if catalog == "awsdatacatalog" else plain(self)

    return answer
