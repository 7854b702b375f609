"""The columns a file has, against the columns its contract promises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from copperline.contract import Column
from copperline.files.findings import Finding, FoundColumn, Refusal

#: What Spark 3.5.6 reads by the type on the right without changing a value, vectorised and not, with dictionary and
#: without (each tried; int as bigint, and float as double, fail).
WIDENS = {
    ("tinyint", "smallint"),
    ("tinyint", "int"),
    ("smallint", "int"),
    ("timestamp_ntz", "timestamp"),
    ("binary", "string"),
}
#: What Iceberg changes in place, beside decimals that gain digits (table specification, "Schema Evolution").
PROMOTES = {("int", "bigint"), ("float", "double")}
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
REMEDY = "deliver the file with the columns of the contract, or change the contract"


def compare(finding: Finding, columns: Sequence[Column]) -> Finding | Refusal:
    """The finding with its drift, or the refusal that spells the difference out.

    Names are compared as Spark does, without regard to case. A column that is not required may be absent. A column
    that the contract does not know is drift, and no reason to refuse.
    """
    wrong = list(differences(finding.columns, columns))
    if wrong:
        return Refusal(wrong[0][0], "; ".join(text for _, text in wrong), REMEDY)
    return Finding(finding.columns, finding.rows, tuple(_drift(finding.columns, columns)))


def differences(found: Iterable[FoundColumn], columns: Iterable[Column]) -> Iterator[tuple[str, str]]:
    """Why a file with these columns is refused: the reason, and a sentence of names and types."""
    by_name: dict[str, list[FoundColumn]] = {}
    for item in found:
        by_name.setdefault(item.name.lower(), []).append(item)
    for column in columns:
        same = by_name.get(column.name.lower(), [])
        if not same and column.required:
            yield "missing_column", f"missing column {column.name}, expected {column.type}"
        if len(same) > 1:
            yield "ambiguous_column", f"column {column.name} is there {len(same)} times, expected once"
        if len(same) == 1 and not readable(same[0].type, column.type):
            yield "retyped_column", f"column {column.name} is {same[0].type}, expected {column.type}"


def _drift(found: Iterable[FoundColumn], columns: Iterable[Column]) -> Iterator[str]:
    known = {column.name.lower() for column in columns}
    there = {item.name.lower() for item in found}
    yield from (f"unknown column {item.name} of type {item.type}" for item in found if item.name.lower() not in known)
    yield from (f"column {column.name} is absent" for column in columns if column.name.lower() not in there)


def readable(found: str, wanted: str) -> bool:
    """Whether a file's column of the one type is read with the contract's type, and no value changed.

    A decimal may gain precision, not scale, and only as far as the same storage holds it (32, 64 bits, or bytes).
    """
    if found == wanted or (found, wanted) in WIDENS:
        return True
    has, wants = _DECIMAL.fullmatch(found), _DECIMAL.fullmatch(wanted)
    if not has or not wants or has[2] != wants[2]:
        return False
    return int(has[1]) <= int(wants[1]) and _storage(int(has[1])) == _storage(int(wants[1]))


def _storage(precision: int) -> int:
    return 4 if precision <= 9 else 8 if precision <= 18 else 16


def promotes(before: str, now: str) -> bool:
    """Whether a table's column gets the other type in place: a longer number, or a decimal of more digits."""
    old, new = _DECIMAL.fullmatch(before), _DECIMAL.fullmatch(now)
    if old and new:
        return old[2] == new[2] and int(old[1]) <= int(new[1])
    return (before, now) in PROMOTES
