"""The lists that the scripts look values up in."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

_PACKED = files(__package__)  # in the archive that Glue jobs get, beside this file
_FOLDER = Path(__file__).resolve().parents[2] / "contracts" / "reference"


def _read(name: str, key: str, value: str) -> dict[str, str]:
    packed = _PACKED / f"{name}.csv"
    text = (packed if packed.is_file() else _FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    return {row[key]: row[value] for row in csv.DictReader(text.splitlines())}


CATEGORIES = _read("products", "product", "category")
STATES = _read("states", "name", "state")
