"""Random histories of one key each: what was delivered, and in which runs it was taken up.

A run takes up the deliveries that it is asked for and all that was taken up before and is not older; any order of
runs, and any deliveries asked for again, must end in what all deliveries come to when they are read at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeAlias

#: Source's version, minute of delivery, file, place in the file; then what the row says.
Event: TypeAlias = tuple[int | None, int, str, int, str | None]
RUNS = 4


@dataclass(frozen=True)
class Story:
    """The events of each delivery, by its minute, and for each run the minutes of what it reads."""

    deliveries: dict[int, list[Event]]
    runs: list[frozenset[int]]

    def until(self, run: int) -> list[Event]:
        """Everything that was taken up until the run is over."""
        return [event for minute in frozenset().union(*self.runs[: run + 1]) for event in self.deliveries[minute]]

    def read(self, run: int) -> list[Event]:
        """What the run reads."""
        return [event for minute in self.runs[run] for event in self.deliveries[minute]]


def at(minute: int) -> datetime:
    return datetime(2025, 1, 1, 0, minute, tzinfo=UTC)


def story(random: Random, versions: Sequence[int | None]) -> Story:
    """Up to six deliveries of up to three rows, taken up in up to four runs."""
    minutes = random.sample(range(20), random.randint(1, 6))
    deliveries = {minute: list(_rows(random, minute, versions)) for minute in minutes}
    left, runs = random.sample(minutes, len(minutes)), []
    seen: set[int] = set()
    for turn in range(RUNS):
        take = len(left) if turn == RUNS - 1 else random.randint(0, len(left))
        asked = {*left[:take], *random.sample(sorted(seen), random.randint(0, len(seen)))}
        del left[:take]
        again = {minute for minute in seen if minute >= min(asked)} if asked else set()
        runs.append(frozenset(asked | again))
        seen |= asked
    return Story(deliveries, runs)


def _rows(random: Random, minute: int, versions: Sequence[int | None]) -> Iterator[Event]:
    file = random.choice("ab")
    for place in range(random.choice([0, 1, 1, 1, 2, 3])):
        yield random.choice(versions), minute, file, place, random.choice(["x", "x", "y", None])


def order(event: Event) -> tuple[Any, ...]:
    """The total order; a row without a version of its source is older than one with."""
    version, *rest, _ = event
    return (version is not None, version or 0, *rest)


def runs_of_equals(events: Sequence[Event]) -> list[Event]:
    """Of neighbours that say the same of the same version, the first."""
    ordered = sorted(events, key=order)
    return [
        event
        for place, event in enumerate(ordered)
        if not place or (event[0], event[4]) != (ordered[place - 1][0], ordered[place - 1][4])
    ]
