from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import strategies as st

from tests.support.histories import drawn, histogram, simplest_failure

NUMBERS = st.lists(st.integers(0, 1000), max_size=5)


def test_the_same_number_draws_the_same_and_another_does_not() -> None:
    assert drawn(NUMBERS, 30, 1) == drawn(NUMBERS, 30, 1) != drawn(NUMBERS, 30, 2)
    assert len(drawn(NUMBERS, 30, 1)) == 30


def test_of_those_that_failed_the_shortest_is_told() -> None:
    told = simplest_failure({0: ["a row too many"], 1: ["a row is missing"]}, ["a long history", "short", "s"])
    assert told == "2 of 3 histories differ; the shortest is number 1: short\na row is missing"


def test_a_histogram_has_a_bar_for_each_the_longest_first() -> None:
    assert histogram("rows", Counter(new=2, repeated=4)).splitlines() == [
        "rows",
        f"repeated       4 {'#' * 40}",
        f"new            2 {'#' * 20}",
    ]
    assert histogram("rows", {}) == "rows"


def test_a_recorded_histogram_is_shown_at_the_end(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(record_property): record_property('histogram', 'a row')")
    result = pytester.runpytest_inprocess("-p", "tests.support.histories")
    result.stdout.fnmatch_lines(["*= histories =*", "a row"])


def test_what_is_drawn_differs_in_size() -> None:
    found = Counter(len(one) for one in drawn(NUMBERS, 200, 3))
    assert set(found) == set(range(6))
