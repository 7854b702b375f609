"""`make run` around the run itself, which the end-to-end tests judge."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from copperctl import accounts, demo, execute
from copperctl.athena import Answer
from copperctl.aws import Aws

RUN = "jr_0123456789abcdef"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the questions that were asked; gold has no tables where nothing ever ran."""
    asked: list[str] = []

    def ask_named(_: Aws, name: str) -> Answer:
        asked.append(name)
        return Answer(("product", "units_sold"), ("varchar", "bigint"), (("Cafeteira", "3"),) * 14)

    monkeypatch.setattr(demo.athena, "ask_named", ask_named)
    return asked


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["demo", *map(str, arguments)])
    return demo.main()


def test_a_folder_of_ones_own_goes_from_copper_to_answers(
    state: Path, tmp_path: Path, answers: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").touch()
    assert run(monkeypatch, "--data", tmp_path, "--state", state) == 0
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line.startswith("==")] == [
        "== An account on this machine ==",
        "== Copper: files as a source delivers them ==",
        "== Copper to gold: one execution of the state machine ==",
        "== Gold: three questions, asked of Athena ==",
        "== Ledger: read = inserted + updated + unchanged + superseded + quarantined ==",
        "== Where to look next ==",
    ]
    assert "left out, since no contract takes it: notes.txt" in told
    assert "Nothing new was delivered: nothing was run and nothing has changed." in told
    assert "(2 more rows)" in told
    assert f".venv/bin/copperctl status --state {state}" in told
    assert answers == ["top_10_products_by_region", "ten_lowest_stocks", "units_sold_by_rating"]


def test_a_folder_that_is_not_there_ends_in_a_sentence_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--data", tmp_path / "none", "--state", tmp_path / "state") == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"make run: {tmp_path / 'none'}: folder: expected a folder of")
    assert (printed.out, (tmp_path / "state").exists()) == ("", False)


def test_the_sample_is_made_where_no_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo.lifecycle, "up", stop)
    assert run(monkeypatch, "--state", tmp_path) == 130
    assert len(list((tmp_path / "sample/zoop").glob("*/*.parquet"))) == 3
    assert "kind of dirt" in capsys.readouterr().out


def test_rows_are_told_by_table_with_their_seconds(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ("run_id", "table_name", *accounts.COUNTS)
    line = (RUN, "silver.sales", "10", "7", "0", "0", "0", "3", "0")
    found = Answer(columns, ("varchar", "varchar", *["bigint"] * 7), (line,))
    monkeypatch.setattr(accounts, "ledger", lambda _, runs: found)
    monkeypatch.setattr(
        accounts, "log", lambda *_: ["silver.sales  read  1.25 s", "silver.sales  seal  0.25 s", "told"]
    )
    execute.rows(aws, [RUN])
    shown = capsys.readouterr().out.splitlines()[4]
    assert shown.strip("│").replace("│", "").split() == ["silver.sales", *line[2:], "1.5"]


def test_why_an_execution_failed_is_told_in_its_own_words() -> None:
    assert execute.why({"status": "ABORTED"}) == "ABORTED: see its history"
    told = {"status": "FAILED", "error": "FeedFailed", "cause": '["zoop: job x failed", "cafe: too"]'}
    assert execute.why(told) == "FeedFailed: zoop: job x failed; cafe: too"
