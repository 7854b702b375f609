"""A delivered file, seen through a few ranged reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HEAD = 256 * 1024
TAIL = 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A file's size, its first and last bytes, and a way to fetch others.

    Most questions are answered from head and tail, which whoever hashes the file has in hand anyway.
    """

    name: str
    size: int
    head: bytes
    tail: bytes
    fetch: Callable[[int, int], bytes]

    def read(self, start: int, length: int) -> bytes:
        """`length` bytes from `start` on, fewer only at the end of the file."""
        stop = min(start + length, self.size)
        if stop <= len(self.head):
            return self.head[start:stop]
        before_tail = self.size - len(self.tail)
        if start >= before_tail:
            return self.tail[start - before_tail : stop - before_tail]
        return self.fetch(start, stop - start)


def whole(name: str, data: bytes) -> Source:
    """The source of a file that is in memory."""

    def fetch(start: int, length: int) -> bytes:
        return data[start : start + length]

    return Source(name, len(data), data[:HEAD], data[-TAIL:], fetch)
