"""Comma-separated values: the built-in classifier and custom ones (pages "Built-in classifiers", "CSV classifier")."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from localaws.planes.glue_crawlers.found import Found, UnsupportedError
from localaws.planes.glue_crawlers.types import common

DELIMITERS = (",", "|", "\t", ";", "\x01")  # in the order of the page
LONGEST_HEADING = 150
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_INTEGER, _NUMBER = re.compile(r"[+-]?\d{1,18}"), re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_HEADING = re.compile(r"[\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF\t]*")  # the page "Column structure"

Rows = Sequence[Sequence[str]]


def look(text: str) -> Found | None:
    """What the built-in classifier says: at least two columns and two rows, of one width."""
    for delimiter in DELIMITERS:
        rows = _rows(text, delimiter, '"')
        width = _width(rows)
        if width >= 2 and len(rows) >= 2:
            has_header = _is_header(rows, width)
            return _found(rows, width, delimiter, has_header, names=(), quote=None, serde=LAZY)
    return None


def look_as(text: str, classifier: Mapping[str, Any]) -> Found | None:
    """What a custom classifier says, or None where the text is not as it says (page "CsvClassifier")."""
    if types := classifier.get("CustomDatatypes"):
        raise UnsupportedError(f"NotImplemented: localaws has no CustomDatatypes {types}")
    delimiter, quote = str(classifier.get("Delimiter") or ","), classifier.get("QuoteSymbol")
    rows = _rows(text, delimiter, quote or '"')
    names: Sequence[str] = classifier.get("Header") or ()
    width = _width(rows)
    least = 1 if classifier.get("AllowSingleColumn") else 2
    if width < least or (names and width != len(names)):
        return None
    serde = OPEN if classifier.get("Serde") == "OpenCSVSerDe" else LAZY
    present = {"PRESENT": True, "ABSENT": False}.get(classifier.get("ContainsHeader") or "UNKNOWN")
    if present is None:
        present = _is_header(rows, width) or _same(rows[0], names)
    return _found(rows, width, delimiter, present, names=names, quote=quote, serde=serde)


def _found(
    rows: Rows, width: int, delimiter: str, header: bool, *, names: Sequence[str], quote: str | None, serde: str
) -> Found:
    data = rows[1:] if header else rows
    given = names or (rows[0] if header else ())
    kinds = [_kind([row[place] for row in data if place < len(row)]) for place in range(width)]
    if serde == OPEN:  # it reads everything as text
        kinds = ["string"] * width
    traits = {"delimiter": delimiter, "areColumnsQuoted": str(bool(quote)).lower(), "columnsOrdered": "true"}
    if quote:
        traits["quoteChar"] = quote
    if header:
        traits["skip.header.line.count"] = "1"
    columns = tuple(zip(_names(given, width), kinds, strict=True))
    return Found("csv", columns, traits=tuple(traits.items()), serde=serde, records=len(data))


def _rows(text: str, delimiter: str, quote: str) -> Rows:
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
        return [row for row in read if any(row)]
    except csv.Error:
        return []


def _width(rows: Rows) -> int:
    """How many columns the rows have; 0 where more than a tenth of them have other than most."""
    if not rows:
        return 0
    ((width, rows_with_it),) = Counter(len(row) for row in rows).most_common(1)
    return width if rows_with_it >= 0.9 * len(rows) else 0


def _is_header(rows: Rows, width: int) -> bool:
    """The page's rules: text only, short but for the last, and below it something that is not text."""
    first, data = rows[0], rows[1:]
    if len(first) != width or any(_kind([cell]) not in ("string", None) for cell in first):
        return False
    if not all(len(cell) < LONGEST_HEADING for cell in first[:-1]) or not all(
        _HEADING.fullmatch(cell) for cell in first
    ):
        return False
    kinds = (_kind([row[place] for row in data if place < len(row)]) for place in range(width))
    return any(kind not in ("string", None) for kind in kinds)


def _kind(cells: Sequence[str]) -> str | None:
    kind = None
    for cell in cells:
        kind = common(kind, _kind_of(cell.strip()))
        if kind == "string":
            break
    assert kind is None or isinstance(kind, str)
    return kind


def _kind_of(cell: str) -> str | None:
    if not cell:
        return None
    if _INTEGER.fullmatch(cell):
        return "bigint"
    if _NUMBER.fullmatch(cell):
        return "double"
    return "boolean" if cell.lower() in ("true", "false") else "string"


def _names(given: Sequence[str], width: int) -> list[str]:
    names: list[str] = []
    for place in range(width):
        name = given[place].strip().lower() if place < len(given) else ""
        name = name or f"col{place}"
        names.append(f"{name}_{place}" if name in names else name)
    return names


def _same(row: Sequence[str], names: Sequence[str]) -> bool:
    return [cell.strip().lower() for cell in row] == [name.strip().lower() for name in names]
