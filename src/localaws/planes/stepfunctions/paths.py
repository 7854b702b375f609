"""JSONPath as Step Functions reads it (AWS: "Using JSONPath paths")."""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from typing import Any

from localaws.planes.stepfunctions.rebind import rebind

#: Paths that may select several values, and so give a list even when they select one or none.
_INDEFINITE = re.compile(r"\.\.|\[\s*\*\s*\]|\.\*|\[\?|\[[^\]'\"]*[:,][^\]'\"]*\]")
_BRACKETS = r"\[(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\[\]'\"]|\[[^\]]*\])*\]"
_PIECES = re.compile(rf"\.\.[^.\[]*|\.[^.\[]+|{_BRACKETS}|.", re.DOTALL)
_NAME = re.compile(r"\.(?!\*)[^.'`]+", re.DOTALL)
_ENDS_IN_INDEX = re.compile(r"\[\d+\]$")


def extract_json(path: str, data: Any) -> Any:
    """What the path selects: one value, or a list where the path has a wildcard, slice, filter or descent.

    Raises:
        NoSuchJsonPathError: a path to one value that is not there.
    """
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

    values = [match.value for match in _parsed(path).find(data)]
    if _INDEFINITE.search(path):
        # seen on AWS: a literal index at the end takes the list apart again
        return values[0] if len(values) == 1 and _ENDS_IN_INDEX.search(path) else values
    if not values:
        raise NoSuchJsonPathError(json_path=path, data=copy.deepcopy(data))
    return values[0]


@lru_cache(maxsize=1024)
def _parsed(path: str) -> Any:
    from jsonpath_ng import ext

    return ext.parse(quoted(path))  # type: ignore[attr-defined]


def check(path: str) -> None:
    """The path can be read.

    Raises:
        ValueError: it cannot; it says why.
    """
    try:
        _parsed(path)
    except Exception as error:
        raise ValueError(f"{path!r}: {error}") from error


def quoted(path: str) -> str:
    """The path with `['name']` for each `.name` outside of brackets: a name may be any word, also of the library's."""
    pieces = _PIECES.findall(path)
    return "".join(f"['{piece[1:]}']" if _NAME.fullmatch(piece) else piece for piece in pieces)


def apply() -> None:
    """Every path of a definition is read by `extract_json`."""
    rebind("extract_json", extract_json, at_least=3)
