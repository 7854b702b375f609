"""What a job script says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame


@dataclass(frozen=True)
class SilverJob:
    """A table of one row per key, out of delivered files. `transform` takes a frame a contract that it reads."""

    reads: tuple[str, ...]
    writes: str
    transform: Callable[..., DataFrame]


@dataclass(frozen=True)
class GoldJob:
    """A table out of silver tables, rebuilt only for the logical keys whose silver rows changed.

    `rebuild_by` is the column of the logical key. `touches` says, a source, which logical keys a row of it has a part
    in, as an array whose first element is the key that the row itself belongs to: a key's rows depend on exactly the
    silver rows that touch it.
    """

    reads: tuple[str, ...]
    writes: str
    transform: Callable[..., DataFrame]
    rebuild_by: str
    touches: Mapping[str, Callable[[], SparkColumn]]


Job = SilverJob | GoldJob
