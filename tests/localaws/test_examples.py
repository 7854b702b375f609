"""The examples of the pages print what the pages say (`python -m tests.localaws.examples` says it anew)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localaws.testing import Server
from tests.localaws import examples, operations

SPARK = {"glue-jobs"}
PAGES = [pytest.param(page, marks=[pytest.mark.spark] if page in SPARK else []) for page in operations.table()]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without the things of other tests: the examples give their own plain names."""
    with Server(tmp_path_factory.mktemp("examples")) as server:
        yield server


@pytest.mark.parametrize("page", PAGES)
def test_the_example_prints_what_the_page_says(own: Server, page: str) -> None:
    code, printed = examples.of(page)
    assert examples.run(code, own) == printed
