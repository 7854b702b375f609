"""A table back to what readers saw before, whatever kills the command, and forward again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from copperline.errors import LeaseHeld, StaleBranch, UsageError
from copperline.files.history import History, rollback_branch
from copperline.job import publish as publishing
from copperline.job import rolled_back as finishing
from copperline.job import runner as running
from copperline.job.rollback import roll_back
from copperline.tables.iceberg import IcebergTable, Snapshot
from glue_jobs.bronze_to_silver import sales as silver_sales
from glue_jobs.silver_to_gold import sales as gold_sales
from tests.copperline.job.test_settle import Killed, after, die
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.proof, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER, GOLD = "bronze.zoop_sales", "silver.sales", "gold.sales"
QUARANTINE = "quarantine.sales"
#: What differs between two runs of the same files.
OF_A_RUN = ("_run", "run_id", "quarantined_at")

Tables = dict[str, list[tuple[Any, ...]]]


def tables(lake: Lake) -> Tables:
    """What readers see, but for what tells one run from another."""
    found: Tables = {}
    for table in (SILVER, QUARANTINE, GOLD):
        frame = lake.spark.table(f"glue_catalog.{lake.names.table(table)}")
        frame = frame.drop(*[name for name in OF_A_RUN if name in frame.columns])
        found[table] = sorted((tuple(row) for row in frame.collect()), key=repr)
    return found


def table(lake: Lake, name: str = SILVER) -> IcebergTable:
    return IcebergTable(lake.spark, lake.names.table(name))


def history(lake: Lake, name: str = SILVER) -> History:
    return History(name, table(lake, name).metadata())


def back(lake: Lake, to: int | None = None, name: str = SILVER) -> str:
    """The rollback is done; the run that did it."""
    context = lake.context()
    roll_back(context, name, to)
    return context.run_id


def held(lake: Lake) -> list[str]:
    return [one.name for one in lake.context().held.of(SILVER)]


def test_back_and_forward_again_ends_in_the_same_tables(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2, Dia=21), sale(8, Quantidade=0)], name="first.parquet")
    lake.run(silver_sales.JOB, gold_sales.JOB)
    first = tables(lake)
    lake.deliver(BRONZE, [sale(2, Dia=22), sale(3), sale(9, Quantidade=0)], name="second.parquet")
    undone = lake.run(silver_sales.JOB, gold_sales.JOB).run_id
    second = tables(lake)
    by = back(lake)
    assert tables(lake) == {SILVER: first[SILVER], QUARANTINE: first[QUARANTINE], GOLD: second[GOLD]}
    assert (held(lake), lake.context().deliveries.pending(SILVER)) == (["second.parquet"], [])
    assert {state.run: state.undone_by for state in history(lake).everything() if state.run}[undone] == by
    told = lake.rows("ops.runs", "run_id", "job", "tables", "status", order="started_at")[-1]
    assert told == (by, lake.names.job("rollback"), SILVER, "rolled back")
    rows = {row[0]: row[1:] for row in lake.rows("ops.rows", "run_id", "table_name", "read", "inserted", "deleted")}
    assert rows[by] == (SILVER, 0, 0, 1), "what the ledger adds up to is what the table holds"

    lake.run(silver_sales.JOB, gold_sales.JOB)
    assert tables(lake) == first, "gold follows, and nothing that is held is read"
    lake.context().held.release(SILVER)
    lake.run(silver_sales.JOB, gold_sales.JOB)
    assert (tables(lake), held(lake)) == (second, [])


def test_a_replay_reads_what_is_held(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1)], name="first.parquet")
    lake.run(silver_sales.JOB)
    lake.deliver(BRONZE, [sale(2)], name="second.parquet")
    lake.run(silver_sales.JOB)
    before = lake.rows(SILVER, "sale_id", "_source_file", order="sale_id")
    back(lake, history(lake).states[-1].snapshot)
    assert (lake.rows(SILVER), held(lake)) == ([], ["first.parquet", "second.parquet"])
    lake.run(silver_sales.JOB, reprocess=True)
    assert lake.rows(SILVER, "sale_id", "_source_file", order="sale_id") == before
    assert (held(lake), len(lake.context().deliveries.done(SILVER))) == ([], 2)


def test_a_replay_that_died_after_its_publication_is_settled(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.deliver(BRONZE, [sale(1)], name="first.parquet")
    lake.run(silver_sales.JOB)
    back(lake)
    with monkeypatch.context() as patched:
        patched.setattr(running, "account", die)
        with pytest.raises(Killed):
            lake.run(silver_sales.JOB, reprocess=True)
    lake.run(silver_sales.JOB)
    assert (lake.rows(SILVER, "sale_id"), held(lake)) == ([(1,)], [])


#: Where the command dies, and whether readers have seen the earlier state by then.
POINTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before its branch is sealed": lambda patch: patch.setattr(IcebergTable, "seal", die),
    "before main moves": lambda patch: patch.setattr(IcebergTable, "replace", die),
    "after main has moved": lambda patch: patch.setattr(IcebergTable, "replace", after(IcebergTable.replace)),
    "after quarantine has moved": lambda patch: patch.setattr(
        finishing, "_take_quarantine_back", after(finishing._take_quarantine_back)
    ),
    "between two ledgers": lambda patch: patch.setattr(finishing, "account_run", die),
    "before the branches go": lambda patch: patch.setattr(finishing, "drop", die),
}


def test_a_command_that_died_is_finished(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the command again, or by the next run, in turn; then the table is brought forward again for the next point."""
    lake.deliver(BRONZE, [sale(1), sale(8, Quantidade=0)], name="first.parquet")
    lake.run(silver_sales.JOB)
    lake.deliver(BRONZE, [sale(2), sale(9, Quantidade=0)], name="second.parquet")
    lake.run(silver_sales.JOB)
    for number, (point, kill) in enumerate(POINTS.items()):
        target = history(lake).rollback().target
        with monkeypatch.context() as patched:
            kill(patched)
            with pytest.raises(Killed):
                back(lake, target)
        moved = number > 1
        if number % 2:
            lake.run(silver_sales.JOB)
            if not moved:
                assert lake.rows(SILVER, "sale_id", order="sale_id") == [(1,), (2,)], point
                back(lake, target)
        else:
            back(lake, None if moved else target)
        assert lake.rows(SILVER, "sale_id") == [(1,)], point
        assert [row[0] for row in lake.rows(QUARANTINE, "source_row")] == [1], point
        assert held(lake) == ["second.parquet"], point
        branches = table(lake).branches() + table(lake, QUARANTINE).branches()
        assert branches == [], point
        runs = [row[0] for row in lake.rows("ops.runs", "run_id") if row[0]]
        assert len(runs) == len(set(runs)), point
        lake.context().held.release(SILVER)
        lake.run(silver_sales.JOB)
        assert lake.rows(SILVER, "sale_id", order="sale_id") == [(1,), (2,)], point
    assert sum(row[0] == "rolled back" for row in lake.rows("ops.runs", "status")) == len(POINTS)


