"""Values for the question marks of a query."""

from __future__ import annotations

from sqlglot.tokens import TokenType

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.dialect import AthenaSelect, parse


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


def given(using: str | None, otherwise: list[str]) -> list[str]:
    """The values of EXECUTE … USING, else those that came with the request."""
    if not using:
        return otherwise
    return [each.sql(dialect=AthenaSelect) for each in parse(f"SELECT {using}").expressions]
