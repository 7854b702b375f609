"""Exclude patterns (page "Crawler prerequisites", "Include and exclude patterns")."""

from __future__ import annotations

import re

_PARTS = re.compile(r"\\(?P<plain>.)|(?P<all>\*\*)|(?P<some>\*)|(?P<one>\?)|(?P<set>\[[^]]*\])|\{(?P<choice>[^}]*)\}|.")


def pattern(glob: str) -> re.Pattern[str]:
    """An expression that matches the whole of a path, relative to its include path, as the glob does.

    `*` and `?` stay within a folder, `**` does not; `[a-c]`, `[!a]` and `{x,y}` are as in a shell.
    """
    return re.compile("".join(map(_part, _PARTS.finditer(glob))), re.DOTALL)


def _part(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match[0]
    if kind == "all":
        return ".*"
    if kind == "some":
        return "[^/]*"
    if kind == "one":
        return "[^/]"
    if kind == "set":
        return "[^/" + re.escape(text[2:-1]) + "]" if text[1:2] == "!" else "(?!/)[" + _set(text[1:-1]) + "]"
    if kind == "choice":
        return "(?:" + "|".join(pattern(choice).pattern for choice in match["choice"].split(",")) + ")"
    return re.escape(match["plain"] or text)


def _set(inside: str) -> str:
    return inside.replace("\\", "\\\\").replace("^", "\\^")
