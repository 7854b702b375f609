from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from copperline.errors import StaleBranch
from copperline.job import publish as publishing
from copperline.job import runner as running
from copperline.tables.iceberg import IcebergTable, Snapshot
from glue_jobs.bronze_to_silver import sales
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
SILVER = "silver.sales"


class Killed(BaseException):
    """The process is gone."""


def die(*_: Any, **__: Any) -> None:
    raise Killed


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    def then_die(*args: Any, **named: Any) -> None:
        function(*args, **named)
        raise Killed

    return then_die


def patch(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """The next run dies at the point."""
    match point:
        case "before the seal":
            monkeypatch.setattr(IcebergTable, "seal", die)
        case "before publication":
            monkeypatch.setattr(running, "publish", die)
        case "after publication":
            monkeypatch.setattr(running, "publish", after(running.publish))
        case "between two ledgers":
            monkeypatch.setattr(publishing, "append", after(publishing.append))
        case "after the row":
            monkeypatch.setattr(publishing, "account_run", die)
            monkeypatch.setattr(running, "account_run", die)
        case "after the ledgers":
            monkeypatch.setattr(running, "account", after(running.account))
        case "before the branches go":
            monkeypatch.setattr(IcebergTable, "drop_branch", die)


POINTS = (
    "before the seal",
    "before publication",
    "after publication",
    "between two ledgers",
    "after the row",
    "after the ledgers",
    "before the branches go",
)


@pytest.mark.parametrize("point", POINTS)
def test_what_a_dead_run_left_is_finished_not_repeated(lake: Lake, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1), sale(2, Quantidade=0)])
    with monkeypatch.context() as patched:
        patch(patched, point)
        with pytest.raises(Killed):
            lake.run(sales.JOB)
    lake.run(sales.JOB)
    assert lake.rows(SILVER, "sale_id") == [(1,)]
    assert len(lake.rows("quarantine.sales")) == 1
    counts = lake.spark.table(f"glue_catalog.{lake.names.database('ops')}.rows").collect()
    assert [(row.table_name, row.read, row.inserted, row.quarantined) for row in counts] == [(SILVER, 2, 1, 1)]
    files = lake.spark.table(f"glue_catalog.{lake.names.database('ops')}.files").collect()
    assert [(row.file, row.status, row.run_id) for row in files] == [
        ("zoop/sales/file.parquet", "accepted", counts[0].run_id)
    ]
    runs = lake.spark.table(f"glue_catalog.{lake.names.database('ops')}.runs").collect()
    assert [row.run_id for row in runs].count(counts[0].run_id) == 1
    assert lake.context().deliveries.pending(SILVER) == []
    assert IcebergTable(lake.spark, lake.names.table(SILVER)).branches() == []


@pytest.mark.parametrize("moment", ["before it looks", "after it has looked"])
def test_a_run_that_slept_publishes_no_seal_without_rows(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Another run took the lease over, and dropped the branch, while this one slept before its seal."""
    lake.deliver("bronze.zoop_sales", [sale(1)])
    lake.run(sales.JOB)
    lake.deliver("bronze.zoop_sales", [sale(2)], name="later.parquet")
    fresh_head = IcebergTable.fresh_head

    def dropped(table: IcebergTable, branch: str) -> Snapshot | None:
        if moment == "before it looks":
            table.drop_branch(branch)
            return fresh_head(table, branch)
        head = fresh_head(table, branch)
        table.drop_branch(branch)
        return head

    with monkeypatch.context() as patched:
        patched.setattr(IcebergTable, "fresh_head", dropped)
        with pytest.raises(StaleBranch):
            lake.run(sales.JOB)
    assert lake.rows(SILVER, "sale_id") == [(1,)]
    context = lake.run(sales.JOB)
    assert lake.rows(SILVER, "sale_id", order="sale_id") == [(1,), (2,)]
    assert lake.ledger(context) == {SILVER: {"read": 1, "inserted": 1}}
