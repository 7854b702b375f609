from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from copperctl.generate import Sample, generate
from tests.end_to_end.stack import Stack


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sample]:
    """Generated files with dirt, and what must be rejected of them."""
    folder = tmp_path_factory.mktemp("sample")
    return folder, generate(folder, rows=3000, seed=7, days=400, dirt=3)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An instance of the module's own."""
    made = Stack(tmp_path_factory.mktemp("instance"))
    yield made
    made.down()
