"""Which template gets what."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from copperctl.errors import ConfigurationError
from copperctl.render.block import replaced
from copperctl.render.crawlers import crawlers
from copperctl.render.intrinsics import dump
from copperctl.render.jobs import jobs
from copperctl.render.queries import queries
from copperline.contract import load_contracts
from copperline.errors import expected


@dataclass(frozen=True)
class Drift:
    """A template whose rendered part is not what contracts and SQL files say now."""

    file: Path
    text: str


def render(root: Path) -> list[Drift]:
    """Every template holds what contracts and SQL files say; the answer is what had to change."""
    drifts = rooms(root)
    for drift in drifts:
        drift.file.write_text(drift.text, encoding="utf-8")
    return drifts


def rooms(root: Path) -> list[Drift]:
    """The templates that differ from what they should hold; nothing is written.

    Raises:
        ConfigurationError: a template has lost its marks, a query its header, or pyproject.toml its pin.
    """
    contracts = load_contracts(root / "contracts")
    parts = {
        root / "athena_queries/template.yaml": queries(root / "athena_queries"),
        root / "crawlers/template.yaml": crawlers(contracts),
        root / "glue_jobs/template.yaml": jobs(contracts, requirement(root)),
    }
    wanted = {file: replaced(file, dump(resources)) for file, resources in parts.items()}
    return [Drift(file, text) for file, text in wanted.items() if file.read_text(encoding="utf-8") != text]


def requirement(root: Path) -> str:
    """What the wheel needs on Glue beyond what Glue has, as pyproject.toml pins it.

    Raises:
        ConfigurationError: it is not pinned there.
    """
    file = root / "pyproject.toml"
    for line in tomllib.loads(file.read_text(encoding="utf-8"))["project"]["dependencies"]:
        if line.startswith("great-expectations=="):
            return str(line)
    raise ConfigurationError(
        expected(str(file), "dependencies", "great-expectations==<version>", "no such line", "pin it there")
    )
