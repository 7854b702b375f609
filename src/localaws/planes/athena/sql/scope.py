"""Names: what a query can see, and which column a name means."""

from __future__ import annotations

from dataclasses import dataclass, field

from localaws.planes.athena.errors import Position, QueryError
from localaws.planes.athena.sql.typed import Typed


@dataclass(frozen=True)
class Field:
    """A column that can be named: how, and what it is in DuckDB."""

    name: str | None
    value: Typed
    #: the names of its relation, from the table's up to the catalog's: ("sales", "gold", "awsdatacatalog")
    relation: tuple[str, ...] = ()
    #: only reachable through its relation's name and hidden from `*`: the sides of JOIN … USING
    hidden: bool = False


@dataclass
class Scope:
    """The fields of a FROM clause, and the scope around it for correlated subqueries."""

    fields: list[Field] = field(default_factory=list)
    outer: Scope | None = None
    correlated: bool = False

    def resolve(self, names: list[str], at: Position | None, shown: str) -> tuple[Typed, list[str]]:
        """The column that the names mean, and the names that are left over, which are fields of its row.

        Raises:
            QueryError: no column has the name, or more than one.
        """
        found = self._local(names, at, shown)
        if found is not None:
            return found
        if self.outer is not None:
            return self.outer.resolve(names, at, shown)
        message = f"Column '{shown}' cannot be resolved or requester is not authorized to access requested resources"
        raise QueryError("COLUMN_NOT_FOUND", message, at)

    def _local(self, names: list[str], at: Position | None, shown: str) -> tuple[Typed, list[str]] | None:
        for place in range(len(names) - 1, -1, -1):
            matches = [f for f in self.fields if _is(f, names[place], names[:place])]
            if len(matches) > 1:
                raise QueryError("AMBIGUOUS_NAME", f"Column '{shown}' is ambiguous", at)
            if matches:
                return matches[0].value, names[place + 1 :]
        return None

    def of_relation(self, names: list[str]) -> list[Field]:
        """The fields of the relation with that name, for `name.*`."""
        return [f for f in self.fields if _qualifies(f, names)]


def _is(field_: Field, name: str, qualifiers: list[str]) -> bool:
    if field_.name is None or field_.name.lower() != name.lower():
        return False
    return _qualifies(field_, qualifiers) if qualifiers else not field_.hidden


def _qualifies(field_: Field, qualifiers: list[str]) -> bool:
    wanted = [each.lower() for each in reversed(qualifiers)]
    return [each.lower() for each in field_.relation[: len(wanted)]] == wanted
