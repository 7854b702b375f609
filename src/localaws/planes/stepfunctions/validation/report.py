"""What is wrong with a definition, and where (AWS: ValidateStateMachineDefinitionDiagnostic)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SCHEMA = "SCHEMA_VALIDATION_FAILED"
ERROR, WARNING = "ERROR", "WARNING"


@dataclass(frozen=True)
class Diagnostic:
    """One problem: with ERROR the definition is none, with WARNING it is one that may not do what was meant."""

    code: str
    message: str
    location: str | None = None
    severity: str = ERROR

    def members(self) -> dict[str, str]:
        """As the API gives it."""
        shown = {"severity": self.severity, "code": self.code, "message": self.message}
        return shown if self.location is None else {**shown, "location": self.location}

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {self.location or 'null'}"


@dataclass
class Report:
    """All problems, in the order in which they are met."""

    problems: list[Diagnostic] = field(default_factory=list)

    def error(self, message: str, at: str, code: str = SCHEMA) -> None:
        """The definition is none."""
        self.problems.append(Diagnostic(code, message, at))

    def warning(self, message: str, at: str, code: str) -> None:
        """It may not do what was meant."""
        self.problems.append(Diagnostic(code, message, at, WARNING))

    def fields(
        self, value: dict[str, Any], at: str, *, required: tuple[str, ...] = (), allowed: frozenset[str]
    ) -> None:
        """Required fields are there, and no others than the allowed ones."""
        missing = [name for name in required if name not in value]
        if missing:
            self.error(f"These fields are required: [{', '.join(missing)}]", at)
        for name in value:
            if name not in allowed:
                self.error(f"Field '{name}' is not supported", at)

    def kind(self, value: dict[str, Any], name: str, at: str, *kinds: type) -> bool:
        """Whether the field is there and of one of these types; one of another type is an error."""
        if name not in value:
            return False
        found = value[name]
        right = isinstance(found, kinds) and (bool in kinds or not isinstance(found, bool))
        if not right:
            self.error(f"Expected value of type {' or '.join(_NAMES[kind] for kind in kinds)}", f"{at}/{name}")
        return right


_NAMES: dict[type, str] = {
    str: "String",
    int: "Integer",
    float: "Number",
    bool: "Boolean",
    list: "Array",
    dict: "Object",
}
