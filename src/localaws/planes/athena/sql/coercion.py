"""Which types become which without being asked: Trino's implicit coercions."""

from __future__ import annotations

from localaws.planes.athena.sql.types import (
    INTEGERS,
    Type,
    array,
    as_decimal,
    decimal,
    instant,
    mapping,
    row,
    timestamp,
    varchar,
)

_APPROXIMATE = ("real", "double")


def common(left: Type, right: Type) -> Type | None:
    """The smallest type that both become by themselves; None where there is none."""
    if left == right or right.name == "unknown":
        return left
    if left.name == "unknown":
        return right
    for rule in (_numbers, _texts, _times, _collections):
        found = rule(left, right)
        if found is not None:
            return found
    return None


def common_of(types: list[Type]) -> Type | None:
    """The smallest type that all of them become by themselves."""
    found: Type | None = types[0]
    for each in types[1:]:
        found = common(found, each) if found else None
    return found


def becomes(given: Type, wanted: Type) -> bool:
    """Whether a value of the given type is taken where the wanted one is declared."""
    return common(given, wanted) == wanted


def _numbers(left: Type, right: Type) -> Type | None:
    names = {left.name, right.name}
    if not all(name in INTEGERS or name in (*_APPROXIMATE, "decimal") for name in names):
        return None
    if "double" in names:
        return Type("double")
    if "real" in names:
        return Type("real")
    if "decimal" in names:
        return _decimals(as_decimal(left), as_decimal(right))
    return max(left, right, key=lambda each: INTEGERS.index(each.name))


def _decimals(left: Type, right: Type) -> Type:
    scale = max(left.numbers[1], right.numbers[1])
    whole = max(left.numbers[0] - left.numbers[1], right.numbers[0] - right.numbers[1])
    return decimal(whole + scale, scale)


def _texts(left: Type, right: Type) -> Type | None:
    if left.name != "varchar" or right.name != "varchar":
        return None
    if left.numbers and right.numbers:
        return varchar(max(left.numbers[0], right.numbers[0]))
    return Type("varchar")


def _times(left: Type, right: Type) -> Type | None:
    kinds = ("date", "timestamp", "timestamp with time zone")
    if left.name not in kinds or right.name not in kinds:
        return None
    precision = max((*left.numbers, *right.numbers, 0))
    widest = max(kinds.index(left.name), kinds.index(right.name))
    return timestamp(precision) if widest == 1 else instant(precision)


def _collections(left: Type, right: Type) -> Type | None:
    if left.name != right.name or len(left.parts) != len(right.parts) or not left.parts:
        return None
    parts = [common(a, b) for a, b in zip(left.parts, right.parts, strict=True)]
    if any(part is None for part in parts):
        return None
    known = tuple(part for part in parts if part is not None)
    if left.name == "array":
        return array(known[0])
    if left.name == "map":
        return mapping(known[0], known[1])
    same = tuple(a if a == b else "" for a, b in zip(left.names, right.names, strict=True))
    return row(same, known)
