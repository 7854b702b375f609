"""The silver rows that changed logical keys are made of, found by what Iceberg knows of its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.job.changed import Changes
from copperline.job.declare import GoldJob

#: Each range is weighed against every file's bounds.
MOST_RANGES = 50


def needed(rows: DataFrame, job: GoldJob, source: str, changes: Changes | None) -> DataFrame:
    """All rows of the source that touch a key to rebuild, and those that were added to another; all without changes."""
    if changes is None:
        return rows
    near: list[SparkColumn] = []
    exact: list[SparkColumn] = []
    if changes.rebuilt:
        near.append(_near(job, source, changes.rebuilt))
        exact.append(touching(job, source, changes.rebuilt))
    if changes.added:
        new = F.col("_run").isin(list(changes.runs[source]))
        near.append(new)
        exact.append(new & touching(job, source, changes.added))
    return rows.where(reduce(or_, near)).where(reduce(or_, exact))  # Spark hands Iceberg the first, which it can read


def touching(job: GoldJob, source: str, keys: Sequence[Any]) -> SparkColumn:
    """True for a row of the source that touches one of the keys."""
    wanted = list(keys)
    return F.exists(job.touches[source](), lambda key: key.isin(wanted))


def of_keys(rows: DataFrame, column: str, keys: Sequence[Any] | None) -> DataFrame:
    """The rows of a gold frame that belong to the keys, which are in order; all without keys."""
    if keys is None:
        return rows
    within = F.col(column).between(keys[0], keys[-1])  # Iceberg looks at no more than 200 values of a list
    return rows.where(within & F.col(column).isin(list(keys)))


def _near(job: GoldJob, source: str, keys: Sequence[Any]) -> SparkColumn:
    span = job.spans.get(source)
    if span is None:
        return F.lit(True)
    return reduce(or_, [F.col(span.column).between(*bounds) for bounds in ranges(map(span.of, keys))])


def ranges(spans: Iterable[tuple[Any, Any]], most: int = MOST_RANGES) -> list[tuple[Any, Any]]:
    """What covers the spans, in order: those that meet are one, and if there are more than `most`, neighbours are."""
    merged: list[tuple[Any, Any]] = []
    for least, greatest in sorted(spans):
        if merged and least <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], greatest))
        else:
            merged.append((least, greatest))
    size = -(-len(merged) // most) or 1
    groups = (merged[start : start + size] for start in range(0, len(merged), size))
    return [(group[0][0], group[-1][1]) for group in groups]
