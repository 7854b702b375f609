"""Formats of dates: MySQL's and Joda's spelling in that of DuckDB's strftime."""

from __future__ import annotations

import re

from localaws.planes.athena.sql.functions.call import Call

_MYSQL = {
    "a": "%a",
    "b": "%b",
    "c": "%-m",
    "d": "%d",
    "e": "%-d",
    "f": "%f",
    "H": "%H",
    "h": "%I",
    "I": "%I",
    "i": "%M",
    "j": "%j",
    "k": "%-H",
    "l": "%-I",
    "M": "%B",
    "m": "%m",
    "p": "%p",
    "r": "%I:%M:%S %p",
    "S": "%S",
    "s": "%S",
    "T": "%H:%M:%S",
    "W": "%A",
    "Y": "%Y",
    "y": "%y",
    "%": "%%",
}
#: date_parse is told apart only where DuckDB reads as strictly as Joda does
_READABLE = frozenset("dHiMmSsTYf%")
_JODA = {
    "yyyy": "%Y",
    "YYYY": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "m": "%-M",
    "ss": "%S",
    "s": "%-S",
    "SSS": "%g",
    "EEEE": "%A",
    "EEE": "%a",
    "a": "%p",
    "DDD": "%j",
}


def mysql_format(call: Call, form: str, reads: bool = False) -> str:
    """The format of date_format, or of date_parse when it reads."""
    made, place = "", 0
    while place < len(form):
        if form[place] != "%":
            made += form[place]
            place += 1
            continue
        letter = form[place + 1 : place + 2]
        if letter not in _MYSQL or not letter or (reads and letter not in _READABLE):
            raise call.refuse(f"with %{letter}")
        made += _MYSQL[letter]
        place += 2
    return made


def joda_format(call: Call, form: str) -> str:
    """The format of format_datetime."""
    made = ""
    for quoted, letters, other in _pieces(form):
        if letters:
            if letters not in _JODA:
                raise call.refuse(f"with the pattern {letters}")
            made += _JODA[letters]
        else:
            made += (quoted or other).replace("%", "%%")
    return made


def _pieces(form: str) -> list[tuple[str, str, str]]:
    """Quoted text, runs of one letter, and other characters, in their order."""
    found = []
    for match in re.finditer(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|(?P<other>[^A-Za-z'])", form):
        quoted = match["quoted"]
        text = "'" if quoted == "" else (quoted or "").replace("''", "'")
        found.append((text if quoted is not None else "", match["letters"] or "", match["other"] or ""))
    return found
