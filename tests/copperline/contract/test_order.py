from __future__ import annotations

import itertools
from typing import Any

import pytest

from copperline.contract import Contract, Contracts
from copperline.contract.order import circle, publication_order


def contracts(**tables: dict[str, Any]) -> Contracts:
    """Silver contracts by their stems, with group, refers_to and reads as given."""
    found = {
        f"silver.{stem}": Contract(
            id=f"silver.{stem}",
            version="1",
            description="",
            grain="",
            columns=(),
            group=given.get("group", f"silver.{stem}"),
            refers_to=tuple(f"silver.{other}" for other in given.get("refers_to", ())),
            reads=tuple(given.get("reads", ())),
        )
        for stem, given in tables.items()
    }
    return Contracts(found)


#: The tables, and the order in which they become visible.
CASES: list[tuple[dict[str, dict[str, Any]], list[str]]] = [
    ({"b": {}, "a": {}}, ["a", "b"]),
    ({"a": {"group": "g", "refers_to": ["z"]}, "z": {"group": "g"}}, ["z", "a"]),
    ({"a": {"group": "g", "refers_to": ["b"]}, "b": {"group": "g", "refers_to": ["c"]}, "c": {"group": "g"}},
     ["c", "b", "a"]),
    ({"a": {"group": "g", "reads": ["silver.z"]}, "z": {"group": "g"}}, ["z", "a"]),
    ({"a": {"group": "g", "refers_to": ["a"]}, "b": {"group": "g"}}, ["a", "b"]),
    ({"a": {"group": "g", "refers_to": ["b"]}, "b": {"group": "g", "refers_to": ["a"]}}, ["a", "b"]),
    ({"a": {"group": "y", "refers_to": ["c"]}, "b": {"group": "x"}, "c": {"group": "y"}}, ["b", "c", "a"]),
    ({"a": {"group": "g", "refers_to": ["elsewhere"]}, "b": {"group": "g"}}, ["a", "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "order"), CASES)
def test_what_is_referred_to_comes_first_and_groups_stay_together(
    tables: dict[str, dict[str, Any]], order: list[str]
) -> None:
    known = contracts(**tables)
    for given in itertools.permutations(known):
        assert publication_order(known, given) == [f"silver.{stem}" for stem in order]


def test_only_what_is_published_counts() -> None:
    known = contracts(a={"group": "g", "refers_to": ["z"]}, b={"group": "g"}, z={"group": "g"})
    assert publication_order(known, ["silver.b", "silver.a"]) == ["silver.a", "silver.b"]


def test_a_circle_is_found() -> None:
    known = contracts(a={"refers_to": ["b"]}, b={"refers_to": ["c"]}, c={"refers_to": ["b"]}, d={"refers_to": ["d"]})
    assert [table for table in known if circle(known, table)] == ["silver.b", "silver.c"]
