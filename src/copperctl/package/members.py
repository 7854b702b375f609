"""Which files of the checkout go where."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

Members = dict[str, bytes]

#: What a Lambda imports of copperline: nothing that needs Spark.
LAMBDA_PARTS = ("__init__.py", "errors.py", "names.py", "contract", "files")
REFERENCE = ("*.csv", "*.json", "*.txt")


def package(folder: Path, parts: Iterable[str] = ("",)) -> Members:
    """The Python files of a package, or of the named parts of it, under the package's own name."""
    found = (file for part in parts for file in _sources(folder / part))
    return {file.relative_to(folder.parent).as_posix(): file.read_bytes() for file in found}


def _sources(place: Path) -> Iterable[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def contracts(folder: Path) -> Members:
    """The contracts as JSON, which needs no parser of YAML where they are read, and the reference lists as they are."""
    files = {f"{file.parent.name}/{file.stem}.json": _as_json(file) for file in sorted(folder.glob("*/*.odcs.yaml"))}
    lists = [file for pattern in REFERENCE for file in sorted((folder / "reference").glob(pattern))]
    files |= {f"reference/{file.name}": file.read_bytes() for file in lists}
    return {f"copperline/contracts/{name}": content for name, content in files.items()}


def _as_json(file: Path) -> bytes:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return (json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def lambda_function(root: Path, name: str) -> Members:
    """What the function's zip holds: its folder's modules at the top, and what it may import of copperline."""
    folder = root / "lambdas" / name
    own = {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*.py"))}
    if not any(b"copperline" in content for content in own.values()):
        return own
    return own | package(root / "src/copperline", LAMBDA_PARTS) | contracts(root / "contracts")
