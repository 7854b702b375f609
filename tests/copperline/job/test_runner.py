from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from copperline.contract import Contract, load_contracts
from copperline.errors import (
    AuditFailed,
    ContractError,
    CopperlineError,
    LeaseHeld,
    LedgerMismatch,
    MissingPart,
    StaleBranch,
    UsageError,
)
from copperline.files.records import UNROUTED
from copperline.job import audit as auditing
from copperline.job import runner
from copperline.job.arguments import Arguments
from copperline.job.declare import SilverJob
from copperline.job.prepared import Prepared
from copperline.quality.suite import Expectation, expectations
from copperline.tables.iceberg import IcebergTable
from glue_jobs.bronze_to_silver import sales
from glue_jobs.silver_to_gold import sales as gold_sales
from tests.support.lake import Lake
from tests.support.rows import comment, sale, stock


def asked_for(*tables: str) -> Arguments:
    return Arguments("job", "jr_1", "stack", "arn", tables=tables)


def test_a_table_is_found_by_its_name() -> None:
    found = runner.find_jobs("glue_jobs", asked_for("silver.sales", UNROUTED, "gold.sales"))
    assert found == [sales.JOB, gold_sales.JOB]


@pytest.mark.parametrize("table", ["silver.sails", "bronze.zoop_sales", "sales", "silver.", "silver.sales.x"])
def test_a_table_without_a_job_is_named(table: str) -> None:
    with pytest.raises(UsageError) as caught:
        runner.find_jobs("glue_jobs", asked_for("silver.sales", table))
    assert str(caught.value) == f"job arguments: --tables: expected tables that have a job, got {table}; mend it"


CODES = [
    (CopperlineError, 1),
    (UsageError, 2),
    (ContractError, 3),
    (MissingPart, 4),
    (AuditFailed, 1),
    (LedgerMismatch, 1),
    (LeaseHeld, 1),
    (StaleBranch, 1),
]


@pytest.mark.parametrize("start", [runner.run, partial(runner.run_tables, "glue_jobs")], ids=["one table", "batch"])
@pytest.mark.parametrize(("kind", "code"), CODES)
def test_a_mistake_ends_in_its_sentence(
    start: Callable[[], None], kind: type[CopperlineError], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise kind("file: field: expected a, got b; mend it")

    monkeypatch.setattr(runner, "resolve", fail)
    with pytest.raises(SystemExit) as caught:
        start()
    assert caught.value.code == f"{kind.__name__}: file: field: expected a, got b; mend it"
    assert kind.exit_code == code


def test_what_nobody_foresaw_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "resolve", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        runner.run_tables("glue_jobs")


def started(lake: Lake, monkeypatch: pytest.MonkeyPatch, *tables: str) -> None:
    """The batch job runs as Glue starts it."""
    given = {"JOB_NAME": "batch", "stack": lake.stack, "topic_arn": lake.topic, "tables": ",".join(tables)}
    argv = [text for name, value in given.items() for text in (f"--{name}", value)]
    monkeypatch.setattr(sys, "argv", ["batch.py", *argv])
    runner.run_tables("glue_jobs")


def never(contract: Contract) -> tuple[Expectation, ...]:
    """The contract's expectations, and for sales one that no sale meets."""
    wrong = Expectation("ExpectColumnValuesToBeBetween", {"column": "quantity", "max_value": 0})
    return (*expectations(contract), *([wrong] if contract.id == "silver.sales" else []))


@pytest.mark.spark
@pytest.mark.slow("runs whole jobs, one after another")
def test_a_failed_audit_holds_back_its_own_group_alone(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1), sale(2, Quantidade=0)])
    lake.deliver("bronze.zoop_inventory", [stock(1)])
    with monkeypatch.context() as patched:
        patched.setattr(auditing, "expectations", never)
        with pytest.raises(SystemExit) as caught:
            started(lake, monkeypatch, "silver.sales", "silver.inventory")
    told = "silver.sales: quantity: expected expect_column_values_to_be_between"
    assert str(caught.value.code).startswith(f"AuditFailed: {told}")
    assert f"silver.sales         held back: {told}" in capsys.readouterr().out
    assert lake.rows("silver.inventory", "inventory_id") == [(1,)]
    assert (lake.rows("silver.sales"), lake.rows("quarantine.sales")) == ([], [])
    deliveries = lake.context().deliveries
    assert [len(deliveries.pending(name)) for name in ("silver.sales", "silver.inventory")] == [1, 0]
    assert [status for (status,) in lake.rows("ops.runs", "status")] == ["failed"]
    assert len(IcebergTable(lake.spark, lake.names.table("silver.sales")).branches()) == 1

    started(lake, monkeypatch, "silver.sales")
    assert "settles: drops run_" in capsys.readouterr().out
    assert lake.rows("silver.sales", "sale_id") == [(1,)]
    assert len(lake.rows("quarantine.sales")) == 1
    assert lake.context().deliveries.pending("silver.sales") == []
    assert IcebergTable(lake.spark, lake.names.table("silver.sales")).branches() == []


