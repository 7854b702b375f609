"""One SELECT on its way: what its expressions may name and what they may contain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql.analysis import Analysis
from localaws.planes.athena.sql.cast import coerce
from localaws.planes.athena.sql.coercion import becomes, common_of
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.scope import Scope
from localaws.planes.athena.sql.typed import Typed, translate
from localaws.planes.athena.sql.types import BOOLEAN, Type


@dataclass
class Block:
    """The surroundings of an expression."""

    analysis: Analysis
    scope: Scope
    ctes: dict[str, Any] = field(default_factory=dict)
    windows: dict[str, Any] = field(default_factory=dict)
    #: the clause in which no aggregate may stand, in Trino's words; None where one may
    scalar_clause: str | None = None

    def typed(self, node: Any) -> Typed:
        """The expression in DuckDB's SQL with Trino's type."""
        return translate(self, node)

    def within(self, clause: str | None) -> Block:
        """The same block inside a clause that takes no aggregate (or again one that does)."""
        return Block(self.analysis, self.scope, self.ctes, self.windows, clause)

    def inside(self, scope: Scope) -> Block:
        """The same block with other names in sight."""
        return Block(self.analysis, scope, self.ctes, self.windows, self.scalar_clause)

    def condition(self, node: Any, what: str) -> str:
        """The SQL of an expression that must be a boolean.

        Raises:
            QueryError: TYPE_MISMATCH in Trino's words when it is something else.
        """
        value = self.typed(node)
        if not becomes(value.type, BOOLEAN):
            message = f"{what} must evaluate to a boolean (actual: {value.type})"
            raise QueryError("TYPE_MISMATCH", message, position(node))
        return coerce(value, BOOLEAN).sql

    def unified(self, nodes: list[Any], message: str) -> tuple[list[str], Type]:
        """The SQL of the expressions in the one type that all of them become.

        Raises:
            QueryError: TYPE_MISMATCH with the message when there is no such type; `{0}`, `{1}` are two types.
        """
        values = [self.typed(node) for node in nodes]
        wanted = common_of([value.type for value in values])
        if wanted is None:
            first = values[0].type
            other = next(v.type for v in values if common_of([first, v.type]) is None or v is values[-1])
            raise QueryError("TYPE_MISMATCH", message.format(first, other), position(nodes[0]))
        return [coerce(value, wanted).sql for value in values], wanted

    def window_named(self, name: Any) -> Any:
        """The specification of a named window.

        Raises:
            QueryError: there is no window of that name.
        """
        found = self.windows.get(name.name.lower())
        if found is None:
            raise QueryError("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {name.name}", position(name))
        return found


def unquoted(node: Any) -> Any:
    """The expression inside any number of parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node
