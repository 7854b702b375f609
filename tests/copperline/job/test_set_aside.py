"""A file that a job refuses leaves bronze whole, wherever the run that refuses it dies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from copperline.files.deliveries import Deliveries
from copperline.files.records import Pending
from copperline.job.refuse import UNREADABLE, finish_refusals, set_aside
from tests.copperline.files.world import (
    BUCKETS,
    DYNAMODB,
    S3,
    STACK,
    Dead,
    FakeClock,
    Fuse,
    Tapped,
    account,
    deliver,
    deliveries,
    items,
    keys,
    parquet,
    promote,
)

FILE = parquet(1)


@pytest.fixture
def aws() -> Iterator[None]:
    with account():
        yield


def context(fuse: Any = lambda _name, _after: None) -> Any:
    """As much of a run's context as a refusal needs, on clients that may die."""
    known = Deliveries(Tapped(DYNAMODB, fuse), STACK, FakeClock())
    return SimpleNamespace(deliveries=known, client=lambda _: Tapped(S3, fuse))


def accepted() -> Pending:
    deliver("shop/sales/a.parquet", FILE)
    promote()
    return deliveries().pending("silver.sales")[0]


def in_bronze() -> list[str]:
    return [key for key in keys(BUCKETS.bronze) if not key.startswith("_refused/")]


def content() -> list[str]:
    return [item["pk"]["S"] for item in items() if item["pk"]["S"].partition("#")[0] in ("content", "accepted")]


def next_run(table: str) -> None:
    """What the job does that finds the file waiting for its table: refuse it anew, or finish what was begun."""
    found = deliveries().pending(table)
    finish_refusals(context(), found)
    for one in found:
        if one.state == "accepted":
            set_aside(context(), one, UNREADABLE)


def test_a_run_that_dies_anywhere_is_finished_by_the_next() -> None:
    survived = 0
    while True:
        with account():
            one = accepted()
            try:
                set_aside(context(Fuse(survived)), one, UNREADABLE)
            except Dead:
                next_run("silver.sales")
            else:
                break
            assert in_bronze() == [], f"after dying at moment {survived}"
            assert keys(BUCKETS.bronze) == [f"_refused/{one.uri.partition(f'{BUCKETS.bronze}/')[2]}"]
            assert content() == [], f"after dying at moment {survived}"
            for table in ("silver.sales", "silver.customers"):
                assert [(one.state, one.reason) for one in deliveries().pending(table)] == [("refused", UNREADABLE)]
        survived += 1
    assert survived > 10


@pytest.mark.usefixtures("aws")
def test_the_other_table_that_reads_it_may_be_the_one_that_finishes() -> None:
    one = accepted()

    def before_delete(name: str, after: bool) -> None:
        if name == "delete_object" and not after:
            raise Dead

    with pytest.raises(Dead):
        set_aside(context(before_delete), one, UNREADABLE)
    assert len(in_bronze()) == 1
    next_run("silver.customers")
    assert in_bronze() == []


@pytest.mark.usefixtures("aws")
def test_the_same_bytes_delivered_anew_that_day_stay() -> None:
    one = accepted()
    deliveries().withdraw(one, UNREADABLE, one.uri.replace(f"{BUCKETS.bronze}/", f"{BUCKETS.bronze}/_refused/"))
    deliver("shop/sales/a.parquet", FILE)
    assert promote().counts["accepted"] == 1
    finish_refusals(context(), deliveries().pending("silver.sales"))
    assert in_bronze() == [one.uri.partition(f"{BUCKETS.bronze}/")[2]]
    [_, again] = deliveries().pending("silver.sales")
    assert (again.state, again.uri) == ("accepted", one.uri)


@pytest.mark.usefixtures("aws")
def test_what_promote_has_refused_is_nobodys_to_remove() -> None:
    deliver("shop/sales/a.parquet", b"bad")
    promote()
    [one] = deliveries().pending("silver.sales")
    taken = one.uri.replace("_refused/", "").partition(f"{BUCKETS.bronze}/")[2]
    S3.put_object(Bucket=BUCKETS.bronze, Key=taken, Body=b"another's")
    finish_refusals(context(), [one, replace(one, reason=UNREADABLE, uri=f"s3://{BUCKETS.bronze}/{taken}")])
    assert in_bronze() == [taken]
