from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.__main__ import PARTS, arguments
from benchmarks.numbers import Series, Took
from benchmarks.picture import WIDTH, picture, sections
from benchmarks.report import page, tables
from benchmarks.results import Results
from benchmarks.throughput import Figure

SVG = "{http://www.w3.org/2000/svg}"


def series(name: str, what: str, *took: tuple[float, float | None]) -> Series:
    return Series(name, what, [Took(*one) for one in took])


@pytest.fixture
def results() -> Results:
    return Results(
        machine=[("CPU", "Abacus, 2 cores"), ("date", "2026-01-01 00:00 UTC")],
        data="10,000 generated sales",
        execution=[
            series("baseline", "six scripts", (60.0, 90.0), (50.0, 80.0)),
            series("execution", "ours: an execution", (24.0, 27.0), (20.0, 24.0)),
            series("nothing new", "ours: nothing <new>", (0.5, 0.9), (0.5, 0.8)),
        ],
        scale={
            many: [series("copy", "a copy", (10.0, 15.0)), series("silver job", "ours: silver", (20.0, 30.0))]
            for many in (1_000_000, 2_000_000)
        },
        figures=[Figure("put", 1234.4, "a second", "1 ms each"), Figure("memory at rest", 150, "MB")],
        others={"the executions": 0.125},
        minutes=9.6,
    )


def test_tables_have_ratios_and_medians(results: Results) -> None:
    (first, second, twice, third) = tables(results)
    assert first[2][1] == ["ours: an execution", "22.0", "20.0 to 24.0", "0.40", "25.5", "0.30"]
    assert first[2][2][:2] == ["ours: nothing <new>", "0.50"]
    assert second[2][1] == ["ours: silver", "20.0", "", "2.00", "30.0", "2.00", "50,000"]
    assert twice[2][1][-1] == "100,000"
    assert third[2] == [["put", "1,234 a second", "1 ms each"], ["memory at rest", "150 MB", ""]]


def test_without_the_baseline_there_is_no_ratio(results: Results) -> None:
    results.execution = results.execution[1:]
    assert tables(results)[0][2][0] == ["ours: an execution", "22.0", "20.0 to 24.0", "", "25.5", ""]
    assert results.verdicts() == []


def test_the_page_says_what_was_asked_for_and_how_loaded_the_machine_was(results: Results) -> None:
    text = page(results)
    assert "- execution: 0.40 of the baseline; at most 0.6 was asked for: met\n" in text
    assert "- nothing new: 0.0092 of the baseline; at most 0.1 was asked for: met\n" in text
    assert "on average: 0.12 during the executions." in text
    assert "| CPU | Abacus, 2 cores |" in text
    assert "took 10 minutes" in text


def test_scripts_with_other_settings_are_no_target(results: Results) -> None:
    results.execution.append(series("untuned", "scripts as they are", (96.0, None), (100.0, None)))
    assert results.verdicts()[2:] == ["execution: 0.23 of scripts as they are"]


def test_every_row_of_the_page_has_the_columns_of_its_table(results: Results) -> None:
    blocks = [block.splitlines() for block in page(results).split("\n\n") if block.startswith("|")]
    assert len(blocks) == 5
    for block in blocks:
        assert len({line.count("|") for line in block}) == 1


def test_the_picture_is_svg_and_says_everything(results: Results) -> None:
    root = ET.fromstring(picture(results))
    said = [node.text for node in root.iter(f"{SVG}text")]
    assert "ours: nothing <new>" in said
    assert "22.0 s  (0.40 of the baseline)" in said
    assert "1,234" in said


def test_bars_are_as_long_as_their_values_and_stay_inside(results: Results) -> None:
    root = ET.fromstring(picture(results))
    ground, *bars = [(float(node.get("x", 0)), float(node.get("width", 0))) for node in root.iter(f"{SVG}rect")]
    assert all(x + width < ground[1] for x, width in bars)
    baseline, ours = bars[0][1], bars[1][1]
    assert ours / baseline == pytest.approx(22 / 55, abs=0.01)
    assert ground[1] == WIDTH


def test_what_was_not_measured_is_not_drawn(results: Results) -> None:
    results.scale, results.figures = {}, []
    assert [section.title for section in sections(results)] == ["One execution: 10,000 generated sales, seconds"]


def test_page_and_picture_are_kept_when_everything_is_measured() -> None:
    assert arguments([]).parts == list(PARTS)
    assert arguments([]).out.name == "benchmarks"
    assert arguments(["s3", "execution"]).out is None
    assert arguments(["s3", "execution"]).parts == ["execution", "s3"]
    assert arguments(["s3", "--out", "x"]).out == Path("x")


@pytest.mark.parametrize("given", [["speed"], ["--pairs", "0"], ["--rows", "many"]])
def test_wrong_arguments_are_named(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(given)
    assert ended.value.code == 2
    assert given[-1] in capsys.readouterr().err
