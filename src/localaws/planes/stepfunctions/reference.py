"""Reference paths, which name one place in data (AWS: "Using JSONPath paths", "Reference paths")."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]")


def steps(path: str) -> list[str | int]:
    """The names and indices on the way from `$` to the place.

    Raises:
        ValueError: the path is none.
    """
    if not path.startswith("$"):
        raise ValueError(f"Value is not a Reference Path: {path!r} does not begin with '$'")
    found: list[str | int] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise ValueError(f"Value is not a Reference Path: cannot read {path[at:]!r} in {path!r}")
        part = next(part for part in match.groups() if part is not None)
        found.append(int(part) if match[2] is not None else part)
        at = match.end()
    return found


def conflict(data: Any, way: list[str | int]) -> str | int | None:
    """The first step that leads to nothing."""
    for step in way:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return step
    return None


def nothing_there(path: str, data: Any) -> str:
    """Why InputPath or OutputPath selects nothing, in AWS's words."""
    try:
        way = steps(path)
    except ValueError:
        return f"Invalid path '{path}' : No results for path: {path}"
    missing = conflict(data, way)
    known = way[: way.index(missing) + 1] if missing in way else way
    shown = "$" + "".join(f"[{step}]" if isinstance(step, int) else f"['{step}']" for step in known)
    what = "No results for path:" if known == way else "Missing property in path"
    return f"Invalid path '{path}' : {what} {shown}"


def put(data: Any, way: list[str | int], value: Any) -> Any:
    """The data with the value in that place; objects on the way are made, arrays never grow.

    Raises:
        LookupError: the step that does not fit what is there.
    """
    if not way:
        return value
    step, *rest = way
    if isinstance(step, int):
        if not isinstance(data, list) or step >= len(data):
            raise LookupError(step)
        return [*data[:step], put(data[step], rest, value), *data[step + 1 :]]
    if not isinstance(data, dict):
        raise LookupError(step)  # noqa: TRY004 - it is the place that is not there
    return {**data, step: put(data.get(step, {}), rest, value)}
