"""The one error of a query, in the words of Athena."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

USER, SYSTEM, OTHER = 2, 1, 3
_TYPES = {
    # Athena user guide, "Amazon Athena error catalog"
    "COLUMN_NOT_FOUND": 1006,
    "TABLE_NOT_FOUND": 1301,
    "SCHEMA_NOT_FOUND": 1300,
    "PERMISSION_DENIED": 401,
    "INTERNAL_ERROR": 200,
    "EXCEEDED_MEMORY_LIMIT": 1,
}


@dataclass(frozen=True)
class Position:
    """A place in the text of a query; both count from one."""

    line: int
    column: int


class QueryError(Exception):
    """A query that fails: its name and message as GetQueryExecution shows them in StateChangeReason."""

    def __init__(self, name: str, message: str, at: Position | None = None) -> None:
        self.name = name
        place = f"line {at.line}:{at.column}: " if at else ""
        super().__init__(f"{name}: {place}{message}" if name else f"{place}{message}")

    @property
    def category(self) -> int:
        """1 when the system is to blame, 2 when the user is: the page of AWS called "Athena error catalog"."""
        return SYSTEM if self.name in ("INTERNAL_ERROR", "EXCEEDED_MEMORY_LIMIT") else USER

    @property
    def type(self) -> int:
        """The number of the error in Athena's catalog of errors; 233 stands for any other mistake of a user."""
        return _TYPES.get(self.name, 233)

    def described(self) -> dict[str, Any]:
        """The AthenaError of the API."""
        told = {"ErrorCategory": self.category, "ErrorType": self.type}
        return {**told, "Retryable": self.category == SYSTEM, "ErrorMessage": str(self)}


class Cancelled(Exception):
    """The query is to end CANCELLED; the text is its StateChangeReason."""


def exhausted() -> QueryError:
    """The answer to a query that takes more memory than it may: page "Athena error catalog", types 0 to 8."""
    return QueryError("EXCEEDED_MEMORY_LIMIT", "Query exhausted resources at this scale factor")


def unknown_statement(name: str) -> QueryError:
    """The answer to a statement that localaws does not carry out."""
    return QueryError("NOT_SUPPORTED", f"localaws does not run the statement {name}")


def refused(construct: str, at: Position | None = None) -> QueryError:
    """The answer to what Athena may well take, but of which nobody has shown that it gives the same rows here."""
    return QueryError("NOT_SUPPORTED", f"localaws does not know that {construct} gives Trino's answer here", at)
