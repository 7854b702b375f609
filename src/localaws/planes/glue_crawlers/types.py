"""Types as Glue spells them, and what two of them have in common.

A type is a name (`bigint`), or a list type, or a struct; None is the type of a value that was never there.
"""

from __future__ import annotations

from dataclasses import dataclass

_INTEGERS = ("tinyint", "smallint", "int", "bigint")
_NUMBERS = (*_INTEGERS, "float", "double")


@dataclass(frozen=True)
class ListOf:
    """array<item>."""

    item: Type


@dataclass(frozen=True)
class Struct:
    """struct<name:type,...>."""

    fields: tuple[tuple[str, Type], ...]


Type = str | ListOf | Struct | None


def common(one: Type, other: Type) -> Type:
    """The narrowest type that holds both; what has nothing in common is text."""
    if one == other or other is None:
        return one
    if one is None:
        return other
    if isinstance(one, Struct) and isinstance(other, Struct):
        return _merged(one, other)
    if isinstance(one, ListOf) and isinstance(other, ListOf):
        return ListOf(common(one.item, other.item))
    if isinstance(one, str) and isinstance(other, str) and one in _NUMBERS and other in _NUMBERS:
        return _wider(one, other)
    return "string"


def spelled(kind: Type) -> str:
    """The type as the catalog has it."""
    if isinstance(kind, ListOf):
        return f"array<{spelled(kind.item)}>"
    if isinstance(kind, Struct):
        return "struct<" + ",".join(f"{name}:{spelled(field)}" for name, field in kind.fields) + ">"
    return kind or "string"


def _wider(one: str, other: str) -> str:
    if one in _INTEGERS and other in _INTEGERS:
        return max(one, other, key=_INTEGERS.index)
    return "double"


def _merged(one: Struct, other: Struct) -> Struct:
    fields = dict(one.fields)
    for name, kind in other.fields:
        fields[name] = common(fields.get(name), kind)
    return Struct(tuple(fields.items()))
