"""What the jobs beside the workflow are told, and how they end; no Spark."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import pytest

from copperline.job import upkeep
from copperline.job.maintain import Order

GIVEN = ["--JOB_NAME", "shop-x", "--stack", "shop", "--topic_arn", "arn:t", "--runbook", "r", "--TempDir", "s3://t/"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was asked of the work itself."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(upkeep, "client_factory", lambda: None)
    monkeypatch.setattr(upkeep, "Context", lambda arguments, _: arguments)
    monkeypatch.setattr(upkeep, "roll_back", lambda context, *given: calls.append((context.stack, *given)))
    monkeypatch.setattr(upkeep, "maintain", lambda context, *given: calls.append((context.stack, *given)))
    return calls


def run(monkeypatch: pytest.MonkeyPatch, work: Any, *more: str) -> str:
    """The sentence that the process ends in; empty where it ends well."""
    monkeypatch.setattr(sys, "argv", ["script.py", *GIVEN, *more])
    try:
        work()
    except SystemExit as end:
        return str(end.code)
    return ""


def test_a_rollback_is_told_its_table_and_its_snapshot(
    monkeypatch: pytest.MonkeyPatch, asked: list[tuple[Any, ...]]
) -> None:
    assert run(monkeypatch, upkeep.run_rollback, "--tables", "silver.sales", "--snapshot", "-12") == ""
    assert run(monkeypatch, upkeep.run_rollback, "--tables", "silver.sales") == ""
    assert asked == [("shop", "silver.sales", -12), ("shop", "silver.sales", None)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "UsageError: job arguments: --tables: expected one table, got none; name the one to roll back"),
        (("--tables", "silver.a,silver.b"), "expected one table, got silver.a, silver.b"),
        (("--tables", "silver.a", "--snapshot", "last"), "--snapshot: expected a whole number, got last"),
    ],
)
def test_a_rollback_that_is_told_something_else_does_nothing(
    monkeypatch: pytest.MonkeyPatch, asked: list[tuple[Any, ...]], more: tuple[str, ...], words: str
) -> None:
    assert words in run(monkeypatch, upkeep.run_rollback, *more)
    assert asked == []


def test_maintenance_only_looks_unless_it_is_told_to_act(
    monkeypatch: pytest.MonkeyPatch, asked: list[tuple[Any, ...]]
) -> None:
    for more in ((), ("--apply", "false"), ("--apply", "true", "--keep_days", "7", "--tables", "silver.a,ops.rows")):
        assert run(monkeypatch, upkeep.run_maintenance, *more) == ""
    week = Order(apply=True, keep=timedelta(days=7))
    assert asked == [("shop", Order(), ()), ("shop", Order(), ()), ("shop", week, ("silver.a", "ops.rows"))]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--apply", "yes"), "--apply: expected true or false, got yes"),
        (("--keep_days", "a week"), "--keep_days: expected a whole number, got a week"),
        (("--keep_days", "-1"), "--keep_days: expected 1 day or more, got -1"),
        (("--keep_days", "0"), "--keep_days: expected 1 day or more, got 0"),
    ],
)
def test_maintenance_that_is_told_something_else_does_nothing(
    monkeypatch: pytest.MonkeyPatch, asked: list[tuple[Any, ...]], more: tuple[str, ...], words: str
) -> None:
    assert words in run(monkeypatch, upkeep.run_maintenance, *more)
    assert asked == []
