"""A silver table that keeps every version, through whole jobs; the law is in tests/copperline/frames."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from copperline.contract import Contracts, load_contracts
from copperline.job.context import Context
from copperline.job.runner import execute
from glue_jobs.bronze_to_silver import inventory
from tests.support.lake import Lake
from tests.support.rows import stock

pytestmark = [pytest.mark.spark, pytest.mark.proof, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER = "bronze.zoop_inventory", "silver.inventory"
DAY = 24 * 60


def deliver(lake: Lake, day: int, **units: int) -> None:
    """On that day of January 2025 a file arrives that says of products a to e how many units are in stock."""
    lake.clock = itertools.count((day - 1) * DAY)
    rows = [stock("abcde".index(name), Quantidade_em_estoque=count) for name, count in units.items()]
    lake.deliver(BRONZE, rows, name=f"{day}.parquet")


def run(lake: Lake, **options: Any) -> Context:
    """The job has run by a contract that keeps history."""
    context = lake.context(**options)
    kept = replace(context.contracts[SILVER], history=True)
    context.contracts = Contracts({**load_contracts(), SILVER: kept})
    execute(context, [inventory.JOB])
    return context


def timeline(lake: Lake) -> list[str]:
    """Every row as product, units, the day from which it holds and the one on which it ends."""
    found = lake.rows(SILVER, "inventory_id", "units_in_stock", "valid_from", "valid_to", "current")
    assert all((until is None) == current for *_, until, current in found)
    return sorted(
        f"{'abcde'[number]} {units} {start:%d}-{until:%d}" if until else f"{'abcde'[number]} {units} {start:%d}-"
        for number, units, start, until, _ in found
    )


def test_late_versions_are_spliced_in_and_counted(lake: Lake) -> None:
    deliver(lake, 1, a=1, b=1, d=1)
    deliver(lake, 3, a=3, b=1, c=3, d=1)
    deliver(lake, 4, a=3, c=4)
    context = run(lake, **{"first": date(2025, 1, 1), "last": date(2025, 1, 1)})
    assert timeline(lake) == ["a 1 01-", "b 1 01-", "d 1 01-"]
    assert lake.ledger(context) == {SILVER: {"read": 3, "inserted": 3}}

    context = run(lake)
    assert timeline(lake) == ["a 1 01-03", "a 3 03-", "b 1 01-", "c 3 03-04", "c 4 04-", "d 1 01-"]
    assert lake.ledger(context) == {SILVER: {"read": 6, "inserted": 3, "unchanged": 3}}

    deliver(lake, 2, a=3, b=2, c=3, e=2)
    context = run(lake)
    assert timeline(lake) == [
        "a 1 01-02",
        "a 3 02-",
        "b 1 01-02",
        "b 1 03-",
        "b 2 02-03",
        "c 3 02-04",
        "c 4 04-",
        "d 1 01-",
        "e 2 02-",
    ]
    counts = {"read": 10, "inserted": 5, "unchanged": 5, "deleted": 2}
    assert lake.ledger(context) == {SILVER: counts}

    before = timeline(lake)
    context = run(lake, reprocess=True)
    assert lake.ledger(context) == {SILVER: {"read": 13, "unchanged": 13}}
    assert timeline(lake) == before
    rows = lake.rows(SILVER, "inventory_id", "valid_from", "_delivered_at", "_source_row")
    assert all(start == delivered for _, start, delivered, _ in rows)
    assert (0, datetime(2025, 1, 2, tzinfo=UTC).replace(tzinfo=None)) in {row[:2] for row in rows}
