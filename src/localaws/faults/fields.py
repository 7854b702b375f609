"""The fields of one rule as somebody wrote them, and a sentence about each that is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

_FEW = 15  # names that a sentence may tell


class RuleError(ValueError):
    """The message says in a sentence what is wrong with a rule, and where."""


class Fields:
    """The fields of one rule, and where it stands."""

    def __init__(self, given: Mapping[str, Any], place: str) -> None:
        self.given = given
        self.place = place

    def wrong(self, name: str, expected: str) -> RuleError:
        """The error of a field that should hold something else."""
        got = repr(self.given[name]) if name in self.given else "nothing"
        return RuleError(f"{self.place}: {name}: expected {expected}, got {got}")

    def no_others(self, known: Iterable[str], fault: str) -> None:
        """Every field has one of these names.

        Raises:
            RuleError: one has another.
        """
        for name in self.given:
            if name not in known:
                raise RuleError(f"{self.place}: expected {choice(sorted(known), str(name))} for {fault}, got {name!r}")

    def one_of(self, name: str, known: Iterable[str], default: str | None = None) -> str:
        """One of these names.

        Raises:
            RuleError: it is none.
        """
        value = self.given.get(name, default)
        if not isinstance(value, str) or value not in known:
            raise self.wrong(name, choice(known, str(value)))
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A text.

        Raises:
            RuleError: it is none.
        """
        value = self.given.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def number(self, name: str, default: float | None, least: float, most: float) -> float:
        """A number within its limits.

        Raises:
            RuleError: it is none.
        """
        value = self.given.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not (least <= value <= most):
            raise self.wrong(name, f"a number from {least:g} to {most:g}")
        return value

    def whole(self, name: str, least: int, most: int, more: str = "") -> int:
        """A whole number within its limits, of a field that is there.

        Raises:
            RuleError: it is none.
        """
        value = self.given[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(name, f"a whole number from {least} to {most}{more}")
        return value


def choice(known: Iterable[str], got: str) -> str:
    """What could stand there, or what it is most like where that is much."""
    names = list(known)
    near = difflib.get_close_matches(got, names, 1)
    if len(names) <= _FEW:
        return "one of " + ", ".join(names)
    return f"a name that there is, such as {near[0] if near else names[1]}"
