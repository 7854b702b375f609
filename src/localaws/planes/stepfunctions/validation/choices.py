"""Choice rules (AWS: "Choice workflow state")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.planes.stepfunctions.comparisons import EVERY_OPERATOR, moment
from localaws.planes.stepfunctions.validation import paths
from localaws.planes.stepfunctions.validation.report import Report

_TOP = frozenset({"Next", "Comment", "Assign"})
_LISTS = ("And", "Or")


def choice(report: Report, state: dict[str, Any], at: str) -> None:
    """There is a rule, and each can be read."""
    if not report.kind(state, "Choices", at, list):
        return
    if not state["Choices"]:
        report.error("A Choice state must have at least one rule", f"{at}/Choices")
    for index, rule in enumerate(state["Choices"]):
        place = f"{at}/Choices[{index}]"
        if not isinstance(rule, dict):
            report.error("Expected value of type Object", place)
            continue
        if "Next" not in rule:
            report.error("These fields are required: [Next]", place)
        paths.assign(report, rule, place)
        _rule(report, {key: value for key, value in rule.items() if key not in _TOP}, place)


def _rule(report: Report, rule: Any, at: str) -> None:
    if not isinstance(rule, dict):
        report.error("Expected value of type Object", at)
        return
    if name := next((name for name in (*_LISTS, "Not") if name in rule), None):
        for other in rule.keys() - {name, "Comment"}:
            report.error(f"Field '{other}' is not supported", at)
        _boolean(report, name, rule[name], f"{at}/{name}")
        return
    _data_test(report, rule, at)


def _boolean(report: Report, name: str, inner: Any, at: str) -> None:
    if name == "Not":
        _rule(report, inner, at)
    elif not isinstance(inner, list) or not inner:
        report.error("Expected a list of at least one rule", at)
    else:
        for index, rule in enumerate(inner):
            _rule(report, rule, f"{at}[{index}]")


def _data_test(report: Report, rule: dict[str, Any], at: str) -> None:
    operators = sorted(rule.keys() - {"Variable", "Comment"})
    if "Variable" not in rule:
        report.error("These fields are required: [Variable]", at)
    paths.reference(report, rule, "Variable", at)
    unknown = [name for name in operators if name not in EVERY_OPERATOR]
    for name in unknown:
        report.error(f"Field '{name}' is not supported", at)
    if len(operators) != 1 and not unknown:
        report.error(f"Expected exactly one comparison operator, got [{', '.join(operators)}]", at)
    for name in set(operators) & EVERY_OPERATOR:
        _operand(report, name, rule, at)


def _operand(report: Report, name: str, rule: dict[str, Any], at: str) -> None:
    if name.endswith("Path"):
        paths.reference(report, rule, name, at)
        return
    kind, right = next(entry for prefix, entry in _OPERANDS.items() if name.startswith(prefix))
    if not right(rule[name]):
        report.error(f"Expected value of type {kind}", f"{at}/{name}")


_OPERANDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "Is": ("Boolean", lambda value: isinstance(value, bool)),
    "Boolean": ("Boolean", lambda value: isinstance(value, bool)),
    "Numeric": ("Number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    "String": ("String", lambda value: isinstance(value, str)),
    "Timestamp": ("Timestamp, such as 2016-03-14T01:59:00Z", lambda value: moment(value) is not None),
}
