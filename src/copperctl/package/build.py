"""Everything that ships, into one folder."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from copperctl.package.archive import write_zip
from copperctl.package.members import lambda_function
from copperctl.package.wheel import Release, write_wheel
from copperctl.render.rooms import requirement


@dataclass(frozen=True)
class Built:
    """What a build left."""

    wheel: Path
    functions: tuple[Path, ...]


def build(root: Path, folder: Path | None = None) -> Built:
    """The folder, dist/ unless told otherwise, holds the wheel and one zip a Lambda, the same from the same sources."""
    folder = folder or root / "dist"
    wheel = write_wheel(root, folder, release(root))
    return Built(wheel, tuple(_function(root, folder, name) for name in functions(root)))


def functions(root: Path) -> list[str]:
    """The names of the Lambdas: the folders that have a handler."""
    return sorted(file.parent.name for file in (root / "lambdas").glob("*/handler.py"))


def release(root: Path) -> Release:
    """What pyproject.toml says of the release, and what the wheel needs beyond what Glue has."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Release(project["name"], project["version"], project["requires-python"], (requirement(root),))


def _function(root: Path, folder: Path, name: str) -> Path:
    file = folder / f"{name}.zip"
    write_zip(file, lambda_function(root, name))
    return file
