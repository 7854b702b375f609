from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest

from copperline.contract import Contract
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
from copperline.quality.suite import Expectation, expectations
from copperline.tables.iceberg import IcebergTable
from glue_jobs.bronze_to_silver import inventory, sales
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


@pytest.mark.parametrize(("kind", "code"), CODES)
def test_a_mistake_ends_in_its_sentence_and_code(
    kind: type[CopperlineError], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise kind("file: field: expected a, got b; mend it")

    monkeypatch.setattr(runner, "resolve", fail)
    with pytest.raises(SystemExit) as caught:
        runner.run()
    assert caught.value.code == code
    assert capsys.readouterr().err == f"{kind.__name__}: file: field: expected a, got b; mend it\n"


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
    told = capsys.readouterr()
    assert caught.value.code == 1
    assert told.err.startswith("AuditFailed: silver.sales: quantity: expected expect_column_values_to_be_between")
    assert "silver.sales         held back: silver.sales: quantity: expected" in told.out
    assert lake.rows("silver.inventory", "inventory_id") == [(1,)]
    assert (lake.rows("silver.sales"), lake.rows("quarantine.sales")) == ([], [])
    deliveries = lake.context().deliveries
    assert [len(deliveries.pending(name)) for name in ("silver.sales", "silver.inventory")] == [1, 0]
    assert [status for (status,) in lake.rows("ops.runs", "status")] == ["failed"]
    assert len(IcebergTable(lake.spark, lake.names.table("silver.sales")).branches()) == 1

    started(lake, monkeypatch, "silver.sales", "silver.inventory")
    assert "settles: drops run_" in capsys.readouterr().out
    assert lake.rows("silver.sales", "sale_id") == [(1,)]
    assert len(lake.rows("quarantine.sales")) == 1
    assert lake.context().deliveries.pending("silver.sales") == []
    assert IcebergTable(lake.spark, lake.names.table("silver.sales")).branches() == []


@pytest.mark.spark
def test_tables_of_one_group_are_held_back_together(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1)])
    lake.deliver("bronze.zoop_inventory", [stock(1)])
    context = lake.context()
    one_group: Any = dict.fromkeys(("silver.sales", "silver.inventory"), "stars")
    for name, group in one_group.items():
        contract = context.contracts[name]
        monkeypatch.setattr(context.contracts, "_by_id", context.contracts._by_id | {name: with_group(contract, group)})
    monkeypatch.setattr(auditing, "expectations", never)
    with pytest.raises(AuditFailed):
        runner.execute(context, [sales.JOB, inventory.JOB])
    assert (lake.rows("silver.sales"), lake.rows("silver.inventory")) == ([], [])
    assert len(context.deliveries.pending("silver.inventory")) == 1


def with_group(contract: Contract, group: str) -> Contract:
    return replace(contract, group=group)
