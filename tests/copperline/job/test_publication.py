"""What a run takes up, and what it leaves: replays, orders, deliveries that need no reading, and stale branches."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from copperline.errors import LeaseHeld, LedgerMismatch, StaleBranch
from copperline.files.dynamo import Table
from copperline.files.findings import Finding
from copperline.files.records import REFUSED, REPEATED, UNROUTED, Pending
from copperline.job.context import Context
from copperline.job.prepared import Prepared
from copperline.job.publish import mark, publish
from copperline.tables.iceberg import IcebergTable
from glue_jobs.bronze_to_silver import sales
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"
DAY = 24 * 60


def at_minute(lake: Lake, minute: int) -> None:
    """The next delivery is that many minutes after the first day's midnight."""
    lake.clock = itertools.count(minute)


def waits(lake: Lake, pending: Pending, *, on: str = SILVER) -> None:
    """The delivery is pending as it is given."""
    table = Table(lake.server.client("dynamodb"), lake.names.deliveries)
    table.transact([table.put(pending.item(f"pending#{on}"))])


def takes_back(lake: Lake, pending: Pending) -> None:
    """The delivery waits no longer, as if it had not come yet."""
    table = Table(lake.server.client("dynamodb"), lake.names.deliveries)
    table.transact([table.delete(f"pending#{SILVER}", pending.delivery)])


def content(lake: Lake) -> list[tuple[Any, ...]]:
    """The table without the names of its runs."""
    frame = lake.spark.table(f"glue_catalog.{lake.names.table(SILVER)}").drop("_run")
    return [tuple(row) for row in frame.orderBy("sale_id").collect()]


def test_a_replay_ends_in_the_same_table(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2), sale(5, Quantidade=0)], name="day1.parquet")
    at_minute(lake, DAY)
    lake.deliver(BRONZE, [sale(2, Quantidade=9), sale(3)], name="day2.parquet")
    at_minute(lake, 2 * DAY)
    lake.deliver(BRONZE, [sale(4)], name="day3.parquet")
    lake.run(sales.JOB)
    before, rejected = content(lake), lake.rows("quarantine.sales")
    replays: list[tuple[dict[str, Any], dict[str, int] | None]] = [
        # options                                                           what it read and found
        ({"reprocess": True}, {"read": 6, "unchanged": 4, "superseded": 1, "quarantined": 1}),
        ({"first": date(2025, 1, 2), "last": date(2025, 1, 2)}, {"read": 3, "unchanged": 3}),
        ({"first": date(2025, 1, 4)}, None),
    ]
    for options, counts in replays:
        context = lake.run(sales.JOB, **options)
        assert lake.ledger(context) == ({SILVER: counts} if counts else {}), options
        assert (content(lake), lake.rows("quarantine.sales")) == (before, rejected), options


def test_files_may_be_processed_in_any_order(lake: Lake) -> None:
    at_minute(lake, DAY)
    later = lake.deliver(BRONZE, [sale(1, Quantidade=2), sale(2, Quantidade=2)], name="later.parquet")
    lake.run(sales.JOB)
    at_minute(lake, 0)
    lake.deliver(BRONZE, [sale(1, Quantidade=1), sale(3, Quantidade=1)], name="earlier.parquet")
    context = lake.run(sales.JOB)
    assert lake.ledger(context) == {SILVER: {"read": 4, "inserted": 1, "unchanged": 2, "superseded": 1}}
    got = lake.rows(SILVER, "sale_id", "quantity", "_source_file", order="sale_id")
    assert [row[:2] for row in got] == [(1, 2), (2, 2), (3, 1)]
    assert got[0][2] == later.uri


