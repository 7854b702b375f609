from __future__ import annotations

from datetime import date

import pytest

from glue_jobs.bronze_to_silver import inventory as silver_inventory
from glue_jobs.bronze_to_silver import ratings as silver_ratings
from glue_jobs.bronze_to_silver import sales as silver_sales
from glue_jobs.silver_to_gold import inventory, ratings, sales
from tests.support.lake import Lake
from tests.support.rows import comment, sale, stock

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]


def test_only_the_days_that_changed_are_rebuilt(lake: Lake) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1), sale(2, Dia=21), sale(3, Dia=21)])
    context = lake.run(silver_sales.JOB, sales.JOB)
    assert lake.ledger(context)["gold.sales"] == {"read": 2, "inserted": 2}
    lake.deliver("bronze.zoop_sales", [sale(3, Dia=22), sale(4, Dia=21)], name="moved.parquet")
    context = lake.run(silver_sales.JOB, sales.JOB)
    got = lake.rows("gold.sales", "sold_on", "orders", "units_sold", order="sold_on")
    assert got == [(date(2021, 8, 20), 1, 3), (date(2021, 8, 21), 2, 6), (date(2021, 8, 22), 1, 3)]
    assert lake.ledger(context)["gold.sales"] == {"read": 2, "inserted": 1, "unchanged": 1}


def test_a_group_without_rows_leaves_gold(lake: Lake) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1), sale(2, Dia=21)])
    lake.run(silver_sales.JOB, sales.JOB)
    lake.deliver("bronze.zoop_sales", [sale(2, Dia=20)], name="moved.parquet")
    context = lake.run(silver_sales.JOB, sales.JOB)
    assert lake.rows("gold.sales", "sold_on", "orders") == [(date(2021, 8, 20), 2)]
    assert lake.ledger(context)["gold.sales"] == {"read": 1, "updated": 1, "deleted": 1}


def test_silver_that_changed_nothing_changes_nothing_in_gold(lake: Lake) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1)])
    lake.run(silver_sales.JOB, sales.JOB)
    lake.deliver("bronze.zoop_sales", [sale(1), sale(1)], name="again.parquet")
    context = lake.run(silver_sales.JOB, sales.JOB)
    assert lake.ledger(context) == {"silver.sales": {"read": 2, "unchanged": 1, "superseded": 1}, "gold.sales": {}}


def test_a_full_refresh_ends_in_the_same_rows(lake: Lake) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1), sale(2, Dia=21)])
    lake.run(silver_sales.JOB, sales.JOB)
    context = lake.run(sales.JOB, full_refresh=True)
    assert lake.ledger(context) == {"gold.sales": {"read": 2, "unchanged": 2}}


def test_a_month_knows_how_the_next_one_opens(lake: Lake) -> None:
    lake.deliver("bronze.zoop_inventory", [stock(1), stock(2, Data="2021/08/01", Quantidade_em_estoque=113)])
    lake.run(silver_inventory.JOB, inventory.JOB)
    columns = ("month", "opening_stock", "closing_stock", "continues")
    july, august = (date(2021, 7, 1), 100, 113), (date(2021, 8, 1), 113, 126)
    assert lake.rows("gold.inventory", *columns, order="month") == [(*july, True), (*august, None)]
    lake.deliver("bronze.zoop_inventory", [stock(2, Data="2021/08/01", Quantidade_em_estoque=112)], name="b.parquet")
    lake.run(silver_inventory.JOB, inventory.JOB)
    got = lake.rows("gold.inventory", *columns, order="month")
    assert got == [(*july, False), (date(2021, 8, 1), 112, 125, None)]


def test_units_and_comments_stand_side_by_side(lake: Lake) -> None:
    lake.deliver("bronze.zoop_sales", [sale(1, Avaliacao=4), sale(2, Avaliacao=4), sale(3, Avaliacao=1)])
    lake.deliver("bronze.zoop_ratings", [comment(1), comment(2), comment(3, Plataforma="TikTok")])
    lake.run(silver_sales.JOB, silver_ratings.JOB, ratings.JOB)
    columns = ("product", "rating", "units_sold", "comments_facebook", "comments_tiktok", "comments_x")
    assert lake.rows("gold.ratings", *columns, order="rating") == [
        ("Cafeteira", 1, 3, 0, 0, 0),
        ("Cafeteira", 4, 6, 2, 1, 0),
    ]
