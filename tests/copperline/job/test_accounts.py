"""What a run that stops leaves: a page, a sentence, a row of the ledger, and its branch."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.contract import Contract, Contracts
from copperline.errors import AuditFailed, LedgerMismatch, TooManyRejected
from copperline.job import audit as auditing
from copperline.job import publish as publishing
from copperline.job.prepared import Prepared
from copperline.job.publish import account
from copperline.job.runner import execute
from copperline.quality.suite import Expectation, expectations
from copperline.tables.iceberg import IcebergTable
from copperline.tables.ledger import Counts
from glue_jobs.bronze_to_silver import sales
from glue_jobs.silver_to_gold import sales as gold_sales
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER, GOLD = "bronze.zoop_sales", "silver.sales", "gold.sales"


def pages(lake: Lake) -> dict[str, str]:
    """The pages of audits, by their keys."""
    s3 = lake.server.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=lake.docs).get("Contents", [])]
    return {key: s3.get_object(Bucket=lake.docs, Key=key)["Body"].read().decode() for key in keys}


def never(contract: Contract) -> tuple[Expectation, ...]:
    """The contract's expectations, and one that no sale meets."""
    return (
        *expectations(contract),
        Expectation("ExpectColumnValuesToBeBetween", {"column": "quantity", "max_value": 0}),
    )


def test_every_audit_has_its_page_and_every_sum_its_line(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2, Quantidade=9, Preco_unitario=2.5), sale(3, Quantidade=0)])
    context = lake.run(sales.JOB, gold_sales.JOB)
    found = pages(lake)
    assert sorted(found) == [f"{layer}/sales/{context.run_id}.html" for layer in ("gold", "silver")]
    assert all("Succeeded" in html and context.run_id in html for html in found.values())
    measures = dict(lake.rows("ops.rows", "table_name", "measures"))
    compared = {
        (table, one["measure"]): (one["source"], one["expected"], one["found"])
        for table, text in measures.items()
        for one in json.loads(text)
    }
    assert compared == {
        (SILVER, "rows"): (BRONZE, "3", "3"),
        (SILVER, "unit_price"): (BRONZE, "201.5", "201.5"),
        (SILVER, "quantity"): (BRONZE, "12", "12"),
        (GOLD, "orders"): (SILVER, "2", "2"),
        (GOLD, "units_sold"): (SILVER, "12", "12"),
        (GOLD, "revenue"): (SILVER, "619.5", "619.5"),
    }
    assert sorted(lake.rows("ops.runs", "tables", "status", "reason")) == [
        (GOLD, "succeeded", None),
        (SILVER, "succeeded", None),
    ]


def test_a_failed_audit_leaves_a_page_a_sentence_a_branch_and_a_row(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2, Produto="Videocassete")])
    monkeypatch.setattr(auditing, "expectations", never)
    context = lake.context()
    with pytest.raises(AuditFailed) as caught:
        execute(context, [sales.JOB])
    page = f"s3://{lake.docs}/silver/sales/{context.run_id}.html"
    [branch] = IcebergTable(lake.spark, lake.names.table(SILVER)).branches()
    told = (
        "silver.sales: quantity: expected expect_column_values_to_be_between {'max_value': 0.0}, "
        f"got 1 of 1 rows that break it; nothing was published: look at {page} and at branch {branch}, "
        "mend job or contract"
    )
    assert str(caught.value) == told
    [(key, html)] = pages(lake).items()
    assert page.endswith(key)
    assert re.search(r"1 unexpected values found", html)
    assert "Campo Belo" not in html
    assert lake.rows("ops.runs", "run_id", "tables", "status", "reason") == [
        (context.run_id, SILVER, "failed", f"AuditFailed: {told}")
    ]
    assert lake.rows(SILVER) == []


def test_too_many_rejected_rows_stop_the_run_until_somebody_lets_them_pass(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2, Quantidade=0), sale(3, Quantidade=0), sale(4, Canal_venda="Loja 9")])
    context = lake.context()
    strict = replace(context.contracts[SILVER], max_rejected_percent=50, rejected_rows_tolerated=0)
    context.contracts = Contracts({**context.contracts, SILVER: strict})
    with pytest.raises(
        TooManyRejected, match=r"^silver.sales: rejected rows: expected at most 50 %, got 75.0 %, 3 of 4"
    ):
        execute(context, [sales.JOB])
    assert (lake.rows(SILVER), lake.rows("quarantine.sales")) == ([], [])
    quarantine = IcebergTable(lake.spark, f"{lake.names.database('quarantine')}.sales")
    [branch] = quarantine.branches()
    reasons = [row["reasons"] for row in quarantine.read(branch=branch).collect()]
    assert sorted(reasons) == [["channel_unknown"], ["quantity_out_of_range"], ["quantity_out_of_range"]]
    assert len(context.deliveries.pending(SILVER)) == 1
    [(status, reason)] = lake.rows("ops.runs", "status", "reason")
    assert (status, reason.partition(": ")[0]) == ("failed", "TooManyRejected")
    again = lake.context(max_rejected_percent=100.0)
    again.contracts = context.contracts
    execute(again, [sales.JOB])
    assert lake.rows(SILVER, "sale_id") == [(1,)]
    assert len(lake.rows("quarantine.sales")) == 3
    lake.deliver(BRONZE, [sale(5), sale(6, Quantidade=0)], name="later.parquet")
    replay = lake.context(reprocess=True)
    replay.contracts = context.contracts
    execute(replay, [sales.JOB])
    assert lake.ledger(replay)[SILVER] == {"read": 6, "inserted": 1, "unchanged": 1, "quarantined": 4}


def test_a_sum_that_the_transform_changes_stops_the_run(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2)])

    def transform(bronze: DataFrame) -> DataFrame:
        return sales.transform(bronze).withColumn("quantity", F.col("quantity") * 2)

    with pytest.raises(AuditFailed) as caught:
        lake.run(replace(sales.JOB, transform=transform))
    told = "sum of the good rows: expected that of bronze.zoop_sales, got another; mend the transform"
    assert str(caught.value) == f"silver.sales: quantity: {told}"
    assert lake.rows(SILVER) == []


def test_two_that_account_for_the_same_run_write_one_row(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was asleep looks, and before it commits the other has accounted."""
    lake.deliver(BRONZE, [sale(1)])
    part = Prepared(SILVER, branch="run_x_1", counts=Counts(read=1, inserted=1), run_id="jr_x")
    asleep, awake = lake.context(), lake.context()
    new_rows, once = publishing._new_rows, [True]

    def then_the_other(*given: Any) -> Any:
        found = new_rows(*given)
        if once:
            once.clear()
            account(awake, [part])
        return found

    monkeypatch.setattr(publishing, "_new_rows", then_the_other)
    account(asleep, [part])
    assert lake.rows("ops.rows", "run_id", "table_name", "read") == [("jr_x", SILVER, 1)]


def test_counts_that_do_not_add_up_get_into_no_ledger(lake: Lake) -> None:
    part = Prepared(SILVER, branch="run_x_1", counts=Counts(read=2, inserted=1), run_id="jr_x")
    with pytest.raises(LedgerMismatch, match=r"^silver.sales: rows: expected 2 as read, got 1 in "):
        account(lake.context(), [part])
    assert lake.rows("ops.rows") == []
