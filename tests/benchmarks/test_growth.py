from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from benchmarks.growth import NOTHING, RANDOM, RECENT, WHAT, Cost, Growth, delivery, task_seconds
from benchmarks.numbers import Series, Took
from benchmarks.report import page, tables
from benchmarks.results import Results
from copperline.contract import load_contracts
from copperline.files.findings import Finding
from copperline.files.header import inspect
from copperline.files.source import HEAD, TAIL, Source

FEW, MANY = 1_000_000, 20_000_000


def grown(name: str = RECENT, more: float = 1.1) -> Growth:
    few = Cost(read=1000, written=500, files=20, tasks=4.0)
    many = Cost(read=int(1000 * more), written=500, files=21, tasks=4.4)
    return Growth(name, {MANY: many, FEW: few})


def test_a_ratio_is_that_of_the_largest_table_to_the_smallest() -> None:
    found = grown().ratios()
    assert found == pytest.approx({"bytes read": 1.1, "bytes written": 1.0, "files touched": 1.05, "task seconds": 1.1})


def test_a_verdict_a_measure() -> None:
    said = grown(more=1.21).verdicts()
    start = "recent keys: bytes read on 20,000,000 rows of 1,000,000: 1.21; at most 1.2 was asked for: missed"
    assert said[0] == start
    assert [text.rpartition(": ")[2] for text in said] == ["missed", "met", "met", "met"]


def test_of_random_keys_nothing_is_asked_and_of_one_size_nothing_can_be() -> None:
    assert grown(RANDOM).verdicts() == []
    assert Growth(RECENT, {FEW: Cost(1, 1, 1, 1.0)}).verdicts() == []


def test_nothing_is_as_much_as_nothing() -> None:
    flat = Growth(NOTHING, {FEW: Cost(0, 0, 0, 0.0), MANY: Cost(0, 0, 0, 0.0)})
    assert set(flat.ratios().values()) == {1.0}
    more = Growth(NOTHING, {FEW: Cost(0, 0, 0, 0.0), MANY: Cost(5, 0, 0, 0.0)})
    assert more.ratios()["bytes read"] is None
    assert "more than nothing; at most 1.2 was asked for: missed" in more.verdicts()[0]


def test_the_page_has_a_table_a_kind(tmp_path: Path) -> None:
    results = Results(machine=[], growth=[grown(), grown(RANDOM, 15)])
    (first, second) = tables(results)
    assert first[0] == f"A run with {WHAT[RECENT]}"
    assert first[1] == ["what", "1,000,000 existing rows", "20,000,000 existing rows", "largest of smallest"]
    assert first[2][0] == ["bytes read", "1,000", "1,100", "1.10"]
    assert second[2][0][-1] == "15.00"
    assert "- recent keys: task seconds on 20,000,000 rows of 1,000,000: 1.10" in page(results)


def test_task_seconds_are_the_sum_over_the_log(tmp_path: Path) -> None:
    def event(kind: str, **metrics: int) -> str:
        return json.dumps({"Event": kind, "Task Metrics": metrics}, separators=(",", ":"))

    log = [
        event("SparkListenerTaskEnd", **{"Executor Run Time": 1500, "Executor Deserialize Time": 20}),
        event("SparkListenerStageCompleted", **{"Executor Run Time": 9000}),
        event("SparkListenerTaskEnd", **{"Executor Run Time": 480}),
    ]
    (tmp_path / "log").write_text("\n".join(log))
    assert task_seconds(tmp_path) == 2.0


@pytest.mark.parametrize("size", [1_000_000, 2_000_000])
@pytest.mark.parametrize("kind", [RECENT, RANDOM])
def test_what_is_delivered_is_new_or_known_as_its_kind_says(tmp_path: Path, kind: str, size: int) -> None:
    (file,) = delivery(tmp_path, kind, size).rglob("*.parquet")
    known = f"count(*) FILTER (ID_venda < {size})"
    days = 'count(DISTINCT (Ano, "Mês", Dia))'
    found = duckdb.sql(f"SELECT count(DISTINCT ID_venda), {known}, {days}, min(ID_venda) FROM '{file}'").fetchone()
    assert found is not None
    keys, old, dates, least = found
    assert keys == 10_000
    assert old == (2_000 if kind == RECENT else 10_000)
    assert dates == (2 if kind == RECENT else size // 10_000)
    assert least >= (size - 10_000 if kind == RECENT else 0)
    body = file.read_bytes()
    source = Source(file.name, len(body), body[:HEAD], body[-TAIL:], lambda start, length: body[start : start + length])
    assert isinstance(inspect(source, load_contracts()["bronze.zoop_sales"]), Finding)


def test_series_and_growth_stand_on_one_page() -> None:
    results = Results(machine=[], execution=[Series("baseline", "six scripts", [Took(1.0)])], growth=[grown()])
    assert [title for title, _, _ in tables(results)][1] == f"A run with {WHAT[RECENT]}"
