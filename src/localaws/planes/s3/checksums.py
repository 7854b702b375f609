"""The checksums of S3 ("Checking object integrity in Amazon S3"), also of objects that were uploaded in parts."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Protocol

#: name: (reflected polynomial, bits)
_CRCS = {"CRC32": (0xEDB88320, 32), "CRC32C": (0x82F63B78, 32), "CRC64NVME": (0x9A6C9329AC4BC9B5, 64)}
ALGORITHMS = (*_CRCS, "SHA1", "SHA256")
#: Without a native library these run at a few MB a second: a value that a client sends is believed.
SLOW = frozenset({"CRC32C", "CRC64NVME"})


class Total(Protocol):
    """A checksum in the making."""

    def update(self, data: bytes, /) -> None:
        """Count these bytes in."""

    def digest(self) -> bytes:
        """The checksum of the bytes so far."""


def new(algorithm: str) -> Total:
    """A checksum of no bytes yet.

    Raises:
        KeyError: S3 has no such algorithm.
    """
    if algorithm == "SHA256":
        return hashlib.sha256()
    if algorithm == "SHA1":
        return hashlib.sha1(usedforsecurity=False)
    return _Crc32() if algorithm == "CRC32" else _SlowCrc(*_CRCS[algorithm])


def encode(digest: bytes) -> str:
    """The checksum as S3 spells it."""
    return base64.b64encode(digest).decode()


def composite(algorithm: str, values: Sequence[str]) -> str:
    """The checksum of checksums of an object that was uploaded in parts, without the number of parts."""
    total = new(algorithm)
    total.update(b"".join(base64.b64decode(value) for value in values))
    return encode(total.digest())


def joined(algorithm: str, parts: Sequence[tuple[str, int]]) -> str:
    """The CRC of parts one after the other, from each one's own CRC and size, without reading a byte."""
    polynomial, bits = _CRCS[algorithm]
    crc = 0
    for value, size in parts:
        crc = _shift(crc, size, polynomial, bits) ^ int.from_bytes(base64.b64decode(value), "big")
    return encode(crc.to_bytes(bits // 8, "big"))


class _Crc32:
    def __init__(self) -> None:
        self._crc = 0

    def update(self, data: bytes, /) -> None:
        self._crc = zlib.crc32(data, self._crc)

    def digest(self) -> bytes:
        return self._crc.to_bytes(4, "big")


class _SlowCrc:
    def __init__(self, polynomial: int, bits: int) -> None:
        self._table, self._bits = _table(polynomial), bits
        self._crc = self._mask = (1 << bits) - 1

    def update(self, data: bytes, /) -> None:
        crc, table = self._crc, self._table
        for byte in data:
            crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
        self._crc = crc

    def digest(self) -> bytes:
        return (self._crc ^ self._mask).to_bytes(self._bits // 8, "big")


@cache
def _table(polynomial: int) -> list[int]:
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = (crc >> 1) ^ polynomial if crc & 1 else crc >> 1  # noqa: PLW2901
        table.append(crc)
    return table


def _shift(crc: int, size: int, polynomial: int, bits: int) -> int:
    """The crc after `size` zero bytes: as crc32_combine of zlib, by squaring the matrix of one zero bit."""
    matrix = [polynomial] + [1 << bit for bit in range(bits - 1)]
    count = size * 8
    while count:
        if count & 1:
            crc = _times(matrix, crc)
        matrix = [_times(matrix, row) for row in matrix]
        count >>= 1
    return crc


def _times(matrix: list[int], vector: int) -> int:
    total, row = 0, 0
    while vector:
        if vector & 1:
            total ^= matrix[row]
        vector >>= 1
        row += 1
    return total
