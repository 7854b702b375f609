"""Deliveries in every order in which runs can take them up: docs/incremental.md, case by case."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from copperline.files.records import Pending
from glue_jobs.bronze_to_silver import sales
from tests.support.lake import Lake, data_files
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"
DAY = 24 * 60


def deliver(
    lake: Lake, day: int, quantities: Mapping[int, int], *, name: str = "sales.parquet", minute: int = 0
) -> Pending:
    """On that day of January 2025 a file arrives that says of each sale its quantity."""
    lake.clock = itertools.count((day - 1) * DAY + minute)
    return lake.deliver(BRONZE, [sale(number, Quantidade=count) for number, count in quantities.items()], name=name)


def table(lake: Lake) -> list[tuple[int, int, str]]:
    """What the table says, and since which delivery: sale, quantity, day."""
    found = lake.rows(SILVER, "sale_id", "quantity", "_delivered_at", "_source_file", order="sale_id")
    assert all(f"ingest_date={at:%Y-%m-%d}" in file for *_, at, file in found)
    return [(number, quantity, f"{at:%d}") for number, quantity, at, _ in found]


def on(*days: int) -> dict[str, Any]:
    """The arguments of a run over these ingest dates."""
    return {"first": date(2025, 1, days[0]), "last": date(2025, 1, days[-1])}


#: sale, and the quantity that each day's file says; what the table says in the end, and since which day.
SALES = [
    # sale  day 1  day 2  day 3   in the end
    (1,     1,     2,     1,      (1, "03")),
    (2,     1,     2,     None,   (2, "02")),
    (3,     1,     1,     1,      (1, "01")),
    (4,     None,  1,     None,   (1, "02")),
    (5,     None,  1,     1,      (1, "02")),
    (6,     None,  2,     1,      (1, "03")),
    (7,     2,     1,     1,      (1, "02")),
]  # fmt: skip
END = [(number, *end) for number, *_, end in SALES]
ORDERS: list[tuple[list[dict[str, Any]], dict[str, int]]] = [
    # runs                      what the last of them did
    ([{}, {"reprocess": True}], {"read": 16, "unchanged": 7, "superseded": 9}),
    ([on(1), on(3), {}],        {"read": 12, "inserted": 1, "updated": 4, "unchanged": 2, "superseded": 5}),
    ([on(3), on(2), on(1)],     {"read": 16, "updated": 1, "unchanged": 6, "superseded": 9}),
]  # fmt: skip


@pytest.mark.proof
@pytest.mark.parametrize(("runs", "last"), ORDERS, ids=["at once and again", "the second late", "backwards"])
def test_the_order_of_processing_never_matters(
    lake: Lake, runs: Sequence[dict[str, Any]], last: dict[str, int]
) -> None:
    for day in (1, 2, 3):
        said = {number: days[day - 1] for number, *days in SALES}
        deliver(lake, day, {number: count for number, count in said.items() if isinstance(count, int)})
    for arguments in runs:
        context = lake.run(sales.JOB, **arguments)
    assert table(lake) == END
    assert lake.ledger(context) == {SILVER: last}
    assert context.deliveries.pending(SILVER) == []
    assert len(lake.rows("ops.files")) == 3


def test_what_is_read_again_stays_the_earlier_runs(lake: Lake) -> None:
    late = deliver(lake, 2, {1: 2})
    waits = lake.context().deliveries.pending(SILVER)
    deliver(lake, 3, {1: 1, 2: 1})
    first = lake.run(sales.JOB, **on(3))
    assert waits == lake.context().deliveries.pending(SILVER) == [late]
    second = lake.run(sales.JOB)
    done = second.deliveries.done(SILVER)
    assert [one["run_id"] for one in done.values()] == [second.run_id, first.run_id]
    assert sorted(lake.rows("ops.files", "run_id")) == sorted([(first.run_id,), (second.run_id,)])


def test_a_snapshot_that_comes_again_counts_again(lake: Lake) -> None:
    """A, B, A of whole snapshots on one day: the first and the last are one object in bronze, and two deliveries."""
    first = deliver(lake, 1, {1: 1, 2: 1})
    deliver(lake, 1, {1: 2, 2: 1}, minute=1)
    again = deliver(lake, 1, {1: 1, 2: 1}, minute=2)
    assert (first.uri, first.delivery < again.delivery) == (again.uri, True)
    context = lake.run(sales.JOB)
    assert lake.ledger(context) == {SILVER: {"read": 6, "inserted": 2, "superseded": 4}}
    kept = lake.rows(SILVER, "sale_id", "quantity", "_delivered_at", "_source_file", order="sale_id")
    assert [(*row[:2], row[2].minute, row[3]) for row in kept] == [(1, 1, 2, first.uri), (2, 1, 0, first.uri)]


def test_the_same_name_with_other_bytes_is_another_delivery(lake: Lake) -> None:
    deliver(lake, 1, {1: 1, 2: 1})
    lake.run(sales.JOB)
    deliver(lake, 1, {1: 5}, minute=1)
    context = lake.run(sales.JOB)
    assert [row[:2] for row in table(lake)] == [(1, 5), (2, 1)]
    assert lake.ledger(context) == {SILVER: {"read": 1, "updated": 1}}


def test_where_nothing_differs_no_data_file_is_written(lake: Lake) -> None:
    deliver(lake, 1, {1: 1, 2: 1, 3: 1})
    lake.run(sales.JOB)
    before, row = data_files(lake, SILVER), table(lake)
    deliver(lake, 2, {3: 1, 1: 1, 2: 1})
    context = lake.run(sales.JOB)
    assert lake.ledger(context) == {SILVER: {"read": 3, "unchanged": 3}}
    assert (data_files(lake, SILVER), table(lake)) == (before, row)
    assert len(before) == 1


def test_a_published_file_that_is_gone_is_refused_and_its_rows_stay(lake: Lake) -> None:
    late = deliver(lake, 1, {1: 1, 3: 1})
    later = deliver(lake, 3, {1: 3, 2: 3})
    lake.run(sales.JOB, **on(3))
    key = later.uri.partition(f"{lake.bucket}/")[2]
    lake.server.client("s3").delete_object(Bucket=lake.bucket, Key=key)
    context = lake.run(sales.JOB)
    assert table(lake) == [(1, 3, "03"), (2, 3, "03"), (3, 1, "01")]
    assert lake.ledger(context) == {SILVER: {"read": 2, "inserted": 1, "superseded": 1}}
    states = {name: done["state"] for name, done in context.deliveries.done(SILVER).items()}
    assert states == {late.delivery: "published", later.delivery: "refused"}
    assert ("refused", "unreadable") in lake.rows("ops.files", "status", "reason")
