"""Everything that a run has found out, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.numbers import Series, Target
from benchmarks.rounds import BASELINE, EXECUTION, NOTHING_NEW
from benchmarks.throughput import Figure

TARGETS = (Target(EXECUTION, 0.6), Target(NOTHING_NEW, 0.1))


@dataclass
class Results:
    """A part that was not measured is empty."""

    machine: list[tuple[str, str]]
    data: str = ""
    execution: list[Series] = field(default_factory=list)
    scale_rows: int = 0
    scale: list[Series] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    #: part → cores that somebody else used meanwhile
    others: dict[str, float] = field(default_factory=dict)
    shared: bool = True
    minutes: float = 0.0

    @property
    def baseline(self) -> Series | None:
        """What ours is compared with, if it was measured."""
        return next((one for one in self.execution if one.name == BASELINE), None)

    def verdicts(self) -> list[str]:
        """A sentence a target."""
        base = self.baseline
        if base is None:
            return []
        by_name = {one.name: one for one in self.execution}
        found = [(target, by_name.get(target.name)) for target in TARGETS]
        return [target.verdict(one.of(base)) for target, one in found if one is not None]
