"""Regular expressions: the part that Trino's engine and RE2 understand alike."""

from __future__ import annotations

import re

from localaws.planes.athena.sql.block import unquoted
from localaws.planes.athena.sql.functions.call import Call, function
from localaws.planes.athena.sql.functions.strings import text_argument
from localaws.planes.athena.sql.typed import Typed
from localaws.planes.athena.sql.types import BOOLEAN, UNBOUNDED, VARCHAR, Type, array, text, varchar

#: Escapes that mean the same on both sides; \s lacks the vertical tab in RE2
_ESCAPES = frozenset("dDwWbBtnrf\\.[]{}()*+?|^$-/\"'@#%&,:;<>=!~_ ")
_LOOK_OR_ATOMIC = re.compile(r"\(\?(?!:|i\))")
_POSSESSIVE = re.compile(r"[*+?}]\+")
_SPACE = r"\t\n\x0B\f\r "


def portable(call: Call, pattern: str) -> str:
    """The pattern in RE2's spelling.

    Raises:
        QueryError: it has something that the two engines read differently, or that one of them lacks.
    """
    if _LOOK_OR_ATOMIC.search(pattern) or _POSSESSIVE.search(pattern) or "&&" in pattern or "[[" in pattern:
        raise call.refuse(f"with the pattern {pattern}")
    made, place, inside = "", 0, False
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            made += _escape(call, pattern, place, inside)
            place += 2
            continue
        if character == "[":
            inside = True
        elif character == "]":
            inside = False
        made += character
        place += 1
    return made


def _escape(call: Call, pattern: str, place: int, inside: bool) -> str:
    following = pattern[place + 1 : place + 2]
    if following == "s":
        return _SPACE if inside else f"[{_SPACE}]"
    if following == "S" and not inside:
        return f"[^{_SPACE}]"
    if not following or following not in _ESCAPES:
        raise call.refuse(f"with the pattern {pattern}")
    return "\\" + following


def _arguments(call: Call) -> tuple[Typed, str]:
    """The text and the pattern; `$` before a last newline differs, so such a text is refused when it comes."""
    value, pattern = text_argument(call, 0), call.literal(1, "pattern")
    made = portable(call, pattern)
    guarded = value.sql
    if "$" in pattern.replace("\\$", ""):
        guarded = f"athena_no_last_newline({guarded})"
    if re.search(r"\\[bB]|\(\?i\)", pattern):
        # RE2 sees ASCII words and folds letters in its own way
        guarded = f"athena_ascii({guarded})"
    return Typed(guarded, value.type), text(made)


@function("regexp_like")
def _regexp_like(call: Call) -> Typed:
    call.count(2)
    value, pattern = _arguments(call)
    return Typed(f"regexp_matches({value.sql}, {pattern})", BOOLEAN)


@function("regexp_extract", "regexp_extract_all")
def _regexp_extract(call: Call) -> Typed:
    count = call.count(2, 3)
    value, pattern = _arguments(call)
    group = _group(call) if count == 3 else 0
    if group and _may_be_absent(call.literal(1, "pattern")):
        raise call.refuse("of a group that may be left out of the match")
    if call.name == "regexp_extract_all":
        return Typed(f"regexp_extract_all({value.sql}, {pattern}, {group})", array(value.type))
    found = f"regexp_extract({value.sql}, {pattern}, {group})"
    return Typed(f"(CASE WHEN regexp_matches({value.sql}, {pattern}) THEN {found} END)", value.type)


def _group(call: Call) -> int:
    node = unquoted(call.arguments[2])
    if not node.name.isdigit():
        raise call.refuse("with a computed group")
    return int(node.name)


def _may_be_absent(pattern: str) -> bool:
    return "|" in pattern or re.search(r"\)[?*]|\)\{0", pattern) is not None


@function("regexp_replace")
def _regexp_replace(call: Call) -> Typed:
    count = call.count(2, 3)
    value, pattern = _arguments(call)
    if re.fullmatch(r".*[*?].*", call.literal(1, "pattern")) and _matches_nothing(call.literal(1, "pattern")):
        raise call.refuse("with a pattern that matches the empty text")
    new = _replacement(call, call.literal(2, "replacement")) if count == 3 else ""
    of = _replaced(call, value.type) if count == 3 else value.type
    return Typed(f"regexp_replace({value.sql}, {pattern}, {text(new)}, 'g')", of)


def _matches_nothing(pattern: str) -> bool:
    try:
        return re.search(pattern, "") is not None
    except re.error:
        return True


def _replacement(call: Call, new: str) -> str:
    """Trino's $1 is RE2's \\1; a backslash makes the next character plain in Trino."""
    made, place = "", 0
    while place < len(new):
        character, following = new[place], new[place + 1 : place + 2]
        if character == "\\":
            made += "\\\\" if following == "\\" else following
            place += 2
        elif character == "$":
            if not following.isdigit() or new[place + 2 : place + 3].isdigit():
                raise call.refuse(f"with the replacement {new}")
            made += "\\" + following
            place += 2
        else:
            made += character
            place += 1
    return made


def _replaced(call: Call, given: Type) -> Type:
    if not given.numbers:
        return VARCHAR
    old, new = given.numbers[0], len(call.literal(2, "replacement"))
    return varchar(min(UNBOUNDED, old + max(old * new // 2, new) * (old + 1)))
