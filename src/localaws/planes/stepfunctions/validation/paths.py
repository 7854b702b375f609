"""Paths, payload templates and variables in a definition (AWS: "Using JSONPath paths")."""

from __future__ import annotations

import re
from typing import Any

from localaws.planes.stepfunctions.expressions import parse
from localaws.planes.stepfunctions.paths import check
from localaws.planes.stepfunctions.reference import steps
from localaws.planes.stepfunctions.validation.report import Report

_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


def path(report: Report, state: dict[str, Any], name: str, at: str, *, nullable: bool = False) -> None:
    """The field, if there, is a JSONPath."""
    if (nullable and state.get(name, "") is None) or not report.kind(state, name, at, str):
        return
    if (wrong := _wrong_path(state[name])) is not None:
        report.error(f"Invalid JSONPath: {wrong}", f"{at}/{name}")


def reference(report: Report, state: dict[str, Any], name: str, at: str, *, nullable: bool = False) -> None:
    """The field, if there, names exactly one place: of the input, the context object or a variable."""
    if (nullable and state.get(name, "") is None) or not report.kind(state, name, at, str):
        return
    text = state[name].removeprefix("$") if state[name].startswith("$$") else _VARIABLE.sub("$", state[name], count=1)
    try:
        steps(text)
    except ValueError as wrong:
        report.error(str(wrong), f"{at}/{name}")


def or_function(report: Report, state: dict[str, Any], name: str, at: str) -> None:
    """The field, if there, is a reference path or a call of an intrinsic function."""
    if isinstance(state.get(name), str) and state[name].startswith("States."):
        if (wrong := _wrong_call(state[name])) is not None:
            report.error(f"Invalid intrinsic function: {wrong}", f"{at}/{name}")
    else:
        reference(report, state, name, at)


def template(report: Report, state: dict[str, Any], name: str, at: str) -> None:
    """Each `"x.$"` in the field, however deep, has a path or a call."""
    if name in state:
        _template(report, state[name], f"{at}/{name}")


def _template(report: Report, value: Any, at: str) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            _template(report, item, f"{at}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.endswith(".$"):
                _dynamic(report, key, item, at)
            elif isinstance(item, str) and (item.startswith("$.") or _is_call(item)):
                report.warning(f"No .$ on field '{key}', whose value looks like a path or a function", at, "NO_DOLLAR")
            else:
                _template(report, item, f"{at}/{key}")


def _dynamic(report: Report, key: str, value: Any, at: str) -> None:
    wrong: str | None = "it is no string"
    if isinstance(value, str):
        wrong = _wrong_call(value) if value.startswith("States.") else _wrong_path(value)
    if wrong is not None:
        message = f"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call"
        report.error(f"{message} ({wrong})", at)


def assign(report: Report, state: dict[str, Any], at: str) -> None:
    """Variables have names that can be read again (AWS: "Passing data between states with variables")."""
    if not report.kind(state, "Assign", at, dict):
        return
    for key in state["Assign"]:
        name = key.removesuffix(".$")
        if not _IDENTIFIER.fullmatch(name) or len(name) > 80 or name == "states":
            report.error(f"'{name}' is not a valid variable name", f"{at}/Assign")
    template(report, state, "Assign", at)


def _is_call(text: str) -> bool:
    return text.startswith("States.") and _wrong_call(text) is None


def _wrong_call(text: str) -> str | None:
    try:
        parse(text)
    except ValueError as error:
        return str(error)
    return None


def _wrong_path(text: str) -> str | None:
    if not text.startswith("$"):
        return f"{text!r} does not begin with '$'"
    plain = text.removeprefix("$") if text.startswith("$$") else _VARIABLE.sub("$", text, count=1)
    try:
        check(plain)
    except ValueError as error:
        return str(error)
    return None
