from __future__ import annotations

import pytest

from glue_jobs.bronze_to_silver import sales
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = pytest.mark.spark
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"


def test_a_first_delivery_is_inserted(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2, Categoria_produto=None)])
    context = lake.run(sales.JOB)
    got = lake.rows(SILVER, "sale_id", "sold_at", "customer_state", "category", "unit_price", order="sale_id")
    assert [(number, str(at), state, category, str(price)) for number, at, state, category, price in got] == [
        (1, "2021-08-20 08:58:00", "MS", "Eletrodomésticos", "199.00"),
        (2, "2021-08-20 08:58:00", "MS", "Eletrodomésticos", "199.00"),
    ]
    assert lake.ledger(context) == {SILVER: {"read": 2, "inserted": 2}}


def test_a_second_delivery_updates_inserts_and_leaves_alone(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2), sale(3)])
    lake.run(sales.JOB)
    lake.deliver(BRONZE, [sale(2, Quantidade=9), sale(3), sale(4)], name="later.parquet")
    context = lake.run(sales.JOB)
    assert lake.rows(SILVER, "sale_id", "quantity", order="sale_id") == [(1, 3), (2, 9), (3, 3), (4, 3)]
    assert lake.ledger(context) == {SILVER: {"read": 3, "inserted": 1, "updated": 1, "unchanged": 1}}


def test_a_bad_row_is_in_quarantine_with_its_reasons(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2, Dia=30, **{"Mês": 2}), sale(None, UF_cliente="Guanabara")])
    context = lake.run(sales.JOB)
    got = lake.rows("quarantine.sales", "reasons", "source_row", order="source_row")
    assert got == [(["sold_at_impossible"], 1), (["sale_id_missing", "customer_state_unknown"], 2)]
    assert lake.ledger(context) == {SILVER: {"read": 3, "inserted": 1, "quarantined": 2}}
    payloads = [payload for (payload,) in lake.rows("quarantine.sales", "payload")]
    assert all("Maria" not in payload for payload in payloads)
    assert all('"ID_produto":3' in payload for payload in payloads)


def test_nothing_new_changes_nothing(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1)])
    lake.run(sales.JOB)
    before = lake.spark.sql(f"SELECT * FROM glue_catalog.{lake.names.table(SILVER)}.snapshots").count()
    context = lake.run(sales.JOB)
    assert lake.spark.sql(f"SELECT * FROM glue_catalog.{lake.names.table(SILVER)}.snapshots").count() == before
    assert lake.ledger(context) == {}
