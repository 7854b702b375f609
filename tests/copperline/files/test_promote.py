"""From copper to bronze: each file once, nothing lost, wherever a promotion dies and however many run."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copperline.files.promote import Limits
from tests.copperline.files.world import (
    BUCKETS,
    DYNAMODB,
    S3,
    Dead,
    FakeClock,
    Fuse,
    Tapped,
    account,
    bodies,
    claims,
    deliver,
    deliveries,
    items,
    keys,
    outcome,
    parquet,
    promote,
    promoter,
    tags,
    waiting,
)

A, B, BAD = parquet(1, 2), parquet(3), b"no parquet"


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


@pytest.mark.usefixtures("aws")
class TestAFile:
    def test_is_accepted_with_both_copies_and_waits_for_every_reader(self) -> None:
        version = deliver("shop/sales/day 1.parquet", A, Tagging="owner=till")
        assert promote().as_dict() == {"more": False, "accepted": 1, "repeated": 0, "refused": 0, "failed": 0}
        name = f"shop/sales/ingest_date=2026-03-01/{sha(A)}-day 1.parquet"
        assert bodies(BUCKETS.bronze) == bodies(BUCKETS.archive) == {name: A}
        for table in ("silver.sales", "silver.customers"):
            [one] = deliveries().pending(table)
            assert (one.key, one.state, one.uri) == (
                "shop/sales/day 1.parquet",
                "accepted",
                f"s3://{BUCKETS.bronze}/{name}",
            )
            assert (one.size, one.rows, one.bronze, one.name) == (len(A), 2, "bronze.sales", "day 1.parquet")
            assert (one.sha256, str(one.ingest_date)) == (hashlib.sha256(A).hexdigest(), "2026-03-01")
            assert [(found.name, found.type) for found in one.found.columns] == [("id", "bigint")]
        assert waiting("silver.stock") == []
        assert tags("shop/sales/day 1.parquet", version) == {"owner": "till", "promoted": "true"}

    def test_is_not_looked_at_twice(self) -> None:
        deliver("shop/sales/a.parquet", A)
        promote()
        before, calls = items(), list[str]()
        tap = Tapped(S3, lambda name, after: calls.append(name) if not after else None)
        told = Tapped(DYNAMODB, lambda name, after: calls.append(name) if not after else None)
        assert promote(s3=tap, dynamodb=told).files == 0
        assert calls == ["get_paginator", "batch_get_item"]
        assert items() == before

    def test_an_empty_copper_takes_one_call(self) -> None:
        calls: list[str] = []
        tap = Tapped(S3, lambda name, after: calls.append(name) if not after else None)
        assert promote(s3=tap).as_dict()["more"] is False
        assert calls == ["get_paginator"]

    @pytest.mark.parametrize("name", ["a b.parquet", 'it\'s "x".parquet', "50%2F+.parquet", "é~日.parquet"])
    def test_keeps_its_name_whatever_it_is(self, name: str) -> None:
        deliver(f"shop/sales/{name}", A)
        assert promote().counts["accepted"] == 1
        assert [key.partition("-")[2].partition("-")[2].partition("-")[2] for key in keys(BUCKETS.bronze)] == [name]
        assert waiting("silver.sales") == [(f"shop/sales/{name}", "accepted")]

    def test_every_version_of_a_key_is_a_delivery(self) -> None:
        deliver("shop/sales/a.parquet", A)
        deliver("shop/sales/a.parquet", B)
        S3.delete_object(Bucket=BUCKETS.copper, Key="shop/sales/a.parquet")
        assert promote().counts["accepted"] == 2
        assert [one.sha256 for one in deliveries().pending("silver.sales")] == [
            hashlib.sha256(body).hexdigest() for body in (A, B)
        ]

    def test_a_folder_that_a_console_made_is_no_file(self) -> None:
        deliver("shop/sales/", b"")
        assert promote().files == 0
        assert claims() == {}

    def test_with_ten_tags_keeps_them(self) -> None:
        version = deliver("shop/sales/a.parquet", A, Tagging="&".join(f"t{n}=x" for n in range(10)))
        assert promote().counts["accepted"] == 1
        assert len(tags("shop/sales/a.parquet", version)) == 10


@pytest.mark.usefixtures("aws")
class TestTheSameBytes:
    def test_are_read_once(self) -> None:
        deliver("shop/sales/a.parquet", A)
        deliver("shop/sales/b.parquet", A)
        assert promote().counts == {"accepted": 1, "repeated": 1, "refused": 0, "failed": 0}
        assert len(keys(BUCKETS.bronze)) == len(keys(BUCKETS.archive)) == 1
        assert waiting("silver.sales") == [
            ("shop/sales/a.parquet", "accepted"),
            ("shop/sales/b.parquet", "repeated"),
        ]

    def test_of_two_tables_are_two_deliveries(self) -> None:
        deliver("shop/sales/a.parquet", A)
        deliver("shop/stock/a.parquet", A)
        assert promote().counts["accepted"] == 2

    def test_as_a_snapshot_count_again_after_another_one(self) -> None:
        for body in (A, A, B, A):
            deliver("shop/stock/now.parquet", body)
        assert promote().counts == {"accepted": 3, "repeated": 1, "refused": 0, "failed": 0}
        assert [state for _, state in waiting("silver.stock")] == ["accepted", "repeated", "accepted", "accepted"]
        first, _, _, last = deliveries().pending("silver.stock")
        assert (last.uri, last.delivery > first.delivery) == (first.uri, True)
        assert len(keys(BUCKETS.bronze)) == 2

    def test_that_were_refused_are_judged_anew(self) -> None:
        deliver("shop/sales/a.parquet", BAD)
        deliver("shop/sales/b.parquet", BAD)
        assert promote().counts["refused"] == 2


@pytest.mark.usefixtures("aws")
class TestARefusedFile:
    def test_is_kept_aside_accounted_for_and_told_of_once(self) -> None:
        alerts: list[str] = []
        version = deliver("shop/sales/bad.parquet", BAD)
        assert promote(alerts=alerts).counts["refused"] == 1
        name = f"_refused/shop/sales/ingest_date=2026-03-01/{sha(BAD)}-bad.parquet"
        assert bodies(BUCKETS.bronze) == bodies(BUCKETS.archive) == {name: BAD}
        [one] = deliveries().pending("silver.sales")
        assert (one.state, one.reason) == ("refused", "not_parquet")
        assert waiting("silver.customers") == [("shop/sales/bad.parquet", "refused")]
        [said] = alerts
        for told in ("shop/sales/bad.parquet", "not_parquet", "PAR1", "What to do: ", name):
            assert told in said
        assert tags("shop/sales/bad.parquet", version) == {"promoted": "true"}
        assert promote(alerts=alerts).files == 0
        assert len(alerts) == 1

    def test_of_no_table_is_accounted_for_by_itself(self) -> None:
        deliver("shop/toys/a.csv", b"x")
        assert promote().counts["refused"] == 1
        assert waiting("ops.files") == [("shop/toys/a.csv", "refused")]
        assert keys(BUCKETS.archive) == [f"_refused/shop/toys/ingest_date=2026-03-01/{sha(b'x')}-a.csv"]

    def test_empty_ones_too(self) -> None:
        deliver("shop/sales/a.parquet", b"")
        assert promote().counts["refused"] == 1
        assert deliveries().pending("silver.sales")[0].reason == "empty_file"

    def test_does_not_stop_the_others(self) -> None:
        for name, body in (("a", BAD), ("b", A), ("c", B)):
            deliver(f"shop/sales/{name}.parquet", body)
        assert promote().counts == {"accepted": 2, "repeated": 0, "refused": 1, "failed": 0}

    def test_one_that_was_deleted_in_the_meantime_says_so(self) -> None:
        version = deliver("shop/sales/a.parquet", A)
        promoting = promoter()
        promoting.claims.claim("shop/sales/a.parquet", version, len(A))

        def delete(name: str, after: bool) -> None:
            if name == "get_object" and not after:
                S3.delete_object(Bucket=BUCKETS.copper, Key="shop/sales/a.parquet", VersionId=version)

        alerts: list[str] = []
        assert promote(s3=Tapped(S3, delete), alerts=alerts).counts["refused"] == 1
        assert deliveries().pending("silver.sales")[0].reason == "vanished"
        assert "deliver the file again" in alerts[0]
        deliver("shop/sales/b.parquet", A)
        assert promote().counts["accepted"] == 1


@pytest.mark.usefixtures("aws")
class TestASlice:
    def test_ends_at_its_number_of_files(self) -> None:
        for number in range(5):
            deliver(f"shop/sales/{number}.parquet", parquet(number))
        slices = [promote(limits=Limits(files=2)).as_dict() for _ in range(3)]
        assert [(one["more"], one["accepted"]) for one in slices] == [(True, 2), (True, 2), (False, 1)]

    def test_ends_at_its_bytes_but_takes_at_least_one(self) -> None:
        for number in range(3):
            deliver(f"shop/sales/{number}.parquet", parquet(number))
        slices = [promote(limits=Limits(bytes=1)).as_dict() for _ in range(3)]
        assert [(one["more"], one["accepted"]) for one in slices] == [(True, 1), (True, 1), (False, 1)]

    def test_ends_when_time_runs_out(self) -> None:
        for number in range(3):
            deliver(f"shop/sales/{number}.parquet", parquet(number))
        assert promoter().run(lambda: 10.0).as_dict()["more"] is True

    def test_a_failing_file_holds_back_its_table_alone(self) -> None:
        for name in ("sales/1", "sales/2", "stock/1"):
            deliver(f"shop/{name}.parquet", parquet(int(name[-1])))

        alerts: list[str] = []
        failing = iter([True])

        def once(name: str, after: bool) -> None:
            if name == "copy_object" and not after and next(failing, False):
                raise OSError("the network is down")

        done = promote(s3=Tapped(S3, once), alerts=alerts)
        assert done.as_dict() == {"more": False, "accepted": 1, "repeated": 0, "refused": 0, "failed": 1}
        assert waiting("silver.stock") == [("shop/stock/1.parquet", "accepted")]
        assert waiting("silver.sales") == []
        assert "OSError: the network is down" in alerts[0]
        assert "shop/sales/1.parquet" in alerts[0]
        assert promote().counts["accepted"] == 2
        assert [key for key, _ in waiting("silver.sales")] == ["shop/sales/1.parquet", "shop/sales/2.parquet"]


FILES = (
    ("shop/sales/1.parquet", A),
    ("shop/sales/2.parquet", A),
    ("shop/stock/now.parquet", B),
    ("nowhere.txt", b"text"),
)


KEYS = ("shop/sales/a", "shop/sales/b", "shop/stock/s", "else")


def deliver_all(files: tuple[tuple[str, bytes], ...] = FILES) -> None:
    for key, body in files:
        deliver(key, body)


def undisturbed() -> Any:
    with account():
        deliver_all()
        promote()
        return outcome()


@pytest.mark.slow("dies at every step, and goes on each time")
def test_a_promotion_that_dies_anywhere_is_finished_by_the_next() -> None:
    wanted = undisturbed()
    survived = 0
    while True:
        with account():
            deliver_all()
            fuse = Fuse(survived)
            clock = FakeClock()
            alerts: list[str] = []
            try:
                promote(s3=Tapped(S3, fuse), dynamodb=Tapped(DYNAMODB, fuse), clock=clock, alerts=alerts)
            except Dead:
                promote(clock=clock, alerts=alerts)
            else:
                break
            assert outcome() == wanted, f"after dying at moment {survived}"
            assert {message.partition(",")[0] for message in alerts} == {"nowhere.txt"}
        survived += 1
    assert survived > 60


def test_a_call_that_fails_anywhere_is_made_up_for_by_the_next_run() -> None:
    wanted = undisturbed()

    class Fails(Fuse):
        def __call__(self, _name: str, _after: bool) -> None:
            self.left -= 1
            if self.left == -1:
                raise OSError("once")

    for moment in range(0, 45, 3):
        with account():
            deliver_all()
            fails = Fails(moment)
            clock = FakeClock()
            with suppress(OSError):
                promote(s3=Tapped(S3, fails), dynamodb=Tapped(DYNAMODB, fails), clock=clock)
            promote(clock=clock)
            assert outcome() == wanted, f"after failing at moment {moment}"


class Stage:
    """Actors in threads, of whom exactly one moves, up to its next call."""

    def __init__(self, actors: int) -> None:
        self.turns = [threading.Semaphore(0) for _ in range(actors)]
        self.moved = threading.Semaphore(0)
        self.alive = [True] * actors

    def gate(self, actor: int) -> Any:
        def wait(_name: str, after: bool) -> None:
            if not after:
                self.moved.release()
                self.turns[actor].acquire()

        return wait

    def play(self, act: Any, choices: list[int]) -> None:
        def run(actor: int) -> None:
            self.turns[actor].acquire()
            try:
                act(actor)
            finally:
                self.alive[actor] = False
                self.moved.release()

        threads = [threading.Thread(target=run, args=(actor,)) for actor in range(len(self.alive))]
        for thread in threads:
            thread.start()
        chosen = iter(choices)
        while any(self.alive):
            living = [actor for actor, alive in enumerate(self.alive) if alive]
            actor = living[next(chosen, 0) % len(living)]
            self.turns[actor].release()
            self.moved.acquire()
        for thread in threads:
            thread.join()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(0, 2), min_size=20, max_size=200),
    st.lists(st.sampled_from([*FILES, ("shop/sales/4.parquet", A)]), min_size=1, max_size=4),
)
def test_any_interleaving_of_promotions_accepts_the_same(choices: list[int], files: list[tuple[str, bytes]]) -> None:
    with account():
        deliver_all(tuple(files))
        promote()
        wanted = outcome()
    with account():
        deliver_all(tuple(files))
        stage = Stage(3)

        def act(actor: int) -> None:
            gate = stage.gate(actor)
            promote(s3=Tapped(S3, gate), dynamodb=Tapped(DYNAMODB, gate), clock=FakeClock())

        stage.play(act, choices)
        assert outcome() == wanted


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(KEYS), st.binary(max_size=3) | st.sampled_from([A, B])), max_size=8),
    st.integers(1, 4),
)
def test_every_version_comes_to_an_end_and_its_bytes_are_in_the_archive(
    files: list[tuple[str, bytes]], at_once: int
) -> None:
    with account():
        for key, body in files:
            deliver(key, body)
        slices = [promote(limits=Limits(files=at_once))]
        while slices[-1].more:
            slices.append(promote(limits=Limits(files=at_once)))
        assert set(claims().values()) <= {"accepted*", "repeated*", "refused*"}
        assert len(claims()) == len(files) == sum(one.files for one in slices)
        assert {body for _, body in files} == set(bodies(BUCKETS.archive).values())
        assert not any(one.counts["failed"] for one in slices)
