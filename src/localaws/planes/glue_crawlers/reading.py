"""Files of S3 as Python reads files: small ones at once, of large ones only the parts that are asked for."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, BinaryIO, cast

from localaws.planes.glue_crawlers.formats import classify
from localaws.planes.glue_crawlers.found import Found
from localaws.planes.glue_crawlers.listing import Item

AT_ONCE = 4 << 20
READERS = 8
REMEMBERED = 20_000

_known: dict[tuple[str, str, str, str], Found] = {}  # a file that did not change is not read again


class CancelledError(RuntimeError):
    """Somebody stopped the crawler."""


def read_all(s3: Any, items: Sequence[Item], classifiers: Sequence[Mapping[str, Any]], stop: Event) -> list[Found]:
    """What each of the items holds.

    Raises:
        CancelledError: the event was set meanwhile.
        UnsupportedError: a classifier is of a kind that is not emulated.
    """

    def read(item: Item) -> Found:
        if stop.is_set():
            raise CancelledError
        return _read(s3, item, classifiers)

    with ThreadPoolExecutor(READERS, "crawler") as pool:
        return list(pool.map(read, items))


def _read(s3: Any, item: Item, classifiers: Sequence[Mapping[str, Any]]) -> Found:
    name = (item.bucket, item.key, item.etag, repr(classifiers))
    if name not in _known:
        if len(_known) >= REMEMBERED:
            _known.clear()
        _known[name] = classify(_opened(s3, item), item.size, classifiers)
    return _known[name]


def _opened(s3: Any, item: Item) -> BinaryIO:
    if item.size <= AT_ONCE:
        return io.BytesIO(s3.get_object(Bucket=item.bucket, Key=item.key)["Body"].read())
    return cast("BinaryIO", io.BufferedReader(_Ranges(s3, item), 1 << 18))


class _Ranges(io.RawIOBase):
    """An object of S3, read by ranges."""

    def __init__(self, s3: Any, item: Item) -> None:
        self._s3, self._item, self._place = s3, item, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._item.size}[whence]
        self._place = start + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        last = min(self._place + len(buffer), self._item.size) - 1
        if last < self._place:
            return 0
        got = self._s3.get_object(
            Bucket=self._item.bucket, Key=self._item.key, IfMatch=self._item.etag, Range=f"bytes={self._place}-{last}"
        )["Body"].read()
        buffer[: len(got)] = got
        self._place += len(got)
        return len(got)
