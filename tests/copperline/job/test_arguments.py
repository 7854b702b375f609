from __future__ import annotations

from datetime import date

import pytest

from copperline.errors import UsageError
from copperline.job.arguments import Arguments, resolve

NEEDED = ["script.py", "--JOB_NAME", "copperline-batch", "--stack", "copperline", "--topic_arn", "arn:aws:sns:x"]


def test_what_glue_hands_over_is_resolved() -> None:
    given = ["--JOB_RUN_ID", "jr_1", "--tables", "silver.sales,gold.sales", "--execution", "e-1", "--dpu", "4.5"]
    assert resolve([*NEEDED, *given]) == Arguments(
        job="copperline-batch",
        run_id="jr_1",
        stack="copperline",
        topic_arn="arn:aws:sns:x",
        tables=("silver.sales", "gold.sales"),
        execution="e-1",
        dpu=4.5,
    )


def test_what_is_not_given_has_a_default() -> None:
    found = resolve(NEEDED)
    assert found.run_id.startswith("jr_")
    assert found.run_id != resolve(NEEDED).run_id
    assert (found.tables, found.execution, found.full_refresh, found.replays) == ((), "-", False, False)


def test_the_arguments_of_the_process_are_taken_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", [*NEEDED, "--reprocess", "true"])
    assert resolve().reprocess


GIVEN: list[tuple[list[str], dict[str, object]]] = [
    (["--full_refresh", "true"],            {"full_refresh": True}),
    (["--full_refresh", "false"],           {"full_refresh": False}),
    (["--full_refresh=true"],               {"full_refresh": True}),
    (["--reprocess", "true"],               {"reprocess": True, "replays": True}),
    (["--reprocess", "false"],              {"reprocess": False, "replays": False}),
    (["--from", "2026-01-31"],              {"first": date(2026, 1, 31), "last": None, "replays": True}),
    (["--to=2026-01-31"],                   {"first": None, "last": date(2026, 1, 31), "replays": True}),
    (["--from", "2026-01-31", "--to", "2026-01-31"], {"first": date(2026, 1, 31), "last": date(2026, 1, 31)}),
    (["--tables", "silver.a,,silver.b,"],   {"tables": ("silver.a", "silver.b")}),
    (["--tables", "silver.a,silver.a"],     {"tables": ("silver.a",)}),
    (["--enable-metrics", "true"],          {"replays": False, "max_rejected_percent": None}),
    (["--max_rejected_percent", "100"],     {"max_rejected_percent": 100.0}),
    (["--max_rejected_percent", "0"],       {"max_rejected_percent": 0.0}),
]  # fmt: skip


@pytest.mark.parametrize(("given", "means"), GIVEN)
def test_an_argument_means_what_it_says(given: list[str], means: dict[str, object]) -> None:
    found = resolve([*NEEDED, *given])
    assert {name: getattr(found, name) for name in means} == means


WRONG: list[tuple[list[str], str]] = [
    (NEEDED[:1], "job arguments: the following arguments are required: --JOB_NAME, --stack, --topic_arn; give"),
    (NEEDED[:5], "job arguments: the following arguments are required: --topic_arn; give --JOB_NAME, --stack, --topic"),
    ([*NEEDED, "--full_refresh", "yes"], "--full_refresh: expected true or false, got yes; give one of them"),
    ([*NEEDED, "--reprocess", "True"], "--reprocess: expected true or false, got True; give one of them"),
    ([*NEEDED, "--from", "31.01.2026"], "--from: expected a day such as 2026-01-31, got 31.01.2026; write it so"),
    ([*NEEDED, "--to", "2026-02-30"], "--to: expected a day such as 2026-01-31, got 2026-02-30; write it so"),
    (
        [*NEEDED, "--from", "2026-02-01", "--to", "2026-01-31"],
        "--to: expected no day before 2026-02-01, got 2026-01-31",
    ),
    ([*NEEDED, "--dpu", "two"], "--dpu: expected a number above 0 such as 2.0, got two; write it so"),
    ([*NEEDED, "--dpu", "0"], "--dpu: expected a number above 0 such as 2.0, got 0; write it so"),
    ([*NEEDED, "--max_rejected_percent", "all"], "--max_rejected_percent: expected a number from 0 to 100, got all;"),
    ([*NEEDED, "--max_rejected_percent", "101"], "--max_rejected_percent: expected a number from 0 to 100, got 101;"),
    ([*NEEDED, "--max_rejected_percent", "nan"], "--max_rejected_percent: expected a number from 0 to 100, got nan;"),
    ([*NEEDED, "--dpu", "nan"], "--dpu: expected a number above 0 such as 2.0, got nan; write it so"),
]


@pytest.mark.parametrize(("argv", "says"), WRONG)
def test_a_wrong_argument_is_named(argv: list[str], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(argv)
    assert says in str(caught.value)
    assert caught.value.exit_code == 2
