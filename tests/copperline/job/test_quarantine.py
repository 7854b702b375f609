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


def test_a_row_is_in_quarantine_once_however_often_it_is_read(lake: Lake) -> None:
    first = lake.deliver(BRONZE, [sale(1), sale(2, Quantidade=0)])
    run = lake.run(sales.JOB)
    lake.deliver(BRONZE, [sale(2, Quantidade=0), sale(3, Avaliacao=6)], name="later.parquet")
    lake.run(sales.JOB)
    again = lake.run(sales.JOB, reprocess=True)
    got = lake.rows("quarantine.sales", "reasons", "source_file", "source_row", "run_id", order="quarantined_at")
    assert len(got) == 3
    assert got[0] == (["quantity_out_of_range"], first.uri, 1, run.run_id)
    assert sorted(reasons for reasons, *_ in got[1:]) == [["quantity_out_of_range"], ["rating_out_of_range"]]
    assert lake.ledger(again) == {SILVER: {"read": 4, "unchanged": 1, "quarantined": 3}}
    assert lake.rows(SILVER, "sale_id") == [(1,)]


def test_a_file_of_bad_rows_alone_leaves_the_table_empty(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1, Quantidade=0, Nome_cliente="Zenóbia Própria")])
    context = lake.run(sales.JOB)
    assert lake.rows(SILVER) == []
    assert lake.ledger(context) == {SILVER: {"read": 1, "quarantined": 1}}
    ((payload,),) = lake.rows("quarantine.sales", "payload")
    digest = hmac.new(b"a key that only this test knows", "Zenóbia Própria".encode(), hashlib.sha256).hexdigest()
    assert json.loads(payload) == sale(1, Quantidade=0, Nome_cliente=digest)
