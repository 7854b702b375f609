"""What a function can import: its zip, its layers, and the boto3 of the runtime; each unpacked once."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import shutil
import threading
import uuid
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from localaws.settings import current

_lock = threading.Lock()


def folder_of(archive: bytes) -> Path:
    """The folder in the state directory with what is in the zip.

    Raises:
        zipfile.BadZipFile: it is no zip.
    """

    def unpack(folder: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            opened.extractall(folder)

    return _once(hashlib.sha256(archive).hexdigest(), unpack)


def paths_of(function: Any) -> list[str]:
    """The folders from which the function imports, in order: its own, its layers', and last the runtime's."""
    from moto.awslambda.utils import get_backend

    backend = get_backend(function.account_id, function.region)
    layers = [folder_of(backend.layers_versions_by_arn(layer["Arn"]).code_bytes) for layer in function.layers]
    layered = [str(path) for layer in layers for path in (layer / "python", *layer.glob("python/lib/*/site-packages"))]
    return [str(folder_of(function.code_bytes)), *layered, str(runtime())]


def runtime() -> Path:
    """A folder with boto3 and what it needs, and nothing else of this environment."""
    entries = _boto3()

    def link(folder: Path) -> None:
        folder.mkdir()
        for name, path in entries.items():
            (folder / name).symlink_to(path)

    digest = hashlib.sha256("\n".join(map(str, entries.values())).encode()).hexdigest()
    return _once(f"runtime-{digest[:16]}", link)


@cache
def _boto3() -> dict[str, Path]:
    """The packages and modules of boto3 and of all that it requires."""
    entries: dict[str, Path] = {}
    todo, seen = ["boto3"], set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        distribution = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
        entries.update({top: Path(str(distribution.locate_file(top))) for top in tops})
        todo += [line.split(";")[0] for line in distribution.requires or () if "extra" not in line]
        todo = [_project(requirement) for requirement in todo]
    return dict(sorted(entries.items()))


def _project(requirement: str) -> str:
    for end in " <>=!~(,[":
        requirement = requirement.partition(end)[0]
    return requirement


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made whole or not at all."""
    root = current().state / "lambda"
    with _lock:
        if not (root / name).exists():
            root.mkdir(parents=True, exist_ok=True)
            draft = root / f".{uuid.uuid4().hex}"
            try:
                make(draft)
                draft.rename(root / name)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    return root / name
