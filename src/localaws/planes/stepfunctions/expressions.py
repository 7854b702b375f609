"""Calls of intrinsic functions, read (AWS: "Intrinsics for JSONPath states in Step Functions")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from localaws.planes.stepfunctions.functions import ARITY

_NAME = re.compile(r"States\.([A-Za-z0-9]+)\s*\(")
_ESCAPED = re.compile(r"\\([{}'\\])")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WORD = re.compile(r"(true|false|null)\b")
_WORDS = {"true": True, "false": False, "null": None}
#: AWS: at most so many functions inside one another.
DEEPEST = 10


@dataclass(frozen=True)
class Call:
    """A function and what it is given."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Path:
    """A path into the input, the context object or a variable."""

    text: str


@dataclass(frozen=True)
class Literal:
    """Text, a number, true, false or null; of text also how it was written, escapes and all."""

    value: Any
    written: str | None = None


def parse(text: str) -> Call:
    """The call.

    Raises:
        ValueError: the text is none; it says where.
    """
    call, at = _call(text, _blank(text, 0), 1)
    if _blank(text, at) != len(text):
        _refuse(text, at, "the end")
    return call


def _call(text: str, at: int, depth: int) -> tuple[Call, int]:
    match = _NAME.match(text, at)
    if match is None:
        _refuse(text, at, "States.<function>(")
    if match[1] not in ARITY:
        raise ValueError(f"there is no function States.{match[1]}")
    if depth > DEEPEST:
        raise ValueError(f"more than {DEEPEST} functions inside one another")
    arguments, at = _arguments(text, match.end(), depth)
    least, most = ARITY[match[1]]
    if not least <= len(arguments) <= most:
        raise ValueError(f"States.{match[1]} takes {_amount(least, most)} arguments, got {len(arguments)}")
    if match[1] == "Format":
        arguments[0] = _template(arguments[0])
    return Call(match[1], tuple(arguments)), at


def _template(first: Any) -> Any:
    """The template of States.Format as it was written: `\\{` is no place for a value."""
    return Literal(first.written) if isinstance(first, Literal) and first.written is not None else first


def _amount(least: int, most: float) -> str:
    if most == float("inf"):
        return f"at least {least}"
    return str(least) if least == most else f"{least} to {most:g}"


def _arguments(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    arguments: list[Any] = []
    at = _blank(text, at)
    while text[at : at + 1] != ")":
        if arguments:
            at = _blank(text, _expect(text, at, ","))
        argument, at = _argument(text, at, depth)
        arguments.append(argument)
        at = _blank(text, at)
    return arguments, at + 1


def _argument(text: str, at: int, depth: int) -> tuple[Any, int]:
    if text[at : at + 1] == "'":
        return _quoted(text, at)
    if text[at : at + 1] == "$":
        end = _end_of_path(text, at)
        return Path(text[at:end].strip()), end
    if match := _NUMBER.match(text, at):
        return Literal(float(match[0]) if match[1] or match[2] else int(match[0])), match.end()
    if match := _WORD.match(text, at):
        return Literal(_WORDS[match[1]]), match.end()
    return _call(text, at, depth + 1)


def _quoted(text: str, at: int) -> tuple[Literal, int]:
    """What stands between single quotes, in which a backslash goes before `'`, `{`, `}` and itself."""
    end = at + 1
    while text[end : end + 1] != "'":
        if end >= len(text):
            _refuse(text, at, "a closing '")
        end += 2 if text[end] == "\\" else 1
    written = text[at + 1 : end]
    return Literal(_ESCAPED.sub(r"\1", written), written), end + 1


def _end_of_path(text: str, at: int) -> int:
    """Where the path ends: at a comma or parenthesis outside of its own brackets and quotes."""
    depth, quote = 0, ""
    while at < len(text):
        character = text[at]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "[(":
            depth += 1
        elif depth and character in "])":
            depth -= 1
        elif character in ",)":
            break
        at += 1
    return at


def _blank(text: str, at: int) -> int:
    while text[at : at + 1].isspace():
        at += 1
    return at


def _expect(text: str, at: int, wanted: str) -> int:
    if text[at : at + 1] != wanted:
        _refuse(text, at, wanted)
    return at + 1


def _refuse(text: str, at: int, wanted: str) -> NoReturn:
    raise ValueError(f"expected {wanted} at character {at + 1}, got {text[at : at + 20]!r}")