def test_a_run_that_slept_through_a_rollback_publishes_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its branch began at the state that was gone back to, or at one before: it must not fit again."""
    lake.deliver(BRONZE, [sale(1)])
    lake.run(silver_sales.JOB)
    lake.deliver(BRONZE, [sale(2)], name="second.parquet")
    asleep = lake.context()
    publish = publishing.publish

    def sleep_before_publication(part: Any) -> None:
        part.table.create_branch("kept")
        lake.spark.sql(f"INSERT INTO {part.table.branch_identifier('kept')} SELECT * FROM {part.table.full_name}")
        part.table.refresh()
        part.table.publish("kept")
        part.table.drop_branch("kept")
        seal = next(state.snapshot for state in history(lake).states if state.kind == "run")
        part.table.refresh()
        here = part.table.head()
        assert here is not None
        other = rollback_branch("jr_o", 7)
        part.table.create_branch(other, seal)
        part.table.seal(other, {"copperline.rollback": "jr_o", "copperline.rolled-back": str(here.id)})
        part.table.replace(other, here.id)
        publish(part)

    monkeypatch.setattr(running, "publish", sleep_before_publication)
    with pytest.raises(StaleBranch):
        running.execute(asleep, (silver_sales.JOB,))
    assert lake.rows(SILVER, "sale_id") == [(1,)]


def test_a_rollback_that_slept_takes_nothing_that_was_published_meanwhile(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.deliver(BRONZE, [sale(1)])
    lake.run(silver_sales.JOB)
    replace = IcebergTable.replace

    def overtaken(mine: IcebergTable, branch: str, head: int) -> None:
        other = table(lake)
        other.create_branch("other")
        other.seal("other", {})
        other.publish("other")
        replace(mine, branch, head)

    with monkeypatch.context() as patched:
        patched.setattr(IcebergTable, "replace", overtaken)
        with pytest.raises(StaleBranch, match="main was moved meanwhile"):
            back(lake)
    assert (lake.rows(SILVER, "sale_id"), held(lake)) == ([(1,)], [])


def test_a_sealed_branch_that_nobody_has_seen_is_not_rolled_back(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its deliveries are pending, as they were; what is rolled back is what readers have seen."""
    lake.deliver(BRONZE, [sale(1)], name="first.parquet")
    lake.run(silver_sales.JOB)
    lake.deliver(BRONZE, [sale(2)], name="second.parquet")
    with monkeypatch.context() as patched:
        patched.setattr(running, "publish", die)
        with pytest.raises(Killed):
            lake.run(silver_sales.JOB)
    back(lake)
    pending = [one.name for one in lake.context().deliveries.pending(SILVER)]
    assert (lake.rows(SILVER), held(lake), pending) == ([], ["first.parquet"], ["second.parquet"])
    lake.run(silver_sales.JOB)
    assert lake.rows(SILVER, "sale_id") == [(2,)]


