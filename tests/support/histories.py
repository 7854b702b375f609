"""Random histories out of Hypothesis, many at a time: what is dear, a job run, is done for all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def drawn(strategy: SearchStrategy[T], count: int, number: int) -> list[T]:
    """So many different examples; the same ones for the same number."""
    found: list[T] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(one: T) -> None:
        found.append(one)

    collect()
    return found


def simplest_failure(failed: Mapping[int, Sequence[str]], histories: Sequence[object]) -> str:
    """Of the histories that failed the shortest, since nothing can be shrunk here, and what is wrong with it."""
    number = min(failed, key=lambda one: len(str(histories[one])))
    head = f"{len(failed)} of {len(histories)} histories differ; the shortest is number {number}: {histories[number]}"
    return "\n".join([head, *failed[number]])


def histogram(title: str, counts: Mapping[str, int]) -> str:
    """What happened, and how often, as bars."""
    most, width = max(counts.values(), default=1), max(map(len, counts), default=0)
    lines = [
        f"{name:<{width}} {count:>7} {'#' * -(-40 * count // most)}" for name, count in Counter(counts).most_common()
    ]
    return "\n".join([title, *lines])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The histograms that tests have recorded, from worker processes too."""
    reports = [one for group in terminalreporter.stats.values() for one in group if hasattr(one, "user_properties")]
    told = dict.fromkeys(str(text) for one in reports for name, text in one.user_properties if name == "histogram")
    if told:
        terminalreporter.section("histories")
        terminalreporter.write_line("\n\n".join(told))
