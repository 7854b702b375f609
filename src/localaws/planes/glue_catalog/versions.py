"""Table versions: a writer that saw an older version than the current one is refused, so no commit is lost."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from localaws.planes.glue_catalog.errors import refusal

_one_writer = threading.Lock()  # compare and set: moto's requests run in many threads


def apply() -> None:
    """UpdateTable honours VersionId and SkipArchive, and names are folded to lower case (page "UpdateTable")."""
    from moto.glue.models import GlueBackend
    from moto.glue.responses import GlueResponse

    GlueBackend.update_table = update_table
    GlueResponse.update_table = _update_table_action
    _fold_names(GlueBackend)


def update_table(
    self: Any,
    database_name: str,
    table_name: str,
    table_input: dict[str, Any],
    *,
    version_id: str | None = None,
    skip_archive: bool = False,
) -> None:
    """The table reads `table_input`, under a new version id; with `skip_archive` the version before is not kept.

    Raises:
        ConcurrentModificationException: `version_id` is not the table's current version.
    """
    with _one_writer:
        table = self.get_table(database_name, table_name)
        before = str(table._current_version)
        if version_id is not None and version_id != before:
            raise refusal(
                "ConcurrentModificationException", f"Update table failed due to concurrent modifications: {table_name}"
            )
        table.update({**table_input, "Name": table.name})
        if skip_archive:
            table.versions.pop(before, None)


def _update_table_action(self: Any) -> Any:
    from moto.core.responses import EmptyResult

    asked = self.parameters
    self.glue_backend.update_table(
        asked.get("DatabaseName"),
        asked["TableInput"]["Name"],
        asked["TableInput"],
        version_id=asked.get("VersionId"),
        skip_archive=bool(asked.get("SkipArchive")),
    )
    return EmptyResult()


def _fold_names(backend: Any) -> None:
    """Names of databases and tables are stored in lower case, for Hive (pages "CreateDatabase", "TableInput")."""
    for name in ("create_database", "get_database", "update_database", "delete_database"):
        setattr(backend, name, _folded(getattr(backend, name), 1))
    for name in ("create_table", "get_table", "delete_table"):
        setattr(backend, name, _folded(getattr(backend, name), 2))


def _folded(method: Callable[..., Any], names: int) -> Callable[..., Any]:
    """The method with its first `names` arguments in lower case, and so the name in the definition that it is given."""

    @functools.wraps(method)
    def folded(self: Any, *args: Any, **kwargs: Any) -> Any:
        low = [given.lower() for given in args[:names]]
        definition = [
            {**given, "Name": low[-1]} if isinstance(given, dict) else given for given in args[names : names + 1]
        ]
        return method(self, *low, *definition, *args[names + 1 :], **kwargs)

    return folded


def _named(given: object) -> bool:
    return isinstance(given, dict) and "Name" in given