def test_what_cannot_be_rolled_back_is_refused(lake: Lake) -> None:
    for name in ("bronze.zoop_sales", "silver.nothing", SILVER):
        with pytest.raises(UsageError, match="expected a"):
            back(lake, name=name)
    lake.deliver(BRONZE, [sale(1)])
    lake.run(silver_sales.JOB)
    states = history(lake).states
    with pytest.raises(UsageError, match="past the expiry"):
        back(lake, states[0].snapshot + 1)
    parent = states[0].parent
    assert parent is not None
    with pytest.raises(UsageError, match="the middle of a run"):
        back(lake, parent)
    back(lake)
    with pytest.raises(UsageError, match="no ancestor of main: it was rolled back"):
        back(lake, states[0].snapshot)
    before = table(lake).head()
    back(lake, states[-1].snapshot)
    assert table(lake).head() == before, "a second time there is nothing to do"


def test_while_a_run_writes_the_table_it_waits_and_gives_up(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.deliver(BRONZE, [sale(1)])
    lake.run(silver_sales.JOB)
    writer, mine = lake.context(), lake.context()
    take = type(mine.leases).take
    monkeypatch.setattr(
        type(mine.leases), "take", lambda self, tables, holder, wait_seconds=120: take(self, tables, holder, 0)
    )
    with writer.leases.hold([SILVER], "a run"), pytest.raises(LeaseHeld, match="a run writes it and is alive"):
        roll_back(mine, SILVER)
    assert lake.rows(SILVER, "sale_id") == [(1,)]


def test_quarantine_whose_earlier_state_is_past_the_expiry_loses_the_rows_of_the_run(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(8, Quantidade=0)], name="first.parquet")
    lake.run(silver_sales.JOB)
    lake.deliver(BRONZE, [sale(2), sale(9, Quantidade=0), sale(9, Quantidade=-1)], name="second.parquet")
    lake.run(silver_sales.JOB)
    twin = table(lake, QUARANTINE)
    head = twin.head()
    assert isinstance(head, Snapshot)
    lake.spark.sql(
        f"CALL glue_catalog.system.expire_snapshots(table => '{twin.name}', older_than => TIMESTAMP '2099-01-01', "
        "retain_last => 1)"
    )
    back(lake)
    assert [row[0] for row in lake.rows(QUARANTINE, "source_row")] == [1]


def test_gold_alone_goes_back_and_is_made_again(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1)])
    lake.run(silver_sales.JOB, gold_sales.JOB)
    lake.deliver(BRONZE, [sale(2)], name="second.parquet")
    lake.run(silver_sales.JOB, gold_sales.JOB)
    after_both = tables(lake)
    back(lake, name=GOLD)
    assert (lake.rows(GOLD, "orders"), held(lake)) == ([(1,)], [])
    lake.run(gold_sales.JOB)
    assert tables(lake) == after_both
