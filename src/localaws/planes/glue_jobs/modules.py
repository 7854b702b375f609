"""--additional-python-modules: wheels from S3 and pins, installed once and cached by content.

Page "Using Python libraries with AWS Glue": pip installs them when a run starts.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from email.parser import Parser
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

#: What GetJobRun says when a module does not install; the details are in the error stream.
FAILED = (
    "LAUNCH ERROR | Python Module Installer indicates modules that failed to install, "
    "check logs from the PythonModuleInstaller. Please refer logs for details."
)
Fetch = Callable[[str, Path], object]


class ModuleInstallError(RuntimeError):
    """A module that a run asks for does not install; the message is the installer's."""


def install(modules: Sequence[str], options: str, *, fetch: Fetch, cache: Path) -> list[Path]:
    """Folders for the front of PYTHONPATH that hold the modules; what the interpreter has already needs none.

    Raises:
        ModuleInstallError: one of them does not install.
    """
    folders = (_wheel(m, options, fetch, cache) if m.startswith("s3://") else _pin(m, options, cache) for m in modules)
    return [folder for folder in folders if folder]


def _wheel(uri: str, options: str, fetch: Fetch, cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".wheel-") as scratch:
        wheel = Path(scratch) / uri.rpartition("/")[2]
        fetch(uri, wheel)
        name = hashlib.sha256(wheel.read_bytes()).hexdigest()[:32]
        return _once(cache / name, lambda target: _unpack(wheel, target, options))


def _pin(text: str, options: str, cache: Path) -> Path | None:
    try:
        wanted = Requirement(text)
    except InvalidRequirement as wrong:
        raise ModuleInstallError(f"{text}: not a wheel in S3 and not a requirement: {wrong}") from None
    if _satisfied(wanted):
        return None
    cache.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{wanted} {options}".encode()).hexdigest()[:32]
    return _once(cache / name, lambda target: _pip(text, target, options))


def _once(target: Path, make: Callable[[Path], None]) -> Path:
    """The folder is there as `make` fills it, all or nothing, whoever else makes it at the same time."""
    if target.is_dir():
        return target
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".installing-") as scratch:
        made = Path(scratch) / "made"
        make(made)
        try:
            made.rename(target)
        except OSError:  # another run was quicker
            if not target.is_dir():
                raise
    return target


def _unpack(wheel: Path, target: Path, options: str) -> None:
    """A wheel of pure Python whose requirements are met is only unpacked: pip would take seconds for the same."""
    try:
        _, _, _, tags = parse_wheel_filename(wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            metadata = _metadata(archive)
            pure = {tag.platform for tag in tags} == {"any"} and not any(".data/" in n for n in archive.namelist())
            if not pure or not all(map(_satisfied, _requirements(metadata))):
                return _pip(str(wheel), target, options)
            archive.extractall(target)
    except (InvalidWheelFilename, zipfile.BadZipFile, KeyError, OSError) as wrong:
        shutil.rmtree(target, ignore_errors=True)
        raise ModuleInstallError(f"{wheel.name}: not a valid wheel: {wrong}") from None


def _metadata(archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1]
    if not names:
        raise KeyError("it has no dist-info/METADATA")
    return archive.read(names[0]).decode()


def _requirements(metadata: str) -> Iterator[Requirement]:
    for text in Parser().parsestr(metadata).get_all("Requires-Dist", []):
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield wanted


def _satisfied(wanted: Requirement) -> bool:
    try:
        found = importlib.metadata.version(wanted.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return wanted.specifier.contains(found, prereleases=True)


def _pip(what: str, target: Path, options: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--no-input", "--target", str(target), what]
    done = subprocess.run([*command, *shlex.split(options)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ModuleInstallError(f"{what}: {(done.stderr or done.stdout).strip()}")
