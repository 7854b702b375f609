from __future__ import annotations

from tests.crash.reader import strange

ALLOWED = {"silver.sales": ["absent", "one", "two"]}


def test_what_was_never_published_or_comes_back_is_strange() -> None:
    for seen in (["absent", "one", "two"], ["absent", "two"], ["one"], []):
        assert strange({"silver.sales": seen}, ALLOWED) == []
    for seen in (["absent", "half", "two"], ["two", "one"], ["one", "absent"]):
        (problem,) = strange({"silver.sales": seen}, ALLOWED)
        assert problem.startswith(f"silver.sales: a reader saw {seen}")
