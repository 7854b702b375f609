"""Definitions: parsed once, as a state machine's is needed at its creation and at every start."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any


def apply() -> None:
    """The same text gives the same program; what does not parse, or is not emulated, raises."""
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

    parse = AmazonStateLanguageParser.parse
    lock = threading.Lock()  # the ANTLR runtime shares its automata between threads

    @lru_cache(maxsize=256)
    def remembered(definition: str) -> Any:
        refuse_what_is_not_emulated(definition)
        return parse(definition)

    def locked(definition: str) -> Any:
        with lock:
            return remembered(definition)

    AmazonStateLanguageParser.parse = staticmethod(locked)


def refuse_what_is_not_emulated(definition: str) -> None:
    """The definition says nothing that would only seem to work.

    Raises:
        ValueError: NotImplemented, and what.
    """
    try:
        tree = json.loads(definition)
    except ValueError:
        return  # the parser says it better
    if any(part.get("QueryLanguage") == "JSONata" for part in _objects(tree)):
        raise ValueError("NotImplemented: localaws does not emulate JSONata; use QueryLanguage JSONPath")


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for item in tree:
            yield from _objects(item)
