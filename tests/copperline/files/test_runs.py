"""What a run took, whole again however much it was."""

from __future__ import annotations

import pytest

from copperline.files.runs import NAMES_AN_ITEM, Runs
from tests.copperline.files.world import DYNAMODB, STACK


def names(many: int) -> list[str]:
    return [f"2026-03-01T12:00:00.{number:06}Z-0123456789ab" for number in range(many)]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("many", [1, NAMES_AN_ITEM, NAMES_AN_ITEM + 1, 12_000])
def test_what_a_run_took_is_known_whole_and_in_order(many: int) -> None:
    runs = Runs(DYNAMODB, STACK)
    runs.take("r1", "silver.sales", names(many))
    assert runs.taken("r1", "silver.sales") == tuple(names(many))


@pytest.mark.usefixtures("aws")
def test_no_item_comes_near_to_the_largest() -> None:
    Runs(DYNAMODB, STACK).take("r1", "silver.sales", names(12_000))
    items = DYNAMODB.scan(TableName=f"{STACK}-runs")["Items"]
    assert {item["execution"]["S"] for item in items} == {f"taken#r1#silver.sales#{place}" for place in range(6)}
    assert max(sum(len(name["S"]) + 4 for name in item["deliveries"]["L"]) for item in items) < 100_000


@pytest.mark.usefixtures("aws")
def test_what_a_run_took_is_kept_by_run_and_table() -> None:
    runs = Runs(DYNAMODB, STACK)
    runs.take("r1", "silver.sales", names(1))
    runs.take("r2", "silver.sales", names(2))
    assert [len(runs.taken(*of)) for of in (("r1", "silver.sales"), ("r2", "silver.sales"))] == [1, 2]
    assert runs.taken("r1", "silver.stock") == runs.taken("r3", "silver.sales") == ()


@pytest.mark.usefixtures("aws")
def test_a_report_grows_line_by_line() -> None:
    runs = Runs(DYNAMODB, STACK)
    for line in ("silver.sales: 1 row", "gold.sales: 1 row"):
        runs.report("e1", line)
    [item] = DYNAMODB.scan(TableName=f"{STACK}-runs")["Items"]
    assert [line["S"] for line in item["report"]["L"]] == ["silver.sales: 1 row", "gold.sales: 1 row"]
