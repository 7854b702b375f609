"""Random histories of sales: what is told of them, on which day, in which file, and how wrongly."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

DAYS, SLOTS, KEYS = 6, 7, 3
#: So many sound rows are drawn to one of each flaw.
_SOUND = 40

FLAWS = ("quantity", "rating", "moment", "future", "state", "nobody", "both")
TAKEN, TRUNCATED, LACKING, AGAIN, SECOND_VERSION = "taken", "truncated", "lacks a column", "again", "second version"
FATES = (TRUNCATED, LACKING, AGAIN, AGAIN, SECOND_VERSION, SECOND_VERSION)


@dataclass(frozen=True)
class Told:
    """A row as somebody delivers it: of which sale, on which day, in which file of the day and where in it."""

    key: int
    day: int
    slot: int
    place: int
    quantity: int
    rating: int
    category: bool
    flaw: str
    repeats: bool = False


History = tuple[Told, ...]
Fates = dict[tuple[int, int], tuple[str, int]]

_DAY, _SLOT, _PLACE = st.integers(0, DAYS - 1), st.integers(0, SLOTS - 1), st.integers(0, 9)
_ROW = st.builds(
    Told,
    key=st.integers(0, KEYS - 1),
    day=_DAY,
    slot=_SLOT,
    place=_PLACE,
    quantity=st.integers(1, 3),
    rating=st.integers(1, 2),
    category=st.booleans(),
    flaw=st.sampled_from(("",) * _SOUND + FLAWS),
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Some rows, and some of them told again as they were, on any day, in any file."""
    rows = draw(st.lists(_ROW, min_size=2, max_size=9))
    for which in draw(st.lists(st.integers(0, 8), max_size=3)):
        again = rows[which % len(rows)]
        rows.append(replace(again, day=draw(_DAY), slot=draw(_SLOT), place=draw(_PLACE), repeats=True))
    return tuple(rows)


def fates() -> st.SearchStrategy[Fates]:
    """What becomes of some files beside being delivered: (day, slot) → what, and on how much later a day."""
    places = st.tuples(_DAY, _SLOT)
    return st.dictionaries(
        places, st.tuples(st.sampled_from(FATES), st.integers(0, DAYS - 1)), min_size=12, max_size=20
    )
