"""The wheel that ships to Glue, written by the binary distribution format's own rules."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from copperctl.package.archive import write_zip
from copperctl.package.members import Members, contracts, package


@dataclass(frozen=True)
class Release:
    """What the wheel says about itself."""

    name: str
    version: str
    requires_python: str
    requires: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The name that pip accepts."""
        return f"{self.name}-{self.version}-py3-none-any.whl"


def write_wheel(root: Path, folder: Path, release: Release) -> Path:
    """The folder holds the wheel: copperline, the jobs and the contracts."""
    members = package(root / "src/copperline") | package(root / "glue_jobs") | contracts(root / "contracts")
    info = f"{release.name}-{release.version}.dist-info"
    members[f"{info}/METADATA"] = _metadata(release)
    members[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: copperctl\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members[f"{info}/top_level.txt"] = b"copperline\nglue_jobs\n"
    members[f"{info}/RECORD"] = _record(members, f"{info}/RECORD")
    write_zip(folder / release.file_name, members)
    return folder / release.file_name


def _metadata(release: Release) -> bytes:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {release.name}",
        f"Version: {release.version}",
        f"Requires-Python: {release.requires_python}",
        *(f"Requires-Dist: {requirement}" for requirement in release.requires),
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _record(members: Members, own: str) -> bytes:
    lines = [f"{name},sha256={_digest(members[name])},{len(members[name])}\n" for name in sorted(members)]
    return "".join([*lines, f"{own},,\n"]).encode()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
