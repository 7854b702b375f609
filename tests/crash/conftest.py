from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.instances import Restored, save_first
from tests.crash.running import Undisturbed, undisturbed


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped instance, deployed and delivered to: each test works on a copy of its state."""
    return save_first(tmp_path_factory.mktemp("saved") / "state")


@pytest.fixture(scope="session")
def calm(saved: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """What an undisturbed run of it comes to."""
    return undisturbed("first", saved, tmp_path_factory.mktemp("calm") / "state")


@pytest.fixture
def restored(saved: Path, tmp_path: Path) -> Iterator[Callable[[], Restored]]:
    """Makes the instance that was saved, running."""
    made: list[Restored] = []

    def make() -> Restored:
        made.append(Restored(saved, tmp_path / f"state{len(made)}"))
        return made[-1]

    yield make
    for stack in made:
        stack.down()
