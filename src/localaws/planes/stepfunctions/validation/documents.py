"""JSON documents, and what is wrong with one in the words of AWS's reader."""

from __future__ import annotations

import json
import re
from typing import Any

from localaws.planes.stepfunctions.validation.report import SCHEMA, Diagnostic, Report

_TOKEN = re.compile(r"[A-Za-z_$][\w$]*")
_EXPECTED = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def problem(text: str) -> tuple[str, int, int] | None:
    """What is wrong with the text as JSON, its line and column; None when nothing is."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        token = _TOKEN.match(text, error.pos)
        column = error.colno + (len(token[0]) if token else 0)
        return _words(text, error, token), error.lineno, column
    except RecursionError:
        return "Document nesting depth exceeds the maximum allowed", 1, 1
    return None


def _words(text: str, error: json.JSONDecodeError, token: re.Match[str] | None) -> str:
    character = text[error.pos : error.pos + 1]
    if error.msg.startswith("Expecting value") and token is not None:
        return f"Unrecognized token '{token[0]}': {_EXPECTED}"
    if error.msg.startswith("Expecting property name") and character:
        shown = f"Unexpected character ('{character}' (code {ord(character)}))"
        return f"{shown}: was expecting double-quote to start field name"
    if not character:
        return f"Unexpected end-of-input: {error.msg}"
    return f"Unexpected character ('{character}' (code {ord(character)})): {error.msg}"


def read(report: Report, text: str) -> dict[str, Any] | None:
    """The object that the text is; None, and the report says why, when it is none."""
    wrong = problem(text) if text.strip() else None
    if wrong is not None:
        words, line, column = wrong
        place = f'[Source: (String)"{text[:500]}"; line: {line}, column: {column}]'
        report.problems.append(Diagnostic("INVALID_JSON_DESCRIPTION", f"{words}\n at {place}", place))
        return None
    pairs: list[str] = []
    tree = json.loads(text, object_pairs_hook=lambda items: _object(items, pairs)) if text.strip() else None
    if not isinstance(tree, dict):
        report.problems.append(Diagnostic(SCHEMA, "Definition must be a valid JSON object"))
        return None
    for name in pairs:
        report.error(f"Duplicate field '{name}'", "/", "INVALID_JSON_DESCRIPTION")
    return tree


def _object(items: list[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    names = [name for name, _ in items]
    repeated += sorted({name for name in names if names.count(name) > 1})
    return dict(items)
