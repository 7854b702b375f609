"""From the requests of a run to rules that strike each of them."""

from __future__ import annotations

from typing import Any

from tests.crash.points import points, requests

RUN, UUID = "jr_" + "0f" * 32, "0b8f2c1e-1f6c-4b59-9c43-0f2f6a3a8a11"
ACTORS = {RUN: "silver", "copperline-promote/1": "promote"}


def asked(process: str, service: str, operation: str, *targets: str) -> dict[str, Any]:
    return {
        "caller": "copperline-batch-job" if process == RUN else "copperline-promote",
        "process": process,
        "service": service,
        "operation": operation,
        "targets": list(targets),
    }


def test_every_request_of_a_process_is_one_with_a_rule_of_its_own() -> None:
    data = f"sales/data/00000-3-{UUID}-0-00001"
    recorded = [
        asked("copperline-promote/1", "s3", "CopyObject", "s3://bronze/zoop/sales/ingest_date=2026-01-02/x.parquet"),
        asked("", "glue", "UpdateTable", "table/copper/zoop_sales"),
        asked(RUN, "dynamodb", "UpdateItem", "copperline-leases silver.sales"),
        asked(RUN, "s3", "PutObject", f"s3://silver/{data}-deletes.parquet"),
        asked(RUN, "s3", "PutObject", f"s3://silver/{data}.parquet"),
        asked(RUN, "glue", "UpdateTable", "table/copperline_silver/sales"),
        asked(RUN, "glue", "UpdateTable", "table/copperline_silver/ratings"),
        asked(RUN, "glue", "UpdateTable", "table/copperline_silver/sales"),
        asked(RUN, "dynamodb", "PutItem", f"copperline-runs taken#{RUN}#silver.sales#0"),
        asked(RUN, "dynamodb", "TransactWriteItems", "copperline-leases silver.sales", "copperline-deliveries a b"),
        asked(RUN, "dynamodb", "TransactWriteItems", "copperline-deliveries a b"),
    ]
    found = requests("next", recorded, ACTORS)
    assert [str(one) for one in found] == [
        "next promote s3:CopyObject bronze/zoop/sales/ingest_date=*-*-*/x.parquet #1",
        "next silver dynamodb:UpdateItem copperline-leases silver.sales #1",
        "next silver s3:PutObject silver/sales/data/*-*-*-*-*-deletes.parquet #1",
        "next silver s3:PutObject silver/sales/data/*-*-*-*-*.parquet #2",
        "next silver glue:UpdateTable copperline_silver.sales #1",
        "next silver glue:UpdateTable copperline_silver.ratings #1",
        "next silver glue:UpdateTable copperline_silver.sales #2",
        "next silver dynamodb:PutItem copperline-runs taken#jr_*#silver.sales#* #1",
        "next silver dynamodb:TransactWriteItems copperline-leases silver.sales #1",
        "next silver dynamodb:TransactWriteItems copperline-deliveries a #2",
    ]
    before, after = points(found)[12:14]
    assert str(before).endswith("#2 kill before")
    assert after.rule() == {
        "service": "glue",
        "operation": "UpdateTable",
        "caller": "copperline-batch-job",
        "match": {"DatabaseName": "copperline_silver", "TableInput.Name": "sales"},
        "fault": "kill",
        "when": "after",
        "skip": 1,
    }
