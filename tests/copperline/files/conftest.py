from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.copperline.files.world import account


@pytest.fixture
def aws() -> Iterator[None]:
    with account():
        yield
