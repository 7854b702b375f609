"""Mistakes around an instance that other tests have no place for: one sentence, what to do, the right exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from copperctl import demo, lifecycle
from localaws import state_dir
from tests.copperctl.conftest import Command


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "own"
    lifecycle.down(tmp_path / "own")


def snapshot(folder: Path, **fields: object) -> Path:
    """The state of a server that was another one than ours."""
    file = folder / "localaws" / "snapshot"
    file.parent.mkdir(parents=True)
    header = {"format": state_dir.FORMAT, "sha256": "", **state_dir._versions(), **fields}
    file.write_text(json.dumps(header) + "\n")
    return file


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": state_dir.FORMAT + 1}, "use the newer one that wrote it"),
        ({"moto": "99.0"}, "was written with moto 99.0"),
        ({"python": "3.12"}, "was written with python 3.12"),
        ({}, "is broken: its content is not what was written; restore or delete it"),
    ],
)
def test_a_state_of_another_version_is_named_and_not_touched(
    copperctl: Command, own: Path, fields: dict[str, object], words: str
) -> None:
    file = snapshot(own, **fields)
    before = file.read_bytes()
    ended = copperctl("up", "--state", own)
    assert (ended.code, ended.out) == (3, "")
    [first, told] = ended.err.splitlines()
    assert first == "starting localaws"
    assert told.startswith(f"copperctl: localaws did not start: {file} ")
    assert words in told
    assert ([path.name for path in file.parent.iterdir()], file.read_bytes()) == (["snapshot"], before)


@pytest.mark.parametrize("module", ["copperctl.demo", "localaws", "copperctl.doctor", "copperctl.render"])
def test_an_unknown_argument_is_wrong_use(module: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", module, "--nonsense"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "error: unrecognized arguments: --nonsense" in ended.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_make_run_with_a_broken_contract_says_so(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "checkout" / "contracts" / "silver" / "things.odcs.yaml"
    broken.parent.mkdir(parents=True)
    broken.write_text("id: [")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "file").touch()
    monkeypatch.setattr(lifecycle, "root", lambda: tmp_path / "checkout")
    monkeypatch.setattr(sys, "argv", ["demo", "--state", str(own), "--data", str(tmp_path / "data")])
    assert demo.main() == 3
    told = capsys.readouterr().err
    assert told.startswith(f"make run: {broken}: is no YAML: while parsing")
    assert told.count("\n") == 1