def test_what_needs_no_reading_is_only_accounted_for(lake: Lake) -> None:
    repeated = lake.deliver(BRONZE, [sale(1)], name="again.parquet")
    refused = lake.deliver(BRONZE, [sale(2)], name="bad.parquet")
    stranger = lake.deliver(BRONZE, [sale(3)], name="stranger.txt")
    takes_back(lake, stranger)
    waits(lake, replace(repeated, state=REPEATED))
    waits(lake, replace(refused, state=REFUSED, reason="columns_missing", detail="ID_venda: expected bigint"))
    waits(lake, replace(stranger, state=REFUSED, reason="no_table"), on=UNROUTED)
    context = lake.run(sales.JOB, tables=(SILVER, UNROUTED), execution="e-1")
    assert lake.rows("ops.files", "table_name", "file", "status", "reason", order="file") == [
        (SILVER, "zoop/sales/again.parquet", "accepted", None),
        (SILVER, "zoop/sales/bad.parquet", "refused", "columns_missing: ID_venda: expected bigint"),
        (UNROUTED, "zoop/sales/stranger.txt", "refused", "no_table"),
    ]
    assert lake.ledger(context) == {}
    assert context.deliveries.pending(SILVER) == context.deliveries.pending(UNROUTED) == []
    states = {name: done["state"] for name, done in context.deliveries.done(SILVER).items()}
    assert states == {repeated.delivery: "repeated", refused.delivery: "refused"}
    ((tables, execution, status),) = lake.rows("ops.runs", "tables", "execution", "status")
    assert (tables, execution, status) == (f"{UNROUTED},{SILVER}", "e-1", "succeeded")


def test_an_execution_reports_a_line_a_table(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1)])
    lake.run(sales.JOB, execution="e-2", dpu=4.0)
    item = lake.server.client("dynamodb").get_item(TableName=lake.names.runs, Key={"execution": {"S": "e-2"}})["Item"]
    line = "read 1 inserted 1 updated 0 unchanged 0 superseded 0 quarantined 0 deleted 0"
    assert IcebergTable(lake.spark, lake.names.table(SILVER)).branches() == []
    assert [entry["S"] for entry in item["report"]["L"]] == [f"{SILVER}: {line}"]
    ((dpu, usd),) = lake.rows("ops.cost", "dpu", "usd")
    assert (dpu, usd > 0) == (4.0, True)


def test_a_footer_that_lies_stops_the_run(lake: Lake) -> None:
    pending = lake.deliver(BRONZE, [sale(1)])
    waits(lake, replace(pending, found=Finding(rows=99)))
    with pytest.raises(LedgerMismatch) as caught:
        lake.run(sales.JOB)
    told = f"{SILVER}: 1 files: rows read: expected 99 as the files' footers say, got 1; report this"
    assert str(caught.value) == told
    assert lake.rows(SILVER) == []
    assert [one.delivery for one in lake.context().deliveries.pending(SILVER)] == [pending.delivery]


def test_a_branch_that_another_run_overtook_is_not_published(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.deliver(BRONZE, [sale(1)])

    def overtaken(part: Prepared) -> None:
        if part.table_id == SILVER and part.table is not None:
            part.table.create_branch("other")
            part.table.spark.table(part.table.full_name).writeTo(part.table.branch_identifier("other")).append()
            part.table.refresh()
            part.table.publish("other")
        publish(part)

    with monkeypatch.context() as patched:
        patched.setattr("copperline.job.runner.publish", overtaken)
        with pytest.raises(StaleBranch, match="main has moved since the branch began"):
            lake.run(sales.JOB)
    context = lake.run(sales.JOB)
    assert lake.rows(SILVER, "sale_id") == [(1,)]
    assert lake.rows("ops.rows", "table_name", "run_id") == [(SILVER, context.run_id)]
    assert context.deliveries.pending(SILVER) == []


def test_only_the_holder_of_the_lease_marks(lake: Lake) -> None:
    pending = lake.deliver(BRONZE, [sale(1)])
    context: Context = lake.context()
    part = Prepared(SILVER, deliveries=[pending], run_id=context.run_id)
    with context.leases.hold([SILVER], context.run_id) as held:
        token = held.tokens[SILVER]
        with pytest.raises(LeaseHeld):
            mark(context, [part], {SILVER: token - 1})
    assert [one.delivery for one in context.deliveries.pending(SILVER)] == [pending.delivery]


def test_where_nothing_waits_nothing_is_written(lake: Lake) -> None:
    publish(Prepared(SILVER))
    lake.run(sales.JOB)
    assert not lake.spark.catalog.tableExists(f"glue_catalog.{lake.names.database('ops')}.rows")
