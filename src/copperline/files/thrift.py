"""Just enough of Thrift's compact protocol to read what a Parquet file says of itself.

Source: apache/thrift, doc/specs/thrift-compact-protocol.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from struct import unpack_from
from typing import Any

STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(13)
DEEPEST = 32


class Malformed(Exception):
    """The bytes are no Thrift, or end before the structure does."""


class Reader:
    """Values out of bytes that a stranger wrote: every length is checked against what is there."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._plain: dict[int, Callable[[], Any]] = {
            BYTE: self._byte,
            **dict.fromkeys((I16, I32, I64), self._zigzag),
            DOUBLE: lambda: unpack_from("<d", self._take(8))[0],
            BINARY: lambda: self._take(self._varint()),
        }
        self._nested: dict[int, Callable[[int], Any]] = {
            **dict.fromkeys((LIST, SET), self._list),
            MAP: self._map,
            STRUCT: self._struct,
        }

    def fields(self, depth: int = 0) -> Iterator[tuple[int, Any]]:
        """The fields of the structure that begins here, in the order written; whoever has enough stops early."""
        if depth > DEEPEST:
            raise Malformed(f"nested deeper than {DEEPEST}")
        field = 0
        while (head := self._byte()) & 0x0F != STOP:
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            yield field, self._value(head & 0x0F, depth)

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind in self._plain:
            return self._plain[kind]()
        if kind in self._nested:
            return self._nested[kind](depth + 1)
        raise Malformed(f"there is no type {kind}")

    def _struct(self, depth: int) -> dict[int, Any]:
        return dict(self.fields(depth))

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        return [self._element(head & 0x0F, depth) for _ in range(self._fits(size))]

    def _map(self, depth: int) -> list[Any]:
        size = self._fits(self._varint())
        kinds = self._byte() if size else 0
        return [self._element(kind, depth) for _ in range(size) for kind in (kinds >> 4, kinds & 0x0F)]

    def _element(self, kind: int, depth: int) -> Any:
        if depth > DEEPEST:
            raise Malformed(f"nested deeper than {DEEPEST}")
        return self._byte() == TRUE if kind in (TRUE, FALSE) else self._value(kind, depth)

    def _fits(self, size: int) -> int:
        if size > len(self._data) - self._at:
            raise Malformed(f"{size} elements do not fit into {len(self._data) - self._at} bytes")
        return size

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, size: int) -> bytes:
        self._at += self._fits(size)
        return self._data[self._at - size : self._at]

    def _zigzag(self) -> int:
        raw = self._varint()
        return (raw >> 1) ^ -(raw & 1)

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise Malformed("a number is longer than 64 bits")
