from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from copperctl import cli, lifecycle
from copperctl.aws import Aws


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Commands make this process forget the person's accounts; other tests have need of theirs."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state directory on which the stack is up."""
    folder = tmp_path_factory.mktemp("instance") / "state"
    lifecycle.up(folder)
    yield folder
    lifecycle.down(folder)


@pytest.fixture(scope="session")
def aws(state: Path) -> Aws:
    """The instance of that directory."""
    return Aws(lifecycle.up(state))


@pytest.fixture
def copperctl(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The program, in this process."""

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["copperctl", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        printed = capsys.readouterr()
        return Ended(int(end.value.code or 0), printed.out, printed.err)

    return call
