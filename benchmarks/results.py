"""Everything that a run has found out, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.growth import Growth
from benchmarks.numbers import Series, Target, part
from benchmarks.rounds import BASELINE, EXECUTION, JOBS, NOTHING_NEW, UNTUNED
from benchmarks.throughput import Figure

TARGETS = (Target(EXECUTION, 0.6), Target(NOTHING_NEW, 0.1))


@dataclass
class Results:
    """A part that was not measured is empty."""

    machine: list[tuple[str, str]]
    data: str = ""
    execution: list[Series] = field(default_factory=list)
    #: how many sales → what was done with them
    scale: dict[int, list[Series]] = field(default_factory=dict)
    growth: list[Growth] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    #: part → cores that somebody else used meanwhile
    others: dict[str, float] = field(default_factory=dict)
    shared: bool = True
    minutes: float = 0.0

    @property
    def baseline(self) -> Series | None:
        """What ours is compared with, if it was measured."""
        return self._named(BASELINE)

    def verdicts(self) -> list[str]:
        """A sentence a target, and how ours stands to the scripts under other conditions."""
        base, ours = self.baseline, self._named(EXECUTION)
        found = [(target, self._named(target.name)) for target in TARGETS] if base else []
        said = [target.verdict(one.of(base)) for target, one in found if one and base]
        others = [self._named(name) for name in (UNTUNED, JOBS)]
        said += [f"{EXECUTION}: {part(ours.of(one))} of {one.what}" for one in others if one and ours]
        return said + [verdict for one in self.growth for verdict in one.verdicts()]

    def _named(self, name: str) -> Series | None:
        return next((one for one in self.execution if one.name == name), None)
