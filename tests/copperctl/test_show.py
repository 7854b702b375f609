from __future__ import annotations

import io
import json
import sys
from functools import partial

import pytest
from rich.console import Console

from copperctl import show
from copperctl.athena import Answer

RUN = "jr_0123456789abcdef0123456789abcdef"
FOUND = Answer(
    ("run_id", "reasons", "n"), ("varchar", "array", "bigint"), ((RUN, "[a_missing]", "10"), (None, None, "2"))
)


def test_a_table_shows_values_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show.answer(FOUND, title="Title [bold]")
    title, _, head, _, first, second, _ = capsys.readouterr().out.splitlines()
    assert title == "Title [bold]"
    assert [cell.strip() for cell in head.strip("┃").split("┃")] == list(FOUND.columns)
    assert first == "│ jr_0123456789ab │ [a_missing] │ 10 │", "ids are short, brackets no markup"
    assert second == "│                 │             │  2 │", "NULL is empty, numbers stand to the right"


def test_nothing_is_cut_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(["a", "b"], [["x" * 300, "y" * 300]])
    assert f"{'x' * 300} │ {'y' * 300}" in capsys.readouterr().out


def test_what_a_terminal_is_too_narrow_for_is_shown_as_records(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow = partial(Console, highlight=False)
    monkeypatch.setattr(show, "console", lambda: narrow(width=30))
    show.answer(FOUND, title="Title", most=2)
    assert capsys.readouterr().out.splitlines() == [
        "Title",
        "run_id:  jr_0123456789ab",
        "reasons: [a_missing]",
        "n:       10",
        "──────────────",
        "run_id:",
        "reasons:",
        "n:       2",
    ]
    monkeypatch.setattr(show, "console", lambda: narrow(width=40))
    show.answer(FOUND)
    assert capsys.readouterr().out.startswith("┏"), "what fits is a table"


def test_a_long_answer_is_cut_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    show.answer(FOUND, most=1)
    assert capsys.readouterr().out.splitlines()[-1] == "(1 more rows)"


def test_programs_get_everything(capsys: pytest.CaptureFixture[str]) -> None:
    show.as_csv(FOUND)
    assert capsys.readouterr().out == f"run_id,reasons,n\n{RUN},[a_missing],10\n,,2\n"
    show.as_json(FOUND)
    assert json.loads(capsys.readouterr().out) == [
        {"run_id": RUN, "reasons": "[a_missing]", "n": 10},
        {"run_id": None, "reasons": None, "n": 2},
    ]


def test_who_waits_sees_it_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for out, said in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setenv("TERM", "xterm")
        with show.waiting("the crawl") as tick:
            tick()
        assert ("the crawl" in out.getvalue()) is said


def test_a_clock_stands_before_a_line() -> None:
    assert show.seconds(3.14159) == "   3.1 s"
    assert str(show.Clock()).endswith(" s")
