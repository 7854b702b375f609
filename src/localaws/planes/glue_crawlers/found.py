"""What a crawler finds in one file, or in several that belong together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from localaws.planes.glue_crawlers.types import Type, common

SIMILAR = 0.7  # the share of columns that two schemas have in common: knowledge center, "detect the schema"


class UnsupportedError(RuntimeError):
    """A file is of a kind that the real crawler knows and this one does not."""


@dataclass(frozen=True)
class Found:
    """Classification, columns and counts.

    `traits` are the facts that must agree for files to share a table: delimiter, header, quotes and the like.
    """

    classification: str
    columns: tuple[tuple[str, Type], ...] = ()
    compression: str = "none"
    traits: tuple[tuple[str, str], ...] = ()
    serde: str | None = None
    records: int = 0
    size: int = 0
    objects: int = field(default=1)

    def compatible(self, other: Found) -> bool:
        """They can share a table (page "Creating a single schema for each Amazon S3 include path")."""
        return (self.classification, self.compression, self.traits, self.serde) == (
            other.classification,
            other.compression,
            other.traits,
            other.serde,
        )

    def similar(self, other: Found) -> bool:
        """They can, and most of their columns are the same."""
        if not self.compatible(other):
            return False
        mine, theirs = {name for name, _ in self.columns}, {name for name, _ in other.columns}
        return len(mine & theirs) >= SIMILAR * max(len(mine), len(theirs))


def together(parts: Iterable[Found]) -> Found:
    """The union of compatible parts: every column once, in the order of appearance."""
    first, *others = parts
    for other in others:
        columns = dict(first.columns)
        for name, kind in other.columns:
            columns[name] = common(columns.get(name), kind)
        first = replace(
            first,
            columns=tuple(columns.items()),
            records=first.records + other.records,
            size=first.size + other.size,
            objects=first.objects + other.objects,
        )
    return first
