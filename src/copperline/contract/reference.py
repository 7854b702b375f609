"""Reference data: small lists that contracts and jobs share, kept beside the contracts."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from copperline.contract.place import contracts_folder
from copperline.errors import ContractError, expected


@cache
def reference(name: str, key: str, value: str) -> dict[str, str]:
    """The list's column `value` by its column `key`, in the order of the file.

    Raises:
        ContractError: there is no such list, or it has no such column.
    """
    path = contracts_folder() / "reference" / f"{name}.csv"
    if not path.is_file():
        there = ", ".join(sorted(file.stem for file in path.parent.glob("*.csv")))
        raise ContractError(
            expected(str(path), "reference list", f"one of {there}", name, "add the file or mend the name")
        )
    rows = _rows(path)
    for column in (key, value):
        if rows and column not in rows[0]:
            raise ContractError(expected(str(path), "column", f"one of {', '.join(rows[0])}", column, "mend the name"))
    return {row[key]: row[value] for row in rows}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
