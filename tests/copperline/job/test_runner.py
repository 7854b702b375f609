from __future__ import annotations

import sys
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
from copperline.job.prepared import Prepared
from copperline.quality.suite import Expectation, expectations
from copperline.tables.iceberg import IcebergTable
from glue_jobs.bronze_to_silver import sales
from glue_jobs.silver_to_gold import sales as gold_sales
from tests.support.lake import Lake
from tests.support.rows import sale, stock


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
