"""What crosses to the process that carries out a query: a few texts and numbers, no object of the server's."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from localaws.planes.athena.keys import Keys


@dataclass(frozen=True)
class Task:
    """One statement, where its result goes, and with whose rights it is carried out."""

    id: str
    sql: str
    statement: str
    substatement: str
    database: str
    output: str
    keys: Keys
    put: dict[str, Any] = field(default_factory=dict)
    cutoff: int | None = None
    parameters: list[str] = field(default_factory=list)
    using: str | None = None  # of EXECUTE: the values as they stand in the statement

    def as_json(self) -> dict[str, Any]:
        """What `of_json` takes."""
        return asdict(self)


def of_json(given: dict[str, Any]) -> Task:
    """The task that `as_json` told."""
    return Task(**{**given, "keys": Keys(**given["keys"])})
