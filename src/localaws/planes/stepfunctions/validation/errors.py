"""Retriers and catchers (AWS: "Handling errors in Step Functions workflows")."""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.validation import paths
from localaws.planes.stepfunctions.validation.grammar import CATCHER, ERROR_NAMES, RETRIER
from localaws.planes.stepfunctions.validation.report import Report

#: AWS: the largest MaxAttempts, and the largest MaxDelaySeconds, which is a year.
MOST_ATTEMPTS, LONGEST_DELAY = 99_999_999, 31_622_400


def handlers(report: Report, state: dict[str, Any], at: str) -> None:
    """Retry and Catch are lists of what they should be, and States.ALL stands alone and last."""
    for name, judge in (("Retry", _retrier), ("Catch", _catcher)):
        if not report.kind(state, name, at, list):
            continue
        last = len(state[name]) - 1
        for index, handler in enumerate(state[name]):
            place = f"{at}/{name}[{index}]"
            if not isinstance(handler, dict):
                report.error("Expected value of type Object", place)
                continue
            judge(report, handler, place)
            _names(report, handler.get("ErrorEquals"), f"{place}/ErrorEquals", is_last=index == last)


def _names(report: Report, names: Any, at: str, *, is_last: bool) -> None:
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        if names is not None:
            report.error("Expected a list of at least one error name", at)
        return
    for index, name in enumerate(names):
        if name == "States.ALL" and (len(names) > 1 or not is_last):
            report.error("States.ALL must appear alone and at end of list", f"{at}[{index}]")
        if name.startswith("States.") and name not in ERROR_NAMES:
            report.error(f"Unknown error name '{name}': names that begin with 'States.' are reserved", f"{at}[{index}]")


def _retrier(report: Report, retrier: dict[str, Any], at: str) -> None:
    report.fields(retrier, at, required=("ErrorEquals",), allowed=RETRIER)
    for name, least, most in (
        ("IntervalSeconds", 1, 99_999_999),
        ("MaxAttempts", 0, MOST_ATTEMPTS),
        ("MaxDelaySeconds", 1, LONGEST_DELAY),
    ):
        if report.kind(retrier, name, at, int) and not least <= retrier[name] <= most:
            report.error(f"Expected value between {least} and {most}, got {retrier[name]}", f"{at}/{name}")
    if report.kind(retrier, "BackoffRate", at, int, float) and retrier["BackoffRate"] < 1:
        report.error(f"Expected value of at least 1.0, got {retrier['BackoffRate']}", f"{at}/BackoffRate")
    if retrier.get("JitterStrategy", "NONE") not in ("FULL", "NONE"):
        report.error("Value must be one of [FULL, NONE]", f"{at}/JitterStrategy")
    longest, first = retrier.get("MaxDelaySeconds"), retrier.get("IntervalSeconds", 1)
    if isinstance(longest, int) and isinstance(first, int) and longest <= first:
        report.error("MaxDelaySeconds must be greater than IntervalSeconds", f"{at}/MaxDelaySeconds")


def _catcher(report: Report, catcher: dict[str, Any], at: str) -> None:
    report.fields(catcher, at, required=("ErrorEquals", "Next"), allowed=CATCHER)
    paths.reference(report, catcher, "ResultPath", at, nullable=True)
    paths.assign(report, catcher, at)
