"""Definitions are parsed once: a state machine's is needed at its creation and at every start."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any


def apply() -> None:
    """The same text gives the same program; what does not parse raises as before."""
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

    parse = AmazonStateLanguageParser.parse
    lock = threading.Lock()  # the ANTLR runtime shares its automata between threads

    @lru_cache(maxsize=256)
    def remembered(definition: str) -> Any:
        return parse(definition)

    def locked(definition: str) -> Any:
        with lock:
            return remembered(definition)

    AmazonStateLanguageParser.parse = staticmethod(locked)
