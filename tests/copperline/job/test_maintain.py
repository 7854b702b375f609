"""Maintenance: fewer files and snapshots, the same rows, and everything that gold and a rollback need still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from copperline.errors import AuditFailed, LeaseHeld, LedgerMismatch, UsageError
from copperline.job.maintain import Order, maintain
from copperline.job.rollback import roll_back
from copperline.tables import upkeep
from copperline.tables.iceberg import IcebergTable
from glue_jobs.bronze_to_silver import sales as silver_sales
from glue_jobs.silver_to_gold import sales as gold_sales
from tests.copperline.job.test_settle import Killed, die
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.proof, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER, GOLD, QUARANTINE = "bronze.zoop_sales", "silver.sales", "gold.sales", "quarantine.sales"
SOME = (SILVER, GOLD, "ops.rows")
NOW = Order(apply=True, keep=timedelta(0), orphans=timedelta(minutes=-5))


@pytest.fixture(autouse=True)
def two_files_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(upkeep.COMPACTION, "min-input-files", "2")


def table(lake: Lake, name: str = SILVER) -> IcebergTable:
    return IcebergTable(lake.spark, lake.names.table(name))


def rows(lake: Lake) -> Mapping[str, list[str]]:
    return {name: sorted(map(repr, lake.rows(name))) for name in (SILVER, QUARANTINE, GOLD)}


def files(lake: Lake, name: str = SILVER) -> int:
    head = table(lake, name).head()
    assert head is not None
    return int(head.summary["total-data-files"])


def reports(said: str) -> dict[str, int]:
    told = [line.removeprefix("upkeep: ").rsplit(": ", 1) for line in said.splitlines() if line.startswith("upkeep: ")]
    return {what: int(count) for what, count in told}


def bring(lake: Lake, *days: int, gold: bool = False) -> None:
    """A delivery for each of the days, each of which changes sale 1 and adds one of its own, and a run for each."""
    for day in days:
        found = [sale(1, Dia=day), sale(day, Dia=day), sale(100 + day, Quantidade=0)]
        lake.deliver(BRONZE, found, name=f"day{day}.parquet")
        lake.run(*((silver_sales.JOB, gold_sales.JOB) if gold else (silver_sales.JOB,)))


def test_tables_are_compact_and_what_follows_is_as_if_nothing_had_been(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(lake, 20, 21, 22, gold=True)
    before, counted = rows(lake), files(lake)
    capsys.readouterr()
    maintain(lake.context(), replace(NOW, apply=False), SOME)
    would = reports(capsys.readouterr().out)
    assert (files(lake), rows(lake)) == (counted, before), "nothing was asked for but to look"
    context = lake.context()
    maintain(context, NOW, SOME)
    did = reports(capsys.readouterr().out)
    assert rows(lake) == before
    assert (files(lake), files(lake, QUARANTINE)) == (1, 1) != (counted, 3)
    assert would[f"{SILVER}: data files"] == did[f"{SILVER}: data files"] == counted
    assert did["ops.rows: data files"] == would["ops.rows: data files"] > 1
    assert did[f"{SILVER}: orphan files"] == 0, "what the expiry took was no orphan"
    ((job, status),) = [row[1:] for row in lake.rows("ops.runs", "run_id", "job", "status") if row[0] == context.run_id]
    assert (job, status) == ("job", "succeeded")

    capsys.readouterr()
    lake.deliver(BRONZE, [sale(1, Dia=23), sale(21, Dia=24)], name="after.parquet")
    context = lake.run(silver_sales.JOB, gold_sales.JOB)
    assert "full refresh" not in capsys.readouterr().out
    assert lake.ledger(context)[SILVER] == {"read": 2, "updated": 2}
    sold = dict(lake.rows(GOLD, "sold_on", "orders"))
    assert {day.day: count for day, count in sold.items()} == {20: 1, 22: 1, 23: 1, 24: 1}


def test_what_readers_saw_within_the_promise_can_be_read_and_gone_back_to(lake: Lake) -> None:
    bring(lake, 20, 21)
    second = table(lake).head()
    assert second is not None
    shown = table(lake).read(snapshot=second.id).count()
    middle = lake.context().clock()
    bring(lake, 22)
    context = lake.context()
    context.clock = lambda: middle
    maintain(context, Order(apply=True, keep=timedelta(0)), [SILVER])
    kept = [snapshot.id for snapshot in table(lake).ancestors()]
    assert kept[-1] == second.id, "what they saw when the promise began, and nothing before it"
    assert table(lake).read(snapshot=second.id).count() == shown
    roll_back(lake.context(), SILVER, second.id)
    assert len(lake.rows(SILVER)) == shown
    assert len(lake.rows(QUARANTINE)) == 2


def test_what_gold_was_built_from_stays(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    bring(lake, 20, gold=True)
    for day in (21, 22):
        lake.deliver(BRONZE, [sale(1, Dia=day)], name=f"day{day}.parquet")
        lake.run(silver_sales.JOB)
    maintain(lake.context(), NOW, [SILVER])
    capsys.readouterr()
    context = lake.run(gold_sales.JOB)
    assert "full refresh" not in capsys.readouterr().out
    assert [day.day for day, _ in lake.rows(GOLD, "sold_on", "orders", order="sold_on")] == [20, 22]
    assert lake.ledger(context)[GOLD]["read"] == 2


def test_nobody_writes_the_table_meanwhile(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(lake, 20)
    run, asked = lake.context(), []
    compact = upkeep.Upkeep.compact

    def try_to_write(self: upkeep.Upkeep) -> int:
        with pytest.raises(LeaseHeld):
            run.leases.take([SILVER], "a run", wait_seconds=0)
        asked.append(self.table.name)
        return compact(self)

    monkeypatch.setattr(upkeep.Upkeep, "compact", try_to_write)
    maintain(lake.context(), NOW, [SILVER])
    assert asked == [lake.names.table(SILVER), f"{lake.names.database('quarantine')}.sales"]
    assert run.leases.take([SILVER], "a run", wait_seconds=0)


def test_what_a_dead_run_left_is_settled_first(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(lake, 20)
    lake.deliver(BRONZE, [sale(2)], name="second.parquet")
    with monkeypatch.context() as patched:
        patched.setattr(IcebergTable, "seal", die)
        with pytest.raises(Killed):
            lake.run(silver_sales.JOB)
    capsys.readouterr()
    maintain(lake.context(), Order(), [SILVER])
    assert reports(capsys.readouterr().out)[f"{SILVER}: run branches"] == 1
    assert len(table(lake).branches()) == 1
    maintain(lake.context(), NOW, [SILVER])
    assert table(lake).branches() == []
    assert [one.name for one in lake.context().deliveries.pending(SILVER)] == ["second.parquet"]


def test_a_table_that_fails_its_audit_is_left_as_it_is_and_told_of(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(lake, 20, 21, gold=True)
    spoil = f"INSERT INTO glue_catalog.{lake.names.table(SILVER)} SELECT * FROM glue_catalog.{lake.names.table(SILVER)}"
    lake.spark.sql(spoil)
    counted, told = files(lake), []
    context = lake.context()
    monkeypatch.setattr(type(context.alerts), "send", lambda _, *words: told.append(words))
    with pytest.raises(AuditFailed, match=r"silver.sales: the whole table: sale_id: expected"):
        maintain(context, NOW, [SILVER, GOLD])
    assert (files(lake), files(lake, GOLD)) == (counted, 1), "the others go on"
    [(subject, message)] = told
    assert subject == "Maintenance failed"
    assert "silver.sales: AuditFailed: silver.sales: the whole table" in message
    assert [row[1] for row in lake.rows("ops.runs", "run_id", "status") if row[0] == context.run_id] == ["failed"]


def test_rows_that_are_lost_are_noticed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(lake, 20)

    def lose(self: upkeep.Upkeep) -> int:
        lake.spark.sql(f"DELETE FROM {self.table.full_name} WHERE sale_id = 20")
        self.table.refresh()
        return 1

    monkeypatch.setattr(upkeep.Upkeep, "compact_deletes", lose)
    monkeypatch.setattr(type(lake.context().alerts), "send", lambda *_: None)
    with pytest.raises(LedgerMismatch, match="compaction: rows: expected 2, got 1; roll the table back"):
        maintain(lake.context(), NOW, [SILVER])


def test_an_unknown_table_is_refused(lake: Lake) -> None:
    context: Any = lake.context()
    with pytest.raises(UsageError, match=r"expected a silver or gold table, or a ledger, got silver.nothing"):
        maintain(context, Order(), ["silver.nothing", SILVER])


def test_where_nothing_was_ever_run_there_is_nothing_to_do(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    maintain(lake.context(), Order())
    assert reports(capsys.readouterr().out) == {}
