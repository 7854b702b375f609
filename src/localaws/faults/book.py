"""The rules in force, and how often each has struck."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from typing import Any

from localaws.faults.asked import Asked
from localaws.faults.rule import Rule


class _Entry:
    def __init__(self, number: int, rule: Rule) -> None:
        self.number = number
        self.rule = rule
        self.seen = self.applied = 0
        self._dice = random.Random(rule.seed)  # noqa: S311 - the same again is what is wanted

    def strikes(self) -> bool:
        """One more request that fits: this one goes wrong. One that is skipped takes no throw of the dice."""
        self.seen += 1
        spent = self.rule.times is not None and self.applied >= self.rule.times
        if spent or self.seen <= self.rule.skip or self._dice.random() >= self.rule.probability:
            return False
        self.applied += 1
        return True

    def told(self) -> dict[str, Any]:
        seed = {"seed": self.rule.seed} if "probability" in self.rule.given else {}
        return {"id": self.number, **self.rule.given, **seed, "seen": self.seen, "applied": self.applied}


class Book:
    """Rules in the order in which they were given; the first one that strikes a request is the only one."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._last = 0
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, rules: Iterable[Rule]) -> list[dict[str, Any]]:
        """The rules are in force, after those that are; what `told` says of them."""
        with self._lock:
            made = []
            for rule in rules:
                self._last += 1
                made.append(_Entry(self._last, rule))
            self._entries = [*self._entries, *made]
            return [entry.told() for entry in made]

    def told(self) -> list[dict[str, Any]]:
        """Each rule as it was given, how many requests it fitted, and how many of them it struck."""
        with self._lock:
            return [entry.told() for entry in self._entries]

    def clear(self, number: int | None = None) -> bool:
        """The rule of that number is gone, or all are; whether there was one."""
        with self._lock:
            left = [] if number is None else [entry for entry in self._entries if entry.number != number]
            gone, self._entries = len(left) < len(self._entries), left
            return gone

    def due(self, asked: Asked) -> Rule | None:
        """The rule that strikes this request."""
        for entry in self._entries:
            if entry.rule.fits(asked):
                with self._lock:
                    if entry.strikes():
                        return entry.rule
        return None
