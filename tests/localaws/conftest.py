from __future__ import annotations

from collections.abc import Iterator

import pytest

from localaws.testing import Server


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of this room: each test uses names of its own."""
    with Server(tmp_path_factory.mktemp("state")) as server:
        yield server
