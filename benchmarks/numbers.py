"""What was measured, and the arithmetic over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Took:
    """One measurement; `cpu` is None where the system does not tell."""

    seconds: float
    cpu: float | None = None


@dataclass
class Series:
    """Something that was measured once a round; in every series of a run the rounds are the same."""

    name: str
    what: str
    took: list[Took] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median."""
        return median(one.seconds for one in self.took)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the most seconds."""
        found = [one.seconds for one in self.took]
        return min(found), max(found)

    @property
    def cpu(self) -> float | None:
        """The median; None where one of the measurements has none."""
        found = _all([one.cpu for one in self.took])
        return None if found is None else median(found)

    def of(self, other: Series) -> float:
        """These seconds as a part of the other's: the median of what each round says."""
        return median(one.seconds / two.seconds for one, two in zip(self.took, other.took, strict=True))

    def cpu_of(self, other: Series) -> float | None:
        """These CPU seconds as a part of the other's, likewise."""
        ours, theirs = _all([one.cpu for one in self.took]), _all([one.cpu for one in other.took])
        if ours is None or theirs is None:
            return None
        return median(one / two for one, two in zip(ours, theirs, strict=True))


def _all(found: Sequence[float | None]) -> list[float] | None:
    there = [one for one in found if one is not None]
    return there if there and len(there) == len(found) else None


def order(names: Sequence[str], number: int) -> list[str]:
    """Who comes when in a round: every other round runs the other way, so that nobody always comes first."""
    return list(names) if number % 2 == 0 else list(reversed(names))


@dataclass(frozen=True)
class Target:
    """What a series ought to take at most, as a part of the baseline."""

    name: str
    most: float

    def verdict(self, found: float) -> str:
        """One sentence."""
        met = "met" if found <= self.most else "missed"
        return f"{self.name}: {part(found)} of the baseline; at most {self.most:g} was asked for: {met}"


def part(ratio: float) -> str:
    """A ratio as it is written: two digits behind the point, more where they would be zeros."""
    return f"{ratio:.2f}" if ratio >= 0.01 else f"{ratio:.4f}"
