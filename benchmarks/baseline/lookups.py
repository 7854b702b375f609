"""The lists that the scripts look values up in."""

from __future__ import annotations

import csv
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "contracts" / "reference"


def _read(name: str, key: str, value: str) -> dict[str, str]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[key]: row[value] for row in csv.DictReader(file)}


CATEGORIES = _read("products", "product", "category")
STATES = _read("states", "name", "state")
