"""What the machine has and lacks."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from copperline.errors import MissingPart, expected
from localaws.spark import SparkUnavailableError, jars, java_home

_MEMORY = Path("/proc/meminfo")
_ENOUGH_DISK = 2 << 30
_LEAST_DISK = 256 << 20  # with less, even the sample does not come to its end
_ENOUGH_MEMORY = 4 << 30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    good: bool
    what: str

    def __str__(self) -> str:
        return f"{'ok     ' if self.good else 'MISSING'}  {self.what}"


def examine() -> list[Finding]:
    """Everything that `make run` and `make test` need, found or missing, with how to get it."""
    return [_python(), _look(_java), _look(_jars), _disk(), _memory()]


def need_spark() -> None:
    """Jobs can run here; the jars are fetched if they never were.

    Raises:
        SparkUnavailableError: Java or the jars are missing, and cannot be had.
    """
    java_home()
    jars()


def need_disk(state: Path) -> None:
    """There is room for what a run writes into the directory, which need not be there yet.

    Raises:
        MissingPart: there is none.
    """
    place = next(folder for folder in (state.resolve(), *state.resolve().parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    if free < _LEAST_DISK:
        want = f"at least {_LEAST_DISK >> 20} MB free"
        raise MissingPart(expected(str(place), "disk", want, f"{free >> 20}", "make room, or name another --state"))


def _look(at: Callable[[], str]) -> Finding:
    try:
        return Finding(good=True, what=at())
    except SparkUnavailableError as error:
        return Finding(good=False, what=" ".join(str(error).split()))


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info[:2] == (3, 11)
    return Finding(good, f"Python {found}" + ("" if good else ": Glue 5.1 runs 3.11; make PYTHON=/path/to/python3.11"))


def _java() -> str:
    return f"Java 17 in {java_home()}"


def _jars() -> str:
    found = jars()
    return f"{len(found)} Spark jars in {found[0].parent}, checksums as pinned"


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    good = free > _ENOUGH_DISK
    return Finding(good, f"{free >> 20} MB of free disk" + ("" if good else "; a run needs 2048: make room"))


def _memory() -> Finding:
    """Linux alone says how much memory there is; elsewhere nothing is claimed."""
    if not _MEMORY.is_file():
        return Finding(good=True, what="memory: not looked at on this system")
    total = int(_MEMORY.read_text().split()[1]) << 10
    good = total > _ENOUGH_MEMORY
    return Finding(good, f"{total >> 20} MB of memory" + ("" if good else "; Spark and localaws need 4096"))


def main() -> int:
    """Print what is missing, or everything; the exit code says whether anything is."""
    parser = argparse.ArgumentParser(prog="python -m copperctl.doctor")
    parser.add_argument("--quiet", action="store_true", help="say only what is missing")
    quiet = parser.parse_args().quiet
    findings = examine()
    for finding in findings:
        if not (quiet and finding.good):
            print(finding)
    return 0 if all(finding.good for finding in findings) else MissingPart.exit_code


if __name__ == "__main__":
    sys.exit(main())
