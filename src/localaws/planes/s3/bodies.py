"""The bytes of objects: one file each in the state directory, written once and never changed."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from localaws.planes.s3 import checksums
from localaws.settings import current

BLOCK = 1 << 18
_NAME = re.compile(r"[0-9a-f]{32}")

_lock = threading.Lock()
_trash: set[str] = set()


@dataclass(frozen=True)
class Body:
    """Some bytes in a file: all of it, or a slice (a part of an object that was uploaded in parts)."""

    name: str  # of the file; empty when there are no bytes
    size: int
    md5: str
    start: int = 0
    checksums: dict[str, str] = field(default_factory=dict)  # algorithm: value as S3 spells it

    def open(self) -> BinaryIO:
        """The file, placed at the first of these bytes; it goes on after the last."""
        file = path_of(self.name).open("rb")
        file.seek(self.start)
        return file

    def blocks(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """The bytes from first to last (both included), a block at a time."""
        left = (self.size if last is None else last + 1) - first
        if left <= 0:
            return
        with self.open() as file:
            file.seek(self.start + first)
            while left > 0 and (block := file.read(min(BLOCK, left))):
                left -= len(block)
                yield block

    def read(self, first: int = 0, last: int | None = None) -> bytes:
        """The bytes from first to last (both included), at once."""
        return b"".join(self.blocks(first, last))

    def checksum(self, algorithm: str) -> str:
        """The checksum as S3 spells it; read from the file unless it came with the bytes."""
        if algorithm not in self.checksums:
            total = checksums.new(algorithm)
            for block in self.blocks():
                total.update(block)
            self.checksums[algorithm] = checksums.encode(total.digest())
        return self.checksums[algorithm]

    def slice(self, start: int, size: int, like: Body) -> Body:
        """The same bytes as `like`, but found in this body's file."""
        return replace(like, name=self.name if size else "", start=self.start + start)


def path_of(name: str) -> Path:
    """The file of that name."""
    return _root() / name[:2] / name


def store(blocks: Iterable[bytes], algorithms: Collection[str] = ()) -> Body:
    """The bytes are in a file of their own; nothing refers to it yet."""
    name, size, md5 = uuid.uuid4().hex, 0, hashlib.md5(usedforsecurity=False)
    totals = {algorithm: checksums.new(algorithm) for algorithm in algorithms}
    path = path_of(name)
    try:
        with _create(path) as file:
            for block in blocks:
                file.write(block)
                size += len(block)
                md5.update(block)
                for total in totals.values():
                    total.update(block)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if size == 0:
        path.unlink()
        name = ""
    values = {algorithm: checksums.encode(total.digest()) for algorithm, total in totals.items()}
    return Body(name, size, md5.hexdigest(), checksums=values)


def duplicate(body: Body) -> Body:
    """The same bytes under another name, so that either can go without the other; costs no space."""
    if not body.name:
        return body
    if body.start or path_of(body.name).stat().st_size != body.size:
        return replace(store(body.blocks()), checksums=dict(body.checksums))
    name = uuid.uuid4().hex
    path_of(name).parent.mkdir(parents=True, exist_ok=True)
    path_of(name).hardlink_to(path_of(body.name))
    return replace(body, name=name, checksums=dict(body.checksums))


def discard(body: Body) -> None:
    """The file goes with the next saved state: until then a killed server may come back to a state that needs it."""
    if body.name:
        with _lock:
            _trash.add(body.name)


def take_trash() -> set[str]:
    """The names of all files that nothing refers to any more; who takes them burns or restores them."""
    with _lock:
        taken = set(_trash)
        _trash.clear()
    return taken


def burn(names: Iterable[str]) -> None:
    """These files are gone."""
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            path_of(name).unlink()


def to_trash(names: Iterable[str]) -> None:
    """These files wait for the next saved state."""
    with _lock:
        _trash.update(names)


def sweep(alive: Collection[str]) -> None:
    """Files that a server which was killed left behind are gone: all that are not named."""
    root = _root()
    if root.is_dir():
        for folder in root.iterdir():
            names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
            burn(name for name in names if _NAME.fullmatch(name) and name not in alive)


def _create(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def _root() -> Path:
    return current().state / "s3"
