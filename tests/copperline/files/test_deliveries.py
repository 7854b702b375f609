"""What waits for a table and what became of it: idempotent, in order, fenced by the lease's token."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from copperline.files.deliveries import Backlog
from copperline.files.dynamo import Table, transact
from copperline.files.leases import LeaseLost, Leases
from copperline.files.records import delivery_id, moment, written
from tests.copperline.files.world import (
    BUCKETS,
    CONTRACTS,
    DYNAMODB,
    STACK,
    FakeClock,
    contracts,
    deliver,
    deliveries,
    items,
    parquet,
    promote,
    reader,
    waiting,
)


def lease(table: str) -> int:
    return Leases(DYNAMODB, STACK, FakeClock()).take([table], "run")[table]


@pytest.mark.usefixtures("aws")
class TestMarks:
    def test_take_deliveries_off_the_table_and_keep_what_became_of_them(self) -> None:
        deliver("shop/sales/a.parquet", parquet(1))
        promote()
        [one] = deliveries().pending("silver.sales")
        token = lease("silver.sales")
        for _ in range(2):
            deliveries().mark("silver.sales", [one.delivery], "published", run_id="r1", token=token)
            assert waiting("silver.sales") == []
            done = deliveries().done("silver.sales")
            assert (done[one.delivery]["state"], done[one.delivery]["run_id"]) == ("published", "r1")
        assert waiting("silver.customers") == [("shop/sales/a.parquet", "accepted")]

    def test_of_many_deliveries_fit_into_transactions(self) -> None:
        names = [f"d{number:03}" for number in range(120)]
        token = lease("silver.sales")
        deliveries().mark("silver.sales", names, "published", run_id="r1", token=token)
        assert list(deliveries().done("silver.sales")) == names

    def test_need_the_lease(self) -> None:
        deliver("shop/sales/a.parquet", parquet(1))
        promote()
        [one] = deliveries().pending("silver.sales")
        token = lease("silver.sales")
        for stale in (token - 1, token + 1):
            with pytest.raises(LeaseLost, match=f"silver.sales: the lease {stale} has passed to another run"):
                deliveries().mark("silver.sales", [one.delivery], "published", run_id="r1", token=stale)
        assert waiting("silver.sales") == [("shop/sales/a.parquet", "accepted")]
        assert deliveries().done("silver.sales") == {}


@pytest.mark.usefixtures("aws")
class TestHistory:
    def test_holds_what_was_accepted_on_these_days(self) -> None:
        clock = FakeClock()
        for day in (1, 2, 3):
            clock.at = datetime(2026, 3, day, 23, 59, 59, 999_000, tzinfo=UTC)
            deliver(f"shop/sales/{day}.parquet", parquet(day))
            deliver(f"shop/sales/{day}.bad", b"bad")
            promote(clock=clock)

        def days(first: date | None = None, last: date | None = None) -> list[str]:
            return [one.name for one in deliveries().history(["bronze.sales", "bronze.stock"], first, last)]

        assert days() == ["1.parquet", "2.parquet", "3.parquet"]
        assert days(date(2026, 3, 2), date(2026, 3, 2)) == ["2.parquet"]
        assert days(last=date(2026, 3, 2)) == ["1.parquet", "2.parquet"]
        assert days(first=date(2026, 3, 3)) == ["3.parquet"]


@pytest.mark.usefixtures("aws")
class TestAnIntake:
    """Deliveries 0 to 5, an hour apart."""

    def intake(self, published: str, asked: str, *, held: str = "") -> tuple[list[str], list[str], list[str]]:
        """What is new, what is read again and what is read at all, by the names of the files."""
        clock = FakeClock()
        for name in "012345":
            clock.at += timedelta(hours=1)
            deliver(f"shop/sales/{name}", parquet(int(name)))
            promote(clock=clock)
        table = "silver.sales"
        known = {one.name: one for one in deliveries().pending(table)}
        token = lease(table)
        for state, names in (("published", published), ("refused", held)):
            done = [known[name].delivery for name in names]
            deliveries().mark(table, done, state, run_id="r", token=token)
        found = deliveries().intake(table, ["bronze.sales"], [known[name] for name in asked])
        return [one.name for one in found.new], [one.name for one in found.again], [one.name for one in found.files]

    @pytest.mark.parametrize(
        ("published", "asked", "again"),
        [
            # published  asked for  read again
            ("",         "012345",  ""),
            ("012",      "345",     ""),
            ("01245",    "3",       "45"),
            ("1245",     "03",      "1245"),
            ("345",      "1",       "345"),
            ("5",        "1",       "5"),
            ("012345",   "",        ""),
        ],
    )  # fmt: skip
    def test_has_with_a_late_delivery_what_was_published_since(self, published: str, asked: str, again: str) -> None:
        assert self.intake(published, asked) == (list(asked), list(again), sorted(asked + again))

    def test_of_published_deliveries_has_nothing_that_is_new(self) -> None:
        assert self.intake("012345", "23") == ([], list("2345"), list("2345"))

    def test_leaves_alone_what_nobody_asked_for_and_was_not_published(self) -> None:
        assert self.intake("34", "1", held="2") == (["1"], ["3", "4"], ["1", "3", "4"])

    def test_has_what_was_claimed_in_the_same_moment(self) -> None:
        deliver("shop/sales/a", parquet(1))
        promote()
        [one] = deliveries().pending("silver.sales")
        twin = replace(one, delivery=f"{written(one.delivered_at)}-000000000000")
        Table(DYNAMODB, f"{STACK}-deliveries").put_new(twin.item("accepted#bronze.sales"))
        deliveries().mark("silver.sales", [twin.delivery], "published", run_id="r", token=lease("silver.sales"))
        found = deliveries().intake("silver.sales", ["bronze.sales"], [one])
        assert (found.new, found.again, found.files) == ([one], [twin], [twin, one])

    def test_of_what_needs_no_reading_reads_nothing_again(self) -> None:
        deliver("shop/sales/bad", b"bad")
        promote()
        deliver("shop/sales/good", parquet(1))
        promote()
        bad, good = deliveries().pending("silver.sales")
        deliveries().mark("silver.sales", [good.delivery], "published", run_id="r", token=lease("silver.sales"))
        found = deliveries().intake("silver.sales", ["bronze.sales"], [bad])
        assert (found.new, found.again, found.files) == ([bad], [], [])


@pytest.mark.usefixtures("aws")
class TestAWithdrawnFile:
    def test_counts_as_refused_and_may_come_anew(self) -> None:
        deliver("shop/sales/a.parquet", parquet(1))
        promote()
        [one] = deliveries().pending("silver.sales")
        token = lease("silver.sales")
        deliveries().mark("silver.sales", [one.delivery], "refused", run_id="r", token=token)
        for _ in range(2):
            deliveries().withdraw(one, "unreadable", f"s3://{BUCKETS.bronze}/_refused/x")
        assert waiting("silver.sales") == []
        [other] = deliveries().pending("silver.customers")
        assert (other.state, other.reason) == ("refused", "unreadable")
        assert other.uri == f"s3://{BUCKETS.bronze}/_refused/x"
        assert deliveries().history(["bronze.sales"]) == []
        deliver("shop/sales/b.parquet", parquet(1))
        assert promote().counts["accepted"] == 1

    def test_leaves_another_deliverys_content_alone(self) -> None:
        deliver("shop/stock/a.parquet", parquet(1))
        promote()
        [first] = deliveries().pending("silver.stock")
        deliver("shop/stock/b.parquet", parquet(2))
        promote()
        deliveries().withdraw(first)
        deliver("shop/stock/c.parquet", parquet(2))
        assert promote().counts["repeated"] == 1


@pytest.mark.usefixtures("aws")
class TestANewTable:
    NEW = reader("silver.new", "bronze.sales")

    def test_starts_with_every_accepted_delivery(self) -> None:
        table = Table(DYNAMODB, f"{STACK}-deliveries")
        deliver("shop/sales/bad.parquet", b"bad")
        deliver("shop/sales/00.parquet", parquet(0))
        promote()
        [first] = deliveries().history(["bronze.sales"])
        for number in range(1, 60):
            more = replace(first, delivery=f"3{number:02}", key=f"shop/sales/{number:02}.parquet")
            table.put_new(more.item("accepted#bronze.sales"))
        for wanted in (60, 60):
            assert deliveries().adopt("silver.new", ["bronze.sales"]) == wanted
            assert waiting("silver.new") == [(f"shop/sales/{number:02}.parquet", "accepted") for number in range(60)]

    def test_does_not_get_again_what_it_has_dealt_with(self) -> None:
        for number in (1, 2):
            deliver(f"shop/sales/{number}.parquet", parquet(number))
        promote()
        deliveries().adopt("silver.new", ["bronze.sales"])
        [first, _] = deliveries().pending("silver.new")
        token = lease("silver.new")
        deliveries().mark("silver.new", [first.delivery], "published", run_id="r", token=token)
        assert deliveries().adopt("silver.new", ["bronze.sales"]) == 1
        assert waiting("silver.new") == [("shop/sales/2.parquet", "accepted")]

    def test_misses_nothing_that_a_promote_with_the_old_contracts_accepts_later(self) -> None:
        deliveries().adopt("silver.new", ["bronze.sales"])
        deliver("shop/sales/a.parquet", parquet(1))
        deliver("shop/sales/b.parquet", parquet(2))
        promote(known=CONTRACTS)
        for table in ("silver.new", "silver.sales", "silver.customers"):
            assert len(waiting(table)) == 2

    def test_gets_what_a_promote_with_the_new_contracts_accepts_before_it_is_adopted(self) -> None:
        deliveries().adopt("silver.sales", ["bronze.sales"])
        deliver("shop/sales/a.parquet", parquet(1))
        promote(known=contracts(*CONTRACTS.values(), self.NEW))
        assert waiting("silver.new") == [("shop/sales/a.parquet", "accepted")]
        assert deliveries().adopt("silver.new", ["bronze.sales"]) == 1
        assert waiting("silver.new") == [("shop/sales/a.parquet", "accepted")]


@pytest.mark.usefixtures("aws")
def test_a_backlog_counts_files_and_the_bytes_to_read() -> None:
    deliver("shop/sales/a.parquet", parquet(1))
    deliver("shop/sales/b.parquet", parquet(1))
    deliver("shop/sales/c.parquet", b"bad")
    promote()
    assert deliveries().backlog("silver.sales") == Backlog(files=3, bytes=len(parquet(1)))
    assert deliveries().backlog("silver.stock") == Backlog(0, 0)


@pytest.mark.usefixtures("aws")
def test_a_note_says_why_a_file_is_not_read_or_how_it_drifts() -> None:
    deliver("shop/sales/1.parquet", parquet(1, note=["x"]))
    deliver("shop/sales/2.parquet", parquet(2, extra=[1.5]))
    deliver("shop/sales/3.parquet", parquet(2, extra=[1.5]))
    deliver("shop/sales/4.parquet", b"bad")
    promote()
    plain, drifted, repeated, refused = deliveries().pending("silver.sales")
    assert plain.note == ""
    assert drifted.note == "drift: unknown column extra of type double; column note is absent"
    assert repeated.note == "repeated: same bytes as shop/sales/2.parquet"
    assert refused.note == f"{refused.reason}: {refused.detail}"
    assert replace(refused, reason="").note == refused.detail
    assert replace(refused, detail="").note == refused.reason


@pytest.mark.usefixtures("aws")
def test_a_schema_wider_than_any_table_does_not_fill_the_record() -> None:
    deliver("shop/sales/a.parquet", parquet(1, **{f"{'x' * 300}{number}": [1] for number in range(1500)}))
    assert promote().counts["accepted"] == 1
    [one] = deliveries().pending("silver.sales")
    assert len(one.found.columns) == 500
    assert one.found.drift[-1] == "and 1451 more"
    assert max(len(str(item)) for item in items()) < 400_000


def test_deliveries_sort_by_their_moments() -> None:
    early = datetime(2026, 3, 1, 9, tzinfo=UTC)
    late = datetime(2026, 3, 1, 9, 0, 0, 1, tzinfo=UTC)
    assert delivery_id(early, "z", "1") < delivery_id(late, "a", "1")
    assert delivery_id(early, "ab", "c") != delivery_id(early, "a", "bc")
    assert moment(written(late)) == late


@pytest.mark.usefixtures("aws")
def test_a_transaction_has_a_hundred_actions_at_most() -> None:
    table = Table(DYNAMODB, f"{STACK}-deliveries")
    with pytest.raises(ValueError, match="takes 100 actions, got 101"):
        transact(DYNAMODB, [table.delete("a", str(number)) for number in range(101)])


@pytest.mark.usefixtures("aws")
def test_reads_go_on_over_pages() -> None:
    table = Table(DYNAMODB, f"{STACK}-deliveries")
    for number in range(5):
        table.put_new({"pk": "big", "sk": str(number), "text": "x" * 390_000})
    assert [found["sk"] for found in table.query("big")] == list("01234")
    assert len(table.batch_get([("big", str(number % 5)) for number in range(250)], "pk sk")) == 5
