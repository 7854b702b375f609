"""Tables that are published together: what is visible when, and what a crash between two of them leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from copperline.contract import Contracts
from copperline.errors import AuditFailed
from copperline.job import audit as auditing
from copperline.job import runner
from copperline.job.context import Context
from copperline.job.prepared import Prepared, seal
from copperline.job.publish import publish
from copperline.job.runner import execute
from copperline.quality.suite import Expectation, expectations
from copperline.tables.iceberg import IcebergTable
from glue_jobs.bronze_to_silver import inventory, sales
from tests.support.lake import Lake
from tests.support.rows import sale, stock

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
DIMENSION, FACT = "silver.sales", "silver.inventory"  # by their names the other way round
JOBS = (inventory.JOB, sales.JOB)


class Killed(BaseException):
    """The process is gone."""


def star(lake: Lake) -> Context:
    """A run whose contracts say that sales and inventory are read together, and that inventory refers to sales."""
    context = lake.context()
    grouped = {name: replace(context.contracts[name], group="star") for name in (DIMENSION, FACT)}
    grouped[FACT] = replace(grouped[FACT], refers_to=(DIMENSION,))
    context.contracts = Contracts({**context.contracts, **grouped})
    return context


def deliver(lake: Lake, first: int) -> None:
    lake.deliver("bronze.zoop_sales", [sale(first), sale(first + 1)], name=f"{first}.parquet")
    lake.deliver("bronze.zoop_inventory", [stock(first)], name=f"{first}.parquet")


def visible(lake: Lake) -> tuple[int, int]:
    """How many rows readers see of the dimension and of the fact."""
    return len(lake.rows(DIMENSION)), len(lake.rows(FACT))


def after(function: Callable[..., Any], calls: int) -> Callable[..., Any]:
    """The process dies once the function was called so often."""
    left = [calls]

    def then_die(*args: Any, **named: Any) -> None:
        function(*args, **named)
        left[0] -= 1
        if not left[0]:
            raise Killed

    return then_die


def branches(lake: Lake) -> list[list[str]]:
    return [IcebergTable(lake.spark, lake.names.table(name)).branches() for name in (DIMENSION, FACT)]


def accounted(lake: Lake) -> list[tuple[str, int, int]]:
    return sorted(lake.rows("ops.rows", "table_name", "read", "inserted"))


def test_a_run_that_dies_between_two_of_a_group_is_settled_by_the_next(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(lake, 1)
    execute(star(lake), JOBS)
    assert visible(lake) == (2, 1)
    deliver(lake, 3)
    dead = star(lake)
    with monkeypatch.context() as patched:
        patched.setattr(runner, "publish", after(publish, calls=1))
        with pytest.raises(Killed):
            execute(dead, JOBS)
    assert visible(lake) == (4, 1), "the dimension is there before the fact that refers to it"
    seen: list[tuple[int, int]] = []
    with monkeypatch.context() as patched:
        patched.setattr(runner, "_phase", lambda *_: seen.append(visible(lake)))
        execute(star(lake), JOBS)
    assert seen == [(4, 2), (4, 2)], "settled before anything else is done"
    assert accounted(lake) == [(FACT, 1, 1), (FACT, 1, 1), (DIMENSION, 2, 2), (DIMENSION, 2, 2)]
    runs = sorted(row for row in lake.rows("ops.runs", "run_id", "tables", "status") if row[0] == dead.run_id)
    assert runs == [(dead.run_id, FACT, "settled"), (dead.run_id, DIMENSION, "settled")]
    assert branches(lake) == [[], []]
    deliveries = lake.context().deliveries
    assert [deliveries.pending(name) for name in (DIMENSION, FACT)] == [[], []]


def test_a_run_that_dies_between_two_seals_has_published_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(lake, 1)
    with monkeypatch.context() as patched:
        patched.setattr(runner, "seal", after(seal, calls=1))
        with pytest.raises(Killed):
            execute(star(lake), JOBS)
    assert len(branches(lake)[0]) == len(branches(lake)[1]) == 1
    with monkeypatch.context() as patched:
        patched.setattr(runner, "_phase", lambda *_: None)
        execute(star(lake), JOBS)
    assert (visible(lake), branches(lake)) == ((0, 0), [[], []])
    execute(star(lake), JOBS)
    assert visible(lake) == (2, 1)
    assert accounted(lake) == [(FACT, 1, 1), (DIMENSION, 2, 2)]


def test_nothing_of_a_group_is_visible_unless_all_of_it_passes(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(lake, 1)
    never = Expectation("ExpectColumnValuesToBeBetween", {"column": "units_sold", "max_value": 0})

    def suite(contract: Any) -> tuple[Expectation, ...]:
        return (*expectations(contract), *([never] if contract.id == FACT else []))

    published: list[str] = []
    monkeypatch.setattr(runner, "publish", lambda part: published.append(part.table_id))
    with monkeypatch.context() as patched:
        patched.setattr(auditing, "expectations", suite)
        with pytest.raises(AuditFailed, match="units_sold: expected expect_column_values_to_be_between"):
            execute(star(lake), JOBS)
    assert published == []
    assert all(branches(lake)), "both branches are there to look at"


def test_the_order_is_that_of_the_foreign_keys(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(lake, 1)
    published: list[str] = []

    def noted(part: Prepared) -> None:
        published.append(part.table_id)
        publish(part)

    monkeypatch.setattr(runner, "publish", noted)
    execute(star(lake), JOBS)
    assert published == [DIMENSION, FACT]
