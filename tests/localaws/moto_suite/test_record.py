"""The comparison of a run with the record, and the record itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.localaws.moto_suite import record
from tests.localaws.moto_suite.__main__ import SERVICES, table, together
from tests.localaws.moto_suite.record import Excuse, Reason, Tally
from tests.localaws.moto_suite.rewrite import REFUSED, groups_after, rewrite
from tests.localaws.moto_suite.run import Result

WHY = Reason("because", page="A page")
LACKS = Reason("because", outcome="refused")


def results(**outcomes: str) -> dict[str, Result]:
    return {test: Result(test, outcome, "what it said") for test, outcome in outcomes.items()}


def test_every_entry_of_the_record_has_a_reason_and_every_service_is_one_that_runs() -> None:
    found = record.load()
    assert found.keys() <= SERVICES.keys()
    assert all(test.startswith("tests/test_") for reasons in found.values() for test in reasons)


def test_a_difference_names_a_page_or_of_what_kind_it_is() -> None:
    untold = [test for reasons in record.load().values() for test, reason in reasons.items() if not reason.told]
    assert untold == []


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason("the test says so"), False),
        (Reason("because", about="nothing that is known"), False),
        (Reason("because", about="address"), True),
        (WHY, True),
        (LACKS, True),
        (Reason("because", stock=True), True),
    ],
)
def test_words_alone_are_no_reason(reason: Reason, told: bool) -> None:
    assert reason.told is told


@pytest.mark.parametrize(
    ("outcome", "known", "complaint"),
    [
        ("passed", {}, ""),
        ("skipped", {}, ""),
        ("aside", {}, ""),
        ("helped", {}, ""),
        ("failed", {"a": WHY}, ""),
        ("refused", {"a": LACKS}, ""),
        ("failed", {}, "a: failed, and not on record as that: what it said"),
        ("refused", {}, "a: refused, and not on record as that: what it said"),
        ("failed", {"a": LACKS}, "a: failed, and not on record as that: what it said"),
        ("passed", {"a": WHY}, "a: on record as failed, and passed: take it out"),
        ("skipped", {"a": LACKS}, "a: on record as refused, and skipped: take it out"),
        ("passed", {"a": Reason("because", page="A page", sometimes=True)}, ""),
        ("passed", {"b": WHY}, "b: on record as failed, and not there: take it out"),
    ],
)
def test_what_the_record_does_not_say_is_told(outcome: str, known: dict[str, Reason], complaint: str) -> None:
    assert "".join(record.complaints("s3", results(a=outcome), known)) == complaint


def test_what_fails_on_motos_own_server_does_not_count() -> None:
    known = {"c": Reason("because", stock=True), "b": WHY}
    found = record.tally("s3", results(a="passed", b="failed", c="failed", d="refused", e="aside", f="skipped"), known)
    assert found == Tally("s3", passed=1, helped=0, differing=1, refused=1, skipped=1, aside=2)
    assert (found.counted, found.share) == (3, 1 / 3)


def test_too_many_differences_are_told() -> None:
    many = Tally("s3", passed=90, helped=0, differing=6, refused=0, skipped=0, aside=0)
    few = Tally("sts", passed=10, helped=0, differing=2, refused=0, skipped=0, aside=0)
    assert record.over([many, few]) == ["s3: 6 of 96 tests differ, expected at most 5%"]


@pytest.mark.parametrize(
    ("limit", "differing", "said"),
    [
        (0.15, 12, []),
        (0.15, 60, ["s3: 60 of 100 tests differ, expected at most 15%"]),
        (0.15, 3, ["s3: 3 of 100 tests differ, expected more than 5% as `over` says: take it out"]),
        (0.50, 12, ["s3: 12 of 100 tests differ, expected about 50% as `over` says: lower its limit"]),
    ],
)
def test_an_excuse_has_a_limit_of_its_own(limit: float, differing: int, said: list[str]) -> None:
    tally = Tally("s3", passed=100 - differing, helped=0, differing=differing, refused=0, skipped=0, aside=0)
    assert record.over([tally], {"s3": Excuse(limit, "because")}) == said


def test_what_is_open_is_told() -> None:
    known = {"a": Reason("nobody knows", open=True), "b": WHY}
    assert record.unexplained("s3", known) == ["s3: a: open: nobody knows"]


def test_the_table_ends_with_all_together() -> None:
    tallies = [Tally("s3", 1, 2, 1, 0, 4, 5), Tally("kms", 1, 0, 0, 0, 0, 0)]
    lines = table([*tallies, together(tallies)]).splitlines()
    assert lines[-1].split() == ["together", "5", "2", "2", "1", "0", "4", "5", "20.0%"]


def test_a_rewritten_group_keeps_its_reason_and_loses_what_passes() -> None:
    chance: dict[str, Any] = {"why": "by chance", "sometimes": True, "tests": ["c"]}
    groups = [{"why": "because", "page": "A page", "tests": ["a", "b"]}, chance]
    after = groups_after(groups, results(a="failed", b="passed", c="passed", d="failed", e="refused"))
    assert after == [
        {"why": "because", "page": "A page", "tests": ["a"]},
        chance,
        {"why": REFUSED, "outcome": "refused", "tests": ["e"]},
        {"why": "", "outcome": "failed", "tests": ["d"]},
    ]


def test_a_rewritten_record_cannot_be_used_before_its_reasons_are_said(tmp_path: Path) -> None:
    path = tmp_path / "differences.yaml"
    path.write_text("over: {s3: {limit: 0.1, why: because}}\ndifferences:\n  kms:\n  - why: because\n    tests: [k]\n")
    rewrite({"s3": results(a="failed")}, path)
    with pytest.raises(ValueError, match="s3: a: expected one entry with a reason"):
        record.load(path)
    rewrite({"s3": results(a="passed")}, path)
    assert record.load(path) == {"kms": {"k": Reason("because")}}
    assert record.excused(path) == {"s3": Excuse(0.1, "because")}
