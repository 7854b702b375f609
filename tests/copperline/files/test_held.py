"""Deliveries of runs that were rolled back: out of the way, never lost, and once more pending when asked for."""

from __future__ import annotations

import pytest

from copperline.files.held import HeldDeliveries
from copperline.files.leases import LeaseLost, Leases
from tests.copperline.files.world import (
    DYNAMODB,
    STACK,
    FakeClock,
    deliver,
    deliveries,
    parquet,
    promote,
    waiting,
)

TABLE, BRONZE = "silver.sales", ("bronze.sales",)


def held() -> HeldDeliveries:
    return HeldDeliveries(DYNAMODB, STACK)


def lease() -> int:
    return Leases(DYNAMODB, STACK, FakeClock()).take([TABLE], "run")[TABLE]


def published(*runs: str) -> int:
    """A delivery a run, published by it; the lease's token."""
    for number, run in enumerate(runs):
        deliver(f"shop/sales/{run}.parquet", parquet(number))
    promote()
    token = lease()
    for run, one in zip(runs, deliveries().pending(TABLE), strict=True):
        deliveries().mark(TABLE, [one.delivery], "published", run_id=run, token=token)
    return token


def names() -> list[str]:
    return [one.name for one in held().of(TABLE)]


@pytest.mark.usefixtures("aws")
class TestHeld:
    def test_are_those_of_the_runs_and_no_others(self) -> None:
        token = published("r1", "r2", "r3")
        for _ in range(2):
            held().hold(TABLE, BRONZE, ("r2", "r3"), token=token)
            assert names() == ["r2.parquet", "r3.parquet"]
            assert [found["run_id"] for found in deliveries().done(TABLE).values()] == ["r1"]
            assert waiting(TABLE) == []
        assert held().count(TABLE) == 2
        assert names() == [one.name for one in deliveries().history(BRONZE)][1:]

    def test_are_pending_again_once_released(self) -> None:
        token = published("r1", "r2")
        before = deliveries().history(BRONZE)
        held().hold(TABLE, BRONZE, ("r1", "r2"), token=token)
        assert held().release(TABLE) == 2
        assert (deliveries().pending(TABLE), names()) == (before, [])
        assert held().release(TABLE) == 0

    def test_are_done_once_a_replay_has_published_them(self) -> None:
        token = published("r1", "r2")
        held().hold(TABLE, BRONZE, ("r1", "r2"), token=token)
        [first, _] = held().of(TABLE)
        deliveries().mark(TABLE, [first.delivery], "published", run_id="r3", token=token)
        assert names() == ["r2.parquet"]
        assert deliveries().done(TABLE)[first.delivery]["run_id"] == "r3"

    def test_need_the_lease(self) -> None:
        token = published("r1")
        with pytest.raises(LeaseLost, match="holds what is left"):
            held().hold(TABLE, BRONZE, ("r1",), token=token + 1)
        assert (names(), len(deliveries().done(TABLE))) == ([], 1)

    def test_what_was_only_repeated_stays_as_it_is(self) -> None:
        token = published("r1")
        deliver("shop/sales/again.parquet", parquet(0))
        promote()
        [again] = deliveries().pending(TABLE)
        deliveries().mark(TABLE, [again.delivery], "repeated", run_id="r1", token=token)
        held().hold(TABLE, BRONZE, ("r1",), token=token)
        assert names() == ["r1.parquet"]
        assert [found["state"] for found in deliveries().done(TABLE).values()] == ["repeated"]

    def test_that_turn_out_unreadable_are_refused_when_released(self) -> None:
        token = published("r1")
        held().hold(TABLE, BRONZE, ("r1",), token=token)
        [one] = held().of(TABLE)
        deliveries().withdraw(one, "unreadable", "s3://b/_refused/x")
        held().release(TABLE)
        [told] = deliveries().pending(TABLE)
        assert (told.state, told.reason, told.uri) == ("refused", "unreadable", "s3://b/_refused/x")
