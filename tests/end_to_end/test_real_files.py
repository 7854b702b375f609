"""The main job on recorded files, where they are present."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.judge import differences, oracle_of
from tests.end_to_end.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
#: Names the folder of recorded files, which holds a folder for each feed.
VARIABLE = "COPPERLINE_RECORDED_DATA"
RECORDED = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared/data") / "zoop"
NAMES = {"sales": "vendas", "inventory": "estoques", "ratings": "redes_sociais"}

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.slow("runs the whole product on the recorded files"),
    pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded files: {VARIABLE} names the folder with zoop/"),
]


def test_the_recorded_files_give_the_known_answers(stack: Stack) -> None:
    stack.deliver(RECORDED.parent)
    execution = stack.run()
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    files = {table: next(RECORDED.glob(f"{name}_*.parquet")) for table, name in NAMES.items()}
    assert differences(stack, oracle_of(stack, files)) == {}
    sales = stack.ask("SELECT count(*) AS n, sum(quantity) AS q, sum(quantity * unit_price) AS r FROM sales", "Silver")
    assert [str(value) for value in sales[0]] == ["10000", "20078", "15945562.00"]
    categories = stack.ask("SELECT category, count(*) AS n FROM sales GROUP BY category", "Silver")
    assert dict(categories) == {"Eletrodomésticos": 6376, "Eletrônicos": 3624}
    stock = stack.ask("SELECT count(*) AS n, sum(units_received) AS i, sum(units_sold) AS o FROM inventory", "Silver")
    assert stock == [(1140, 28780, 20078)]
    ratings = stack.ask("SELECT rating, count(*) AS n FROM ratings GROUP BY rating", "Silver")
    assert dict(ratings) == {1: 514, 2: 1016, 3: 1524, 4: 2977, 5: 3969}
    regions = stack.ask_named("top_10_products_by_region")
    assert len(regions) == 50
    assert sum(units for product, _, units in regions if product == "Smartphone") == 740
    product, *_, left = stack.ask_named("ten_lowest_stocks")[0]
    assert (product, left) == ("Forno elétrico", 122)
    units: Counter[int] = Counter()
    by_rating = stack.ask_named("units_sold_by_rating")
    for _, rating, sold in by_rating:
        units[rating] += sold
    assert len(by_rating) == 150
    assert dict(units) == {1: 1043, 2: 2016, 3: 3085, 4: 5950, 5: 7984}
    rejected = [stack.ask(f"SELECT count(*) AS n FROM {table}", "Quarantine") for table in NAMES]
    assert rejected == [[(0,)]] * 3
