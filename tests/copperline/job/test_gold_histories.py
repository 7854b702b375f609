"""Whatever happens to silver, gold is what a full rebuild would make of it."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from pyspark.sql import types as T

from copperline.columns.types import stored_schema
from copperline.job.prepared import Prepared, seal
from copperline.job.publish import publish
from copperline.tables.ddl import technical_schema
from copperline.tables.ledger import Counts
from copperline.tables.merge import append, merge
from glue_jobs.silver_to_gold import inventory, ratings, sales
from tests.copperline.job import gold_model
from tests.support.histories import drawn, histogram, simplest_failure
from tests.support.lake import Lake
from tests.support.mutations import VALID, frame

pytestmark = [
    pytest.mark.spark,
    pytest.mark.proof,
    pytest.mark.slow("one gold run after another, for fifty histories at once"),
]

HISTORIES, SEED = 50, 20250101
SALES, STOCKS, COMMENTS = "silver.sales", "silver.inventory", "silver.ratings"
KEYS = {SALES: "sale_id", STOCKS: "inventory_id", COMMENTS: "comment_id"}
GOLD = (sales.JOB, inventory.JOB, ratings.JOB)
#: In the first steps rows are only added, so that gold combines; after the last two it runs once.
STEPS, ONLY_ADDS, GOLD_AFTER = 4, (0, 1), (0, 1, 3)
CATEGORIES, PLATFORMS = ("Eletrodomésticos", "Eletrônicos"), ("X (Twitter)", "Facebook", "Instagram", "TikTok")

#: A row of a history as a few small numbers; they mean something within the history's own days, months and products.
Drawn = Mapping[str, int] | None
Step = Mapping[str, Mapping[int, Drawn]]


def _numbers(**most: int) -> st.SearchStrategy[Drawn]:
    return st.none() | st.fixed_dictionaries({name: st.integers(0, up_to) for name, up_to in most.items()})


def _table(**most: int) -> st.SearchStrategy[Mapping[int, Drawn]]:
    """What a step does to rows 0 to 3 of a table: their values from then on, or none where they are removed."""
    return st.dictionaries(st.integers(0, 3), _numbers(**most), max_size=3)


STEP = st.fixed_dictionaries(
    {
        SALES: _table(day=2, product=1, category=1, quantity=2, rating=1, channel=1),
        STOCKS: _table(month=3, day=1, category=1, stock=3, received=1, sold=1),
        COMMENTS: _table(product=1, category=1, rating=1, platform=3),
    }
)


def _row(history: int, table: str, number: int, given: Mapping[str, int]) -> dict[str, Any]:
    """The silver row; no other history has its days, months, products or keys."""
    own = {KEYS[table]: history * 10 + number, "category": CATEGORIES[given["category"]]}
    product = {"product": f"p{history}-{given.get('product', 0)}"}
    if table == SALES:
        sold_at = datetime(2000, 1, 1, 9, tzinfo=UTC) + timedelta(days=history * 5 + given["day"])
        mine = {"sold_at": sold_at, "quantity": given["quantity"] + 1, "channel": f"Loja {given['channel'] + 1}"}
        return own | product | mine | {"rating": given["rating"] + 1, "unit_price": Decimal("19.90")}
    if table == STOCKS:
        months = history * 6 + given["month"]
        counted_at = datetime(1990 + months // 12, months % 12 + 1, 1 + given["day"], tzinfo=UTC)
        units = {"units_in_stock": given["stock"], "units_received": given["received"], "units_sold": given["sold"]}
        return own | product | units | {"counted_at": counted_at}
    return own | product | {"rating": given["rating"] + 1, "platform": PLATFORMS[given["platform"]]}


@dataclass
class Silver:
    """What silver holds, by table and key, and what has happened to it."""

    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    happened: Counter[str] = field(default_factory=Counter)

    def take(
        self, history: int, table: str, asked: Mapping[int, Drawn], *, only_adds: bool
    ) -> Iterator[dict[str, Any]]:
        """The rows that the step changes, with their class; the others are as they were."""
        for number, given in asked.items():
            key, here = history * 10 + number, self.rows[table]
            found = None if given is None else VALID[table] | _row(history, table, number, given)
            if found == here.get(key) or (only_adds and (found is None or key in here)):
                continue
            kind = "deleted" if found is None else "updated" if key in here else "inserted"
            self.happened[f"{table}: {kind}"] += 1
            yield (found or here[key]) | {"_class": kind}
            if found is None:
                del here[key]
            else:
                here[key] = found


_runs = itertools.count()


def _publish(lake: Lake, table_id: str, changed: list[dict[str, Any]]) -> None:
    """A run has done to silver what the rows say, and sealed it with its counts."""
    context = lake.context()
    contract = context.contracts[table_id]
    table, key = context.table(contract), KEYS[table_id]
    counts = Counter(row["_class"] for row in changed)
    gone = [row[key] for row in changed if row["_class"] == "deleted"]
    branch, read = f"run_{next(_runs)}", counts["inserted"] + counts["updated"]
    bounds = (min(gone), max(gone)) if gone else None
    done = Prepared(table_id, table, branch, Counts(read=read, **counts), run_id=context.run_id, removed=bounds)
    table.create_branch(branch)
    columns = [*stored_schema(contract).names, *technical_schema(contract).names]
    hashed = {"customer_hash": "0" * 64} if table_id == SALES else {}
    labels = [row["_class"] for row in changed]
    schema = T.StructType([*stored_schema(contract), T.StructField("_class", T.StringType())])
    rows = frame(lake.spark, [row | hashed | {"_run": context.run_id} for row in changed], schema)
    if table.head() is None:
        append(table, branch, rows, columns)
    elif labels:
        numbers = [row[key] for row in changed]
        merge(table, branch, rows, (key,), columns, (min(numbers), max(numbers)))
    seal(done, 1)
    publish(done)
    table.drop_branch(branch)


def _expected(silver: Silver) -> dict[str, gold_model.Gold]:
    sold, stocks, comments = (list(silver.rows[table].values()) for table in (SALES, STOCKS, COMMENTS))
    return {
        "gold.sales": gold_model.sales(sold),
        "gold.inventory": gold_model.inventory(stocks),
        "gold.ratings": gold_model.ratings(sold, comments),
    }


def _differences(lake: Lake, silver: Silver, step: int) -> dict[int, list[str]]:
    """What is wrong, by history."""
    failed: dict[int, list[str]] = defaultdict(list)
    for table, expected in _expected(silver).items():
        got = {row[:-1] for row in lake.rows(table)}
        for side, rows in (("missing", expected - got), ("too many", got - expected)):
            for row in rows:
                failed[_history(row)].append(f"after step {step} {table}, {side}: {row}")
    return failed


def _history(row: tuple[Any, ...]) -> int:
    """Whose it is, by its product."""
    product = next(value for value in row[:2] if isinstance(value, str))
    return int(product.removeprefix("p").partition("-")[0])


def test_gold_is_what_a_full_rebuild_makes_of_silver(
    lake: Lake, record_property: Callable[[str, object], None]
) -> None:
    histories = drawn(st.tuples(*[STEP] * STEPS), HISTORIES, SEED)
    silver = Silver()
    for number in range(STEPS):
        for table in KEYS:
            _publish(
                lake,
                table,
                [
                    row
                    for history, steps in enumerate(histories)
                    for row in silver.take(history, table, steps[number][table], only_adds=number in ONLY_ADDS)
                ],
            )
        if number in GOLD_AFTER:
            lake.run(*GOLD)
            failed = _differences(lake, silver, number)
            assert not failed, simplest_failure(failed, histories)
    record_property("histogram", histogram(f"rows of {len(histories)} histories of silver", silver.happened))
    assert {name.partition(": ")[2] for name in silver.happened} == {"inserted", "updated", "deleted"}
    ledger = lake.ledger(lake.run(*GOLD, full_refresh=True))
    assert {table: {"read": len(rows), "unchanged": len(rows)} for table, rows in _expected(silver).items()} == ledger


DECEMBER, JANUARY = datetime(2024, 12, 2, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)


def test_the_months_before_are_checked_against_the_model() -> None:
    drawn_by_hand = [
        {"inventory_id": 1, "product": "p", "category": "E", "counted_at": DECEMBER, "units_in_stock": 5},
        {"inventory_id": 2, "product": "p", "category": "E", "counted_at": JANUARY, "units_in_stock": 4},
    ]
    rows = [row | {"units_received": 1, "units_sold": 2} for row in drawn_by_hand]
    assert gold_model.inventory(rows) == {
        (date(2024, 12, 1), "p", "E", 5, 1, 2, 4, True),
        (date(2025, 1, 1), "p", "E", 4, 1, 2, 3, None),
    }
