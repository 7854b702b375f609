"""Who imports whom, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

#: Inside copperline, imports run one way: a package may import those before it.
ORDER = ("errors", "names", "contract", "files", "columns", "frames", "quality", "tables", "job")
OUTSIDE = {
    "errors": set(),
    "names": set(),
    "contract": {"yaml"},
    "files": set(),
    "columns": {"pyspark"},
    "frames": {"pyspark", "pandas"},
    "quality": {"pyspark", "great_expectations"},
    "tables": {"pyspark", "py4j"},
    "job": {"pyspark", "py4j", "awsglue", "boto3"},
}
STANDARD = __import__("sys").stdlib_module_names


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """The modules that the file imports, wherever in it, with the line."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def across_packages(source: Path) -> list[str]:
    """Imports that cross the walls between the three packages."""
    forbidden = {"copperline": {"localaws", "copperctl"}, "localaws": {"copperline", "copperctl"}}
    return [
        f"{file.relative_to(source)}:{line}: imports {name}"
        for package, others in forbidden.items()
        for file in _files(source / package)
        for line, name in imported(file)
        if name.partition(".")[0] in others
    ]


def against_the_order(source: Path) -> list[str]:
    """Imports inside copperline that run the wrong way, or reach for a library that the package may not use."""
    found = []
    for file in _files(source / "copperline"):
        own = file.relative_to(source / "copperline").parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for line, name in imported(file):
            top, _, rest = name.partition(".")
            if top == "copperline":
                allowed = rest and ORDER.index(rest.split(".")[0]) <= ORDER.index(own)
            else:
                allowed = top in STANDARD or top in OUTSIDE[own]
            if not allowed:
                found.append(f"{file.relative_to(source)}:{line}: {own} imports {name}")
    return found


def by_jobs(root: Path) -> list[str]:
    """Imports of job scripts beyond copperline and pyspark."""
    return [
        f"{file.relative_to(root)}:{line}: imports {name}"
        for file in _files(root / "glue_jobs")
        for line, name in imported(file)
        if (top := name.partition(".")[0]) not in ("copperline", "pyspark") and top not in STANDARD
    ]
