from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from glue_jobs.bronze_to_silver import sales
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = pytest.mark.spark
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"


def test_a_row_is_in_quarantine_once_a_file_however_often_it_is_read(lake: Lake) -> None:
    bad = sale(1, Quantidade=0, Avaliacao=6, Nome_cliente="Zenóbia Própria")
    first = lake.deliver(BRONZE, [bad])
    run = lake.run(sales.JOB)
    assert lake.rows(SILVER) == []
    assert lake.ledger(run) == {SILVER: {"read": 1, "quarantined": 1}}
    ((payload, *rest),) = lake.rows("quarantine.sales")
    digest = hmac.new(b"a key that only this test knows", "Zenóbia Própria".encode(), hashlib.sha256).hexdigest()
    assert json.loads(payload) == bad | {"Nome_cliente": digest}
    began = run.started.replace(tzinfo=None)
    assert rest == [["quantity_out_of_range", "rating_out_of_range"], first.uri, 0, run.run_id, began]

    second = lake.deliver(BRONZE, [bad, bad], name="later.parquet")
    again = lake.run(sales.JOB, reprocess=True)
    assert lake.ledger(again) == {SILVER: {"read": 3, "quarantined": 3}}
    got = sorted(lake.rows("quarantine.sales", "source_file", "source_row", "run_id"))
    kept = (first.uri, 0, run.run_id)
    assert got == sorted([kept, (second.uri, 0, again.run_id), (second.uri, 1, again.run_id)])
