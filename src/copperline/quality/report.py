"""What an audit found: counts, and never a value of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What became of one expectation, in the words of Great Expectations; `raised` names why it could not be judged."""

    type: str
    kwargs: Mapping[str, Any]
    success: bool
    counts: Mapping[str, float]
    raised: str = ""

    def __str__(self) -> str:
        column = self.kwargs.get("column", "table")
        if self.raised:
            return f"{column}: {self.type}: could not be evaluated: {self.raised}"
        asked = {name: value for name, value in self.kwargs.items() if name != "column"}
        found, total = self.counts.get("unexpected_count", "other"), self.counts.get("element_count", "?")
        return f"{column}: expected {self.type} {asked}, got {found} of {total} rows that break it"


@dataclass(frozen=True)
class Report:
    """The outcomes of one table's audit, in the order of its suite."""

    name: str
    outcomes: tuple[Outcome, ...]

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """Those that do not hold."""
        return tuple(outcome for outcome in self.outcomes if not outcome.success)

    def sentence(self) -> str:
        """Each broken expectation with what it expects and how many rows break it."""
        return "; ".join(map(str, self.broken))
