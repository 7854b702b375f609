from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from copperline.job import GoldJob
from copperline.job.changed import Changes
from copperline.job.needed import needed, of_keys, ranges
from glue_jobs.silver_to_gold import inventory, ratings, sales

SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted).map(tuple), max_size=30)


@given(spans=SPANS, most=st.integers(1, 6))
def test_ranges_cover_every_span(spans: list[tuple[int, int]], most: int) -> None:
    found = ranges(spans, most)
    assert len(found) <= most
    assert all(before[1] < after[0] for before, after in pairwise(found))
    assert all(any(least <= span[0] and span[1] <= greatest for least, greatest in found) for span in spans)


@given(spans=SPANS)
def test_with_room_enough_ranges_cover_nothing_else(spans: list[tuple[int, int]]) -> None:
    inside = {value for least, greatest in ranges(spans) for value in range(2 * least, 2 * greatest + 1)}
    assert inside == {value for least, greatest in spans for value in range(2 * least, 2 * greatest + 1)}


@given(at=st.datetimes(datetime.fromisoformat("1999-01-01"), datetime.fromisoformat("2031-01-01")))
def test_every_day_of_two_months_is_in_their_span(at: datetime) -> None:
    month = at.date().replace(day=1)
    for touched in (month, (month - timedelta(days=1)).replace(day=1)):
        least, greatest = inventory.two_months(touched)
        assert datetime.combine(least, time()) <= at <= datetime.combine(greatest, time())


@pytest.mark.parametrize("job", [sales.JOB, inventory.JOB, ratings.JOB], ids=lambda job: str(job.writes))
def test_every_source_of_ours_says_where_its_rows_lie(job: GoldJob) -> None:
    assert set(job.spans) == set(job.touches) == set(job.reads)


def days(*numbers: int) -> list[date]:
    return [date(2025, 1, number) for number in numbers]


@pytest.mark.spark
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        # one sale a day, each by a run of its own
        (None, [1, 2, 3, 4, 5, 6]),
        (Changes(rebuilt=days(2, 4)), [2, 4]),
        (Changes(added=days(2, 4), runs={"silver.sales": ["jr_4", "jr_5"]}), [4]),
        (Changes(days(1), days(5, 6), {"silver.sales": ["jr_5"]}), [1, 5]),
    ],
    ids=["all", "rebuilt", "added", "both"],
)
def test_needed_are_all_rows_of_one_key_and_the_new_ones_of_another(
    spark: SparkSession, changes: Changes | None, found: Sequence[int]
) -> None:
    rows = spark.range(1, 7).selectExpr(
        "id", "timestamp '2025-01-01 23:59:59' + make_interval(0, 0, 0, id - 1) AS sold_at", "'jr_' || id AS _run"
    )
    assert [row.id for row in needed(rows, sales.JOB, "silver.sales", changes).collect()] == found


@pytest.mark.spark
def test_gold_rows_of_keys(spark: SparkSession) -> None:
    rows = spark.range(1, 7)
    assert [row.id for row in of_keys(rows, "id", [2, 4]).collect()] == [2, 4]
    assert of_keys(rows, "id", None) is rows
