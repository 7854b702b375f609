"""JSON: lines, documents one after another, or one array (pages "Built-in classifiers", "JSON custom classifiers")."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

from localaws.planes.glue_crawlers.found import Found, UnsupportedError
from localaws.planes.glue_crawlers.types import ListOf, Struct, Type, common

SERDE = "org.openx.data.jsonserde.JsonSerDe"
_SCALARS = {type(None): None, bool: "boolean", float: "double", str: "string"}
_STEP = re.compile(r"\.(?P<name>\w+)|\['(?P<quoted>[^']+)'\]|(?P<each>\[\*\])|\[(?P<place>\d+)\]")


class _NotJsonError(Exception):
    """A document is neither an object nor an array."""


def look(text: str, whole: bool, path: str | None = None) -> Found | None:
    """What the text holds, or None where it is no JSON; `whole` is False where the text is cut off.

    Without a path a top-level array is one column, `array`, as the built-in classifier has it; values that a path
    selects and that are neither objects nor arrays are one column, `record` (page "Writing custom classifiers").
    """
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        documents = list(_documents(text, whole))
    except (ValueError, _NotJsonError):
        return None
    records = [record for document in documents for record in _at(document, path)] if path else documents
    if not records:
        return None
    fields = [_fields(record) for record in records]
    columns: dict[str, Type] = {}
    for record in fields:
        for name, kind in record.items():
            columns[name] = common(columns.get(name), kind)
    return Found("json", tuple(columns.items()), serde=SERDE, records=len(records))


def _fields(record: Any) -> dict[str, Type]:
    if not isinstance(record, dict):
        return {"array" if isinstance(record, list) else "record": _kind(record)}
    return {name.lower(): _kind(value) for name, value in record.items()}


def _kind(value: Any) -> Type:
    if isinstance(value, dict):
        return Struct(tuple((name, _kind(inner)) for name, inner in value.items()))
    if isinstance(value, list):
        return ListOf(reduce(common, map(_kind, value), None))
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer(value)
    return _SCALARS[type(value)]


def _integer(value: int) -> str:
    if -(1 << 31) <= value < 1 << 31:
        return "int"
    return "bigint" if -(1 << 63) <= value < 1 << 63 else "string"


def _documents(text: str, whole: bool) -> Iterator[Any]:
    decoder, place, end = json.JSONDecoder(), 0, len(text)
    while True:
        while place < end and text[place] in " \t\r\n,":
            place += 1
        if place == end:
            return
        try:
            document, place = decoder.raw_decode(text, place)
        except ValueError:
            if whole or place == 0:
                raise
            return
        if not isinstance(document, dict | list):
            raise _NotJsonError
        yield document


def _at(document: Any, path: str) -> list[Any]:
    """What the path of a classifier selects."""
    if not path.startswith("$"):
        raise UnsupportedError(f"JsonPath {path}: expected it to start with $")
    place, selected = 1, [document]
    while place < len(path):
        step = _STEP.match(path, place)
        if not step:
            raise UnsupportedError(f"NotImplemented: localaws does not read the JsonPath {path} from {path[place:]}")
        selected = [found for value in selected for found in _step(value, step)]
        place = step.end()
    return selected


def _step(value: Any, step: re.Match[str]) -> list[Any]:
    name = step["name"] or step["quoted"]
    if name:
        return [value[name]] if isinstance(value, dict) and name in value else []
    if step["each"]:
        return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    place = int(step["place"])
    return [value[place]] if isinstance(value, list) and place < len(value) else []
