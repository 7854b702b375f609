from __future__ import annotations

import pytest

from tests.support import slow

TESTS = """
import pytest

@pytest.mark.slow("starts three servers")
def test_named(): ...

def test_unnamed(): ...
"""


def test_a_long_test_is_listed_with_its_reason(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeini("[pytest]\nmarkers = slow(reason)")
    pytester.makepyfile(TESTS)
    with monkeypatch.context() as short:
        short.setattr(slow, "LONG", 0)
        result = pytester.runpytest_inprocess("-p", "tests.support.slow")
    result.assert_outcomes(passed=2)
    result.stdout.re_match_lines_random(
        [
            r".*::test_named \(call\): starts three servers",
            r".*::test_unnamed \(call\): no reason: make it faster, or mark it slow.*",
        ]
    )


def test_a_short_one_is_not_listed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_short(): ...")
    pytester.runpytest_inprocess("-p", "tests.support.slow").stdout.no_fnmatch_line("*long tests*")
