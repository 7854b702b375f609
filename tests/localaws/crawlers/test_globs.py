from __future__ import annotations

import pytest

from localaws.planes.glue_crawlers.globs import pattern


@pytest.mark.parametrize(
    ("glob", "matches", "does_not"),
    [
        ("*.csv", ["a.csv", ".csv"], ["x/a.csv", "a.csv.gz"]),
        ("**.csv", ["a.csv", "x/y/a.csv"], ["a.json"]),
        ("_refused/**", ["_refused/a", "_refused/x/a"], ["x/_refused/a", "_refused"]),
        ("**/_refused/**", ["x/_refused/a", "x/y/_refused/z/a"], ["_refused/a"]),
        ("?.{csv,json}", ["a.csv", "b.json"], ["ab.csv", "a.xml"]),
        ("[a-c]*", ["a1", "c"], ["d1", "A"]),
        ("[!a]x", ["bx"], ["ax", "/x"]),
        (r"\*.csv", ["*.csv"], ["a.csv"]),
        ("a.csv", ["a.csv"], ["axcsv"]),
    ],
)
def test_globs(glob: str, matches: list[str], does_not: list[str]) -> None:
    expression = pattern(glob)
    assert [path for path in matches + does_not if expression.fullmatch(path)] == matches
