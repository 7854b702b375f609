"""moto's tests, as its source distribution has them: fetched once, checked, then used from a cache."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from localaws.spark.jar_cache import default_cache
from localaws.spark.lock import locked

_HERE = Path(__file__).parent
VERSION = "5.2.5"
_PIP = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]


class Unavailable(Exception):
    """The tests cannot be fetched; the message says what to do."""


def home() -> Path:
    """Where the tests are, or will be."""
    return default_cache() / f"moto-{VERSION}"


def fetched() -> Path:
    """The folder that holds `tests`, and in `packages` what they import and localaws's environment lacks.

    Raises:
        Unavailable: pip cannot get them, or what came has other bytes than those pinned.
    """
    place = home()
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with locked(place.parent / ".lock"):
            if not place.is_dir():  # another process may have been quicker
                _fetch(place)
    return place


def _fetch(place: Path) -> None:
    """All or nothing: it moves there once it is whole."""
    sys.stderr.write(f"fetching moto's tests (9 MB, once) into {place}\n")
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".fetching-") as scratch:
        work = Path(scratch)
        pinned = ["--no-deps", "--require-hashes"]
        source = ["download", *pinned, "--no-binary", ":all:", "--no-build-isolation", "--dest", str(work)]
        _pip([*source, "-r", str(_HERE / "fetched.txt")])
        with tarfile.open(work / f"moto-{VERSION}.tar.gz") as archive:
            archive.extractall(work, filter="data")
        root = work / f"moto-{VERSION}"
        _pip(["install", *pinned, "--target", str(root / "packages"), "-r", str(_HERE / "needed.txt")])
        whole = work / "whole"
        whole.mkdir()
        for name in ("tests", "packages", "LICENSE"):
            (root / name).rename(whole / name)
        whole.rename(place)


def _pip(arguments: list[str]) -> None:
    done = subprocess.run([*_PIP, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-3:]
        raise Unavailable(f"moto's tests cannot be fetched: see that there is a network; pip said: {' '.join(last)}")
