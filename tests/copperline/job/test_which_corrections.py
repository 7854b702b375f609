"""Which corrections a run does to which rows, what it reads again for them, and which come too late."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from copperline.contract import Contracts
from copperline.errors import ContractError
from copperline.files.corrections import Change, Correction
from copperline.files.deliveries import Deliveries
from copperline.files.held import HeldDeliveries, held_key
from copperline.files.records import PUBLISHED, Pending
from copperline.job.corrections import changes_for, first_corrected, refuse_late_corrections
from copperline.names import Names
from tests.copperline.files.world import (
    BUCKETS,
    CONTRACTS,
    DYNAMODB,
    S3,
    STACK,
    FakeClock,
    Tapped,
    account,
    bronze,
    column,
    contracts,
    deliver,
    deliveries,
    keys,
    parquet,
    promote,
    reader,
)

SILVER = CONTRACTS["silver.sales"]


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    with account():
        yield


def context(known: Contracts = CONTRACTS, calls: list[str] | None = None, alerts: list[str] | None = None) -> Any:
    """As much of a run's context as corrections need; no table was ever made."""
    seen, told = [] if calls is None else calls, [] if alerts is None else alerts
    tap = Tapped(DYNAMODB, lambda name, after: None if after else seen.append(name))
    return SimpleNamespace(
        deliveries=Deliveries(tap, STACK, FakeClock()),
        held=HeldDeliveries(DYNAMODB, STACK),
        client=lambda _: Tapped(S3, lambda name, after: None if after else seen.append(name)),
        contracts=known,
        names=Names(STACK),
        existing=lambda _: None,
        alerts=SimpleNamespace(send=lambda _, message: told.append(message)),
        run_id="jr_1",
    )


def accepted(*ids: int, key: str = "shop/sales/a.parquet") -> Pending:
    deliver(key, parquet(*ids))
    promote(clock=CLOCK)
    return deliveries().pending("silver.sales")[-1]


CLOCK = FakeClock()


def corrected(*said: Correction, name: str = "fix.jsonl") -> Pending:
    deliver(f"corrections/sales/{name}", "\n".join(one.line() for one in said).encode())
    promote(clock=CLOCK)
    return deliveries().pending("silver.sales")[-1]


def published(*those: Pending) -> None:
    for one in those:
        key = {"pk": {"S": f"pending#{SILVER.id}"}, "sk": {"S": one.delivery}}
        DYNAMODB.delete_item(TableName=f"{STACK}-deliveries", Key=key)
        done = {"pk": {"S": f"done#{SILVER.id}"}, "sk": {"S": one.delivery}, "state": {"S": PUBLISHED}}
        DYNAMODB.put_item(TableName=f"{STACK}-deliveries", Item=done | {"run_id": {"S": "jr_0"}})


def test_every_accepted_correction_of_the_files_is_done_whoever_published_it() -> None:
    first, other = accepted(1, 2), accepted(3, key="shop/sales/b.parquet")
    done = corrected(Correction(first.uri, 0, {"id": 7}), Correction(other.uri, 0, discard="sold twice"))
    published(first, other, done)
    corrected(Correction(first.uri, 0, {"note": "x"}), name="more.jsonl")
    assert changes_for(context(), SILVER, [first]) == {(first.uri, 0): Change({"id": "7", "note": "x"})}
    assert changes_for(context(), SILVER, [other]) == {(other.uri, 0): Change({}, discard="sold twice")}
    assert changes_for(context(), SILVER, []) == {}


def test_a_correction_that_a_rollback_holds_wants_nothing() -> None:
    first = accepted(1)
    one = corrected(Correction(first.uri, 0, {"id": 7}))
    table = deliveries()._table
    table.transact([table.put(one.item(held_key(SILVER.id)))])
    assert changes_for(context(), SILVER, [first]) == {}


def test_a_run_without_corrections_asks_once_and_reads_nothing() -> None:
    calls: list[str] = []
    assert changes_for(context(calls=calls), SILVER, [accepted(1)]) == {}
    assert first_corrected(context(calls=calls), SILVER, deliveries().pending(SILVER.id)) is None
    assert calls == ["query"]


def test_a_correction_is_not_looked_into_for_files_that_came_after_it() -> None:
    first = accepted(1)
    corrected(Correction(first.uri, 0, {"id": 7}))
    later, calls = accepted(2, key="shop/sales/b.parquet"), list[str]()
    assert changes_for(context(calls=calls), SILVER, [later]) == {}
    assert "get_object" not in calls


def test_the_earliest_published_file_is_read_again() -> None:
    first, second = accepted(1), accepted(2, key="shop/sales/b.parquet")
    one = corrected(Correction(second.uri, 0, {"id": 7}), Correction(first.uri, 0, {"id": 8}))
    assert first_corrected(context(), SILVER, [one]) is None, "both wait themselves"
    published(second)
    assert first_corrected(context(), SILVER, [one]) == second
    published(first)
    assert first_corrected(context(), SILVER, [one]) == first
    assert first_corrected(context(), SILVER, [first, second]) is None


def test_a_correction_of_a_row_that_is_not_in_quarantine_is_refused_by_name() -> None:
    first, alerts = accepted(1), list[str]()
    one = corrected(Correction(first.uri, 0, {"id": 7}))
    assert refuse_late_corrections(context(alerts=alerts), SILVER, [one]) == [one], "its file waits with it"
    published(first)
    [late] = refuse_late_corrections(context(alerts=alerts), SILVER, [one])
    assert (late.state, late.reason, late.delivery) == ("refused", "not_in_quarantine", one.delivery)
    [told] = alerts
    assert "corrections/sales/fix.jsonl: a row that it is about is not in quarantine any more" in told
    assert deliveries().history([one.bronze]) == []
    key = one.uri.removeprefix(f"s3://{BUCKETS.bronze}/")
    assert [found for found in keys(BUCKETS.bronze) if "corrections/" in found] == [f"_refused/{key}"]


def test_a_correction_that_a_contract_has_grown_out_of_stops_the_run() -> None:
    first = accepted(1)
    corrected(Correction(first.uri, 0, {"note": "x"}))
    narrower = contracts(bronze("sales", folder="sales", columns=(column("id"),)), reader(SILVER.id, "bronze.sales"))
    with pytest.raises(ContractError, match=r"corrections/sales/fix\.jsonl: patch: expected a column of bronze\.sales"):
        changes_for(context(narrower), narrower[SILVER.id], [first])
