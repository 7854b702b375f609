"""The named queries: one a file of athena_queries/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copperctl.errors import ConfigurationError
from copperctl.render.intrinsics import Ref, Sub, logical_id
from copperline.errors import expected

TABLE = "-- table: "


def queries(folder: Path) -> dict[str, Any]:
    """The resources of all named queries.

    Raises:
        ConfigurationError: a file does not begin with its table and a sentence.
    """
    return {logical_id("Query", file.stem): _query(file) for file in sorted(folder.glob("*.sql"))}


def table_of(file: Path) -> str:
    """The gold table that a query's header names.

    Raises:
        ConfigurationError: the file has no such header.
    """
    return _header(file)[0]


def _header(file: Path) -> tuple[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    if len(lines) < 3 or not lines[0].startswith(TABLE) or not lines[1].startswith("-- "):
        got = "; ".join(lines[:2])
        remedy = "name the table it answers from in the first line and the question in the second"
        raise ConfigurationError(expected(str(file), "header", f"'{TABLE}gold.<table>' and a sentence", got, remedy))
    return lines[0].removeprefix(TABLE).strip(), lines[1].removeprefix("-- ").strip()


def _query(file: Path) -> dict[str, Any]:
    return {
        "Type": "AWS::Athena::NamedQuery",
        "Properties": {
            "Name": file.stem,
            "Description": _header(file)[1],
            "Database": Ref("GoldDatabase"),
            "WorkGroup": Ref("Workgroup"),
            "QueryString": Sub(file.read_text(encoding="utf-8")),
        },
    }
