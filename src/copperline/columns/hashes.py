"""Keyed hashes of personal values: HMAC-SHA-256 (RFC 2104) out of Spark's own functions.

Spark 3.5 has no HMAC function. The key never becomes a literal, since literals show in plans, event logs and
exceptions: its two pads are columns of a one-row frame that is broadcast.
"""

from __future__ import annotations

import hashlib

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

_BLOCK = 64  # bytes that SHA-256 takes at a time
INNER, OUTER = "_inner_pad", "_outer_pad"


PADS = T.StructType([T.StructField(INNER, T.BinaryType()), T.StructField(OUTER, T.BinaryType())])


def pads(key: bytes) -> tuple[bytes, bytes]:
    """The key's inner and outer pad: one row of the schema `PADS`."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def with_pads(df: DataFrame, pads: DataFrame) -> DataFrame:
    """The same rows with the pads beside each."""
    return df.crossJoin(F.broadcast(pads))


def keyed_hash(value: SparkColumn) -> SparkColumn:
    """64 hexadecimal digits that only the key's holder can make; NULL stays NULL. Needs the columns of `with_pads`."""
    inner = F.sha2(F.concat(F.col(INNER), F.encode(value.cast("string"), "UTF-8")), 256)
    return F.sha2(F.concat(F.col(OUTER), F.unhex(inner)), 256)