def test_tables_of_one_group_are_held_back_together(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {"silver.sales": "stars", "silver.inventory": "stars", "silver.ratings": "alone"}
    contracts = {name: replace(load_contracts()[name], group=group) for name, group in groups.items()}
    context: Any = SimpleNamespace(contracts=contracts)
    prepared = [Prepared("silver.inventory"), Prepared("silver.ratings")]
    done: list[tuple[str, list[str]]] = []

    def note(step: str, _: object, parts: list[Prepared], *__: Any, **___: Any) -> None:
        done.append((step, [part.table_id for part in parts]))

    held: Any = SimpleNamespace(tokens={}, check=lambda: None)
    monkeypatch.setattr("copperline.job.runner.account_run", lambda *_: None)
    monkeypatch.setattr(runner, "_run", lambda *_: {})
    monkeypatch.setattr(runner, "_prepare", lambda *_: (prepared, {"silver.sales": AuditFailed("broken")}))
    monkeypatch.setattr("copperline.job.runner.publish", lambda part: note("publish", None, [part]))
    for step in ("account", "mark"):
        monkeypatch.setattr(f"copperline.job.runner.{step}", partial(note, step))
    with pytest.raises(AuditFailed, match="broken"):
        runner._phase(context, [], held, [Prepared(UNROUTED)])
    accounted = ["silver.ratings", UNROUTED]
    assert done == [("publish", ["silver.ratings"]), ("account", accounted), ("mark", accounted)]


def prepared_by(monkeypatch: pytest.MonkeyPatch, **ends: BaseException | None) -> list[str]:
    """Silver tables that end so, the later ones first; what is called for each is in the list."""
    called: list[str] = []
    turns = {table: threading.Event() for table in [*reversed(ends), ""]}
    order = list(turns)
    turns[order[0]].set()

    def prepare(context: Any, job: SilverJob, token: int) -> Prepared:
        stem = job.writes.partition(".")[2]
        assert turns[stem].wait(30)
        called.append(stem)
        turns[order[order.index(stem) + 1]].set()
        if error := ends[stem]:
            raise error
        return Prepared(job.writes)

    monkeypatch.setattr(runner, "prepare_silver", prepare)
    return called


def prepare(*stems: str) -> tuple[list[Prepared], dict[str, CopperlineError]]:
    context: Any = SimpleNamespace(adopt_thread=lambda: None)
    jobs = [SilverJob(("bronze.x",), f"silver.{stem}", lambda df: df) for stem in stems]
    return runner._prepare(context, jobs, {job.writes: 1 for job in jobs})


def test_several_failures_are_in_the_order_of_the_tables_whichever_came_first(monkeypatch: pytest.MonkeyPatch) -> None:
    first, last = AuditFailed("first"), LedgerMismatch("last")
    called = prepared_by(monkeypatch, a=first, b=None, c=last)
    prepared, failed = prepare("a", "b", "c")
    assert called == ["c", "b", "a"]
    assert [part.table_id for part in prepared] == ["silver.b"]
    assert list(failed.items()) == [("silver.a", first), ("silver.c", last)]


def test_what_nobody_foresaw_in_one_table_names_it_and_lets_the_others_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = prepared_by(monkeypatch, a=None, b=KeyError("x"))
    with pytest.raises(KeyError):
        prepare("a", "b")
    assert called == ["b", "a"]
    assert capsys.readouterr().out == "silver.b             broke off: KeyError\n"


@pytest.mark.spark
@pytest.mark.slow("runs whole jobs, one after another")
def test_tables_are_merged_side_by_side(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = ("silver.inventory", "silver.ratings", "silver.sales")
    lake.deliver("bronze.zoop_sales", [sale(1), sale(2)])
    lake.deliver("bronze.zoop_inventory", [stock(1), stock(2)])
    lake.deliver("bronze.zoop_ratings", [comment(1), comment(2)])
    started(lake, monkeypatch, *tables)
    lake.deliver("bronze.zoop_sales", [sale(2, Quantidade=9), sale(3)])
    lake.deliver("bronze.zoop_inventory", [stock(2, Quantidade_vendida=9), stock(3)])
    lake.deliver("bronze.zoop_ratings", [comment(2, Influencia_autor=1), comment(3)])
    started(lake, monkeypatch, *tables)
    counted = lake.rows("ops.rows", "table_name", "read", "inserted", "updated", "unchanged")
    assert sorted(counted) == [row for table in tables for row in [(table, 2, 1, 1, 0), (table, 2, 2, 0, 0)]]
    assert sorted(lake.rows("silver.sales", "sale_id", "quantity")) == [(1, 3), (2, 9), (3, 3)]
    assert sorted(lake.rows("silver.inventory", "inventory_id", "units_sold")) == [(1, 7), (2, 9), (3, 7)]
