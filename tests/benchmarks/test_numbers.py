from __future__ import annotations

import pytest

from benchmarks.numbers import Series, Target, Took, order, part


def series(*seconds: float, cpu: tuple[float | None, ...] = ()) -> Series:
    return Series("a", "a", [Took(*pair) for pair in zip(seconds, cpu or [None] * len(seconds), strict=True)])


def test_seconds_are_the_median() -> None:
    found = series(9.0, 1.0, 2.0)
    assert (found.seconds, found.spread) == (2.0, (1.0, 9.0))


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    ours, theirs = series(4.0, 40.0, 5.0), series(10.0, 80.0, 20.0)
    assert ours.of(theirs) == 0.4  # of 0.4, 0.5 and 0.25: a slow round is slow for both


def test_series_of_different_rounds_are_not_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        series(1.0).of(series(1.0, 2.0))


@pytest.mark.parametrize(
    ("ours", "theirs", "ratio"),
    [((1.0, 3.0), (2.0, 4.0), 0.625), ((1.0, None), (2.0, 4.0), None), ((None, None), (2.0, 4.0), None)],
)
def test_cpu_is_compared_where_all_of_it_is_known(
    ours: tuple[float | None, ...], theirs: tuple[float | None, ...], ratio: float | None
) -> None:
    assert series(1.0, 1.0, cpu=ours).cpu_of(series(1.0, 1.0, cpu=theirs)) == ratio


def test_every_other_round_runs_the_other_way() -> None:
    assert [order("abc", number) for number in range(3)] == [list("abc"), list("cba"), list("abc")]


@pytest.mark.parametrize(("found", "verdict"), [(0.6, "met"), (0.61, "missed")])
def test_a_target_is_met_or_missed(found: float, verdict: str) -> None:
    said = Target("execution", 0.6).verdict(found)
    assert said == f"execution: {found:.2f} of the baseline; at most 0.6 was asked for: {verdict}"


def test_a_small_part_is_not_written_as_nothing() -> None:
    assert [part(ratio) for ratio in (1.0, 0.456, 0.0044)] == ["1.00", "0.46", "0.0044"]
