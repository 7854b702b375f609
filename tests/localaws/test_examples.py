"""The examples of the pages print what the pages say (`python -m tests.localaws.examples` says it anew)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localaws.testing import Server
from tests.localaws import examples, operations

MARKS = {
    "glue-jobs": [pytest.mark.spark, pytest.mark.slow("runs a Glue job, and so Spark")],
    "state-and-server": [pytest.mark.slow("starts a server of its own, twice")],
}
PAGES = [pytest.param(page, marks=MARKS.get(page, [])) for page in operations.table()]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without the things of other tests: the examples give their own plain names."""
    with Server(tmp_path_factory.mktemp("examples")) as server:
        yield server


@pytest.mark.parametrize("page", PAGES)
def test_the_example_prints_what_the_page_says(own: Server, page: str) -> None:
    code, printed = examples.of(page)
    assert examples.run(code, own) == printed
