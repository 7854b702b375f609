"""Prepared statements: a workgroup keeps them under their names."""

from __future__ import annotations

from typing import Any

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.statements import matched


def prepare(backend: Any, workgroup: str, sql: str) -> None:
    """PREPARE name FROM statement: the workgroup keeps the statement under the name."""
    name, body = matched(r"PREPARE (\w+) FROM (.*)", sql)
    assert name is not None
    assert body is not None
    backend.create_prepared_statement(name, workgroup, body, "")


def meant(backend: Any, workgroup: str, sql: str) -> tuple[str, str | None]:
    """The statement that EXECUTE name USING values means, its question marks unfilled, and the values as written."""
    name, using = matched(r"EXECUTE (\w+)(?: USING (.*))?", sql)
    return str(_find(backend, workgroup, str(name)).query_statement), using


def deallocate(backend: Any, workgroup: str, sql: str) -> None:
    """DEALLOCATE PREPARE name: there is no such statement any more."""
    (name,) = matched(r"DEALLOCATE PREPARE (\w+)", sql)
    _find(backend, workgroup, str(name))
    del backend.prepared_statements[name]


def _find(backend: Any, workgroup: str, name: str) -> Any:
    found = backend.prepared_statements.get(name)
    if found is None or found.workgroup != workgroup:
        raise QueryError("NOT_FOUND", f"Prepared statement not found: {name}")
    return found
