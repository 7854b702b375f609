"""What a job script says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame


@dataclass(frozen=True)
class SilverJob:
    """A table of one row per key, out of delivered files. `transform` takes a frame a contract that it reads."""

    reads: tuple[str, ...]
    writes: str
    transform: Callable[..., DataFrame]


@dataclass(frozen=True)
class Span:
    """Where the rows that touch a key lie: `of` gives the least and the greatest value that they have in `column`.

    It may be wider than what `touches` says, never narrower: Iceberg finds files by it.
    """

    column: str
    of: Callable[[Any], tuple[Any, Any]]


@dataclass(frozen=True)
class GoldJob:
    """A table out of silver tables, rebuilt only for the logical keys whose silver rows changed.

    `rebuild_by` is the column of the logical key. `touches` says, a source, which logical keys a row of it has a part
    in, as an array whose first element is the key that the row itself belongs to: a key's rows depend on exactly the
    silver rows that touch it. `spans` says, a source, where these lie: without it, all of the source is looked through.

    `combine` is for tables whose rows add up: it makes one row of several that have the same key. Where silver rows
    were only added to a logical key, its rows are then combined with what `transform` makes of those added, and the
    others are not read again. It holds that transform(A and B) = combine(transform(A) and transform(B)), and each row
    of a source touches one key alone.
    """

    reads: tuple[str, ...]
    writes: str
    transform: Callable[..., DataFrame]
    rebuild_by: str
    touches: Mapping[str, Callable[[], SparkColumn]]
    spans: Mapping[str, Span] = field(default_factory=dict)
    combine: Callable[[DataFrame], DataFrame] | None = None


Job = SilverJob | GoldJob
