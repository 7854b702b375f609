"""Athena's SELECT as sqlglot reads it, with the names of functions left as they are written."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokens import TokenType

from localaws.planes.athena.errors import Position, QueryError

_GLUED = re.compile(r"([0-9.]+[eE][0-9]+)[+-]")
_SPECIAL = ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "POSITION", "SUBSTRING", "LISTAGG")


_PARSERS = Trino.Parser


class AthenaSelect(Trino):  # type: ignore[misc]
    """Trino, but no function is turned into another and no index is moved."""

    INDEX_OFFSET = 0

    class Parser(Trino.Parser):  # type: ignore[misc]
        """Every function is read as a call of the name that is written."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {name: _PARSERS.FUNCTION_PARSERS[name] for name in _SPECIAL}
        COLUMN_OPERATORS: ClassVar[dict[Any, Any]] = {TokenType.DOT: _PARSERS.COLUMN_OPERATORS[TokenType.DOT]}


def parse(sql: str) -> Any:
    """The tree of one query.

    Raises:
        QueryError: it is no query, or more than one.
    """
    try:
        trees = [tree for tree in sqlglot.parse(_spaced(sql), dialect=AthenaSelect) if tree is not None]
    except ParseError as error:
        raise _syntax_error(sql, error.errors) from error
    except (TokenError, SqlglotError) as error:
        raise QueryError("SYNTAX_ERROR", "mismatched input: the statement ends inside a literal or a name") from error
    if len(trees) != 1:
        raise QueryError("SYNTAX_ERROR", "Only one sql statement is allowed")
    return trees[0]


def _spaced(sql: str) -> str:
    """The text with a blank before the sign in `1e0+1`, which sqlglot takes for one number."""
    glued = [t for t in AthenaSelect().tokenize(sql) if t.token_type == TokenType.NUMBER and _GLUED.match(t.text)]
    for token in reversed(glued):
        sign = token.start + len(_GLUED.match(token.text)[1])  # type: ignore[index]
        sql = f"{sql[:sign]} {sql[sign:]}"
    return _spaced(sql) if glued else sql


def parse_type(written: str) -> Any:
    """The tree of a type that stands alone, such as `array(varchar(3))`."""
    return parse(f"SELECT CAST(NULL AS {written})").expressions[0].args["to"]


def position(node: Any) -> Position | None:
    """Where a node begins, as far as the parser remembers."""
    known = [n.meta for n in node.find_all(exp.Identifier, exp.Anonymous, exp.Star) if "start" in n.meta]
    if not known:
        return None
    first = min(known, key=lambda meta: meta["start"])
    return Position(first["line"], first["col"] - (first["end"] - first["start"]))


def _syntax_error(sql: str, errors: list[dict[str, Any]]) -> QueryError:
    first = errors[0] if errors else {}
    shown = first.get("highlight") or "<EOF>"
    at = Position(first["line"], max(first["col"] - len(shown) + 1, 1)) if first.get("line") else None
    if not (first.get("end_context") or "").strip() and sql.rstrip().endswith(shown):
        return QueryError("SYNTAX_ERROR", f"mismatched input '<EOF>' after '{shown}'", at)
    return QueryError("SYNTAX_ERROR", f"mismatched input '{shown}'", at)
