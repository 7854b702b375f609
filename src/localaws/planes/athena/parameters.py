"""Values for the question marks of a query, and prepared statements."""

from __future__ import annotations

from typing import Any

from sqlglot.tokens import TokenType

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.dialect import AthenaSelect, parse
from localaws.planes.athena.statements import matched


def filled_in(sql: str, values: list[str]) -> str:
    """The query with each `?` replaced by the expression given for it.

    Raises:
        QueryError: there are more or fewer values than question marks, or one is no expression.
    """
    places = [t.start for t in AthenaSelect().tokenize(sql) if t.token_type == TokenType.PLACEHOLDER]
    if len(places) != len(values):
        message = f"Incorrect number of parameters: expected {len(places)} but found {len(values)}"
        raise QueryError("INVALID_PARAMETER_USAGE", message)
    for place, value in reversed(list(zip(places, values, strict=True))):
        _check(value)
        sql = f"{sql[:place]}{value}{sql[place + 1 :]}"
    return sql


def _check(value: str) -> None:
    tree = parse(f"SELECT {value}")
    if len(tree.expressions) != 1 or any(part for name, part in tree.args.items() if name != "expressions"):
        raise QueryError("INVALID_PARAMETER_USAGE", f"Invalid parameter: {value}")


def prepare(backend: Any, workgroup: str, sql: str) -> None:
    """PREPARE name FROM statement: the workgroup keeps the statement under the name."""
    name, body = matched(r"PREPARE (\w+) FROM (.*)", sql)
    assert name is not None
    assert body is not None
    backend.create_prepared_statement(name, workgroup, body, "")


def prepared(backend: Any, workgroup: str, sql: str, given: list[str]) -> str:
    """EXECUTE name USING values: the statement with the values in it."""
    name, using = matched(r"EXECUTE (\w+)(?: USING (.*))?", sql)
    found = _find(backend, workgroup, str(name))
    values = [each.sql(dialect=AthenaSelect) for each in parse(f"SELECT {using}").expressions] if using else given
    return filled_in(found.query_statement, values)


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
