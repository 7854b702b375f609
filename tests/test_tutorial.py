"""The tutorial, done as it says: its files written, its commands run, in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from copperctl.contracts import problems
from copperctl.render import rooms as rendered
from tests.laws.rooms import incomplete

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:^`(?P<file>[\w/.]+)`:\n\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: a file where a path stands above it, commands where it names no language, else an answer."""

    file: str
    kind: str
    text: str


BLOCKS = [Block(found["file"] or "", found["kind"], found["text"]) for found in BLOCK.finditer(PAGE)]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is tracked, whose virtual environment is the one that this test runs in."""
    copy = tmp_path / "checkout"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != ".ready":
            (copy / ".venv" / part.name).symlink_to(part)
    (copy / ".venv/.ready").touch()
    return copy


@pytest.fixture
def environment(checkout: Path) -> Iterator[dict[str, str]]:
    """What commands run with: the copy's packages come first, and no account beside its instance."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own["PYTHONPATH"] = f"{checkout / 'src'}:{checkout}"
    yield own
    subprocess.run([".venv/bin/copperctl", "down"], cwd=checkout, env=own, capture_output=True, check=True)


def write(folder: Path) -> None:
    """The folder has the page's files, none of which was there."""
    for block in BLOCKS:
        if block.file:
            place = folder / block.file
            assert not place.exists(), f"{block.file} is no example any more"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, encoding="utf-8")


def test_the_page_has_every_file_that_a_table_needs(tmp_path: Path) -> None:
    for folder in ("contracts", "glue_jobs", "athena_queries", "crawlers", "tests/glue_jobs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    write(tmp_path)
    assert list(problems(tmp_path / "contracts")) == []
    assert incomplete(tmp_path) == []
    drifts = {drift.file.parent.name: drift.text for drift in rendered(tmp_path)}
    assert {"JobSilverReturns:", "JobGoldReturns:"} <= set(drifts["glue_jobs"].split())
    assert {"CrawlerCopperShop:", "CrawlerBronzeShop:"} <= set(drifts["crawlers"].split())
    assert "QueryReturnsByProduct:" in drifts["athena_queries"]


@pytest.mark.end_to_end
def test_the_page_does_what_it_says(checkout: Path, environment: dict[str, str]) -> None:
    write(checkout)
    printed = ""
    for block in BLOCKS:
        if block.kind == "text":
            assert printed.strip() == block.text.strip()
        elif not block.file:
            command = ["bash", "-euo", "pipefail", "-c", block.text]
            done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (block.text, done.stdout, done.stderr)
            printed = done.stdout
    assert "returns,5,3,0,0,0,2,0" in printed
