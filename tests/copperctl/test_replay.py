from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from copperctl import replay as replaying
from copperctl.replay import Replay, replay, tables_of
from copperline.contract import load_contracts
from copperline.errors import UsageError

ALL = load_contracts()
SILVER, GOLD = ([table.id for table in layer] for layer in (ALL.silver(), ALL.gold()))


def test_what_is_asked_for_is_what_the_job_is_told() -> None:
    assert not Replay()
    assert Replay(reprocess=True).arguments() == {"reprocess": "true"}
    assert Replay(first=date(2026, 1, 31)).arguments() == {"from": "2026-01-31"}
    assert Replay(last=date(2026, 1, 31)).arguments() == {"to": "2026-01-31"}
    assert Replay(full_refresh=True).arguments() == {"full_refresh": "true"}


def test_gold_follows_the_silver_that_is_read_again() -> None:
    assert tables_of(Replay(reprocess=True), [], ALL) == [*SILVER, *GOLD]
    named = tables_of(Replay(first=date(2026, 1, 1)), ["silver.inventory"], ALL)
    assert named == ["silver.inventory", *sorted(ALL.readers("silver.inventory"))]
    assert named[1:]


def test_gold_is_made_anew_by_itself() -> None:
    assert tables_of(Replay(full_refresh=True), [], ALL) == GOLD
    assert tables_of(Replay(full_refresh=True), ["gold.sales"], ALL) == ["gold.sales"]
    both = tables_of(Replay(reprocess=True, full_refresh=True), ["silver.sales"], ALL)
    assert both[0] == "silver.sales"
    assert "gold.sales" in both


@pytest.mark.parametrize(
    ("asked", "table"), [(Replay(reprocess=True), "gold.sales"), (Replay(full_refresh=True), "sales")]
)
def test_a_table_that_cannot_be_asked_for_is_named(asked: Replay, table: str) -> None:
    with pytest.raises(UsageError, match=f"--table: expected one of .*, got {table}; name one of them"):
        tables_of(asked, [table], ALL)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (["job start", "silver.sales: read 2 unchanged 2"], ["silver.sales: read 2 unchanged 2"]),
        (["job start"], ["Nothing was delivered then: nothing has changed."]),
    ],
)
def test_the_batch_job_does_it(
    printed: list[str], said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    def ran(_: Any, job: str, arguments: dict[str, str]) -> list[str]:
        asked.append((job, arguments))
        return printed

    monkeypatch.setattr(replaying, "run_job", ran)
    aws: Any = type("Aws", (), {"instance": type("Instance", (), {"stack": "shop"})})
    replay(aws, Replay(first=date(2026, 1, 1), last=date(2026, 1, 2)), ["silver.ratings"])
    tables = ",".join(["silver.ratings", *sorted(ALL.readers("silver.ratings"))])
    assert asked == [("shop-batch", {"from": "2026-01-01", "to": "2026-01-02", "tables": tables})]
    assert capsys.readouterr().out.splitlines() == said
