"""Zip files that depend on nothing but their content."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

#: The earliest moment that a zip can hold.
MOMENT = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644


def write_zip(file: Path, members: Mapping[str, bytes]) -> None:
    """The file holds exactly the members, in the order of their names, with one time and one mode.

    Members are stored, not deflated: what zlib makes of them differs between its versions. The file comes to be in one
    step, so that nobody reads half of it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.half")
    with zipfile.ZipFile(half, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(_entry(name), members[name])
    half.replace(file)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.create_system = 3  # Unix, whatever this machine is
    entry.external_attr = MODE << 16
    return entry
