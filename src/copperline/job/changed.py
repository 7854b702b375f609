"""Which logical keys of a gold table the silver rows that changed have a part in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.files.iceberg import BUILT_FROM
from copperline.job.declare import GoldJob
from copperline.job.prepared import RUN
from copperline.job.progress import say
from copperline.tables.iceberg import IcebergTable


@dataclass(frozen=True)
class Source:
    """A silver table that gold reads, and its primary key."""

    table: IcebergTable
    key: tuple[str, ...]


def built_from(table: IcebergTable) -> dict[str, int] | None:
    """The silver snapshots that the published gold was built from; None before its first publication."""
    for snapshot in table.ancestors():
        if BUILT_FROM in snapshot.summary:
            told = json.loads(snapshot.summary[BUILT_FROM])
            return {source: int(snapshot_id) for source, snapshot_id in told.items()}
    return None


def changed_keys(
    gold: str,
    job: GoldJob,
    sources: Mapping[str, Source],
    before: Mapping[str, int] | None,
    pinned: Mapping[str, int],
) -> list[Any] | None:
    """The logical keys to rebuild, as the changed rows are now and as they were; None for all of them.

    Changed are the silver rows that the runs sealed since `before` wrote. Iceberg's own incremental reads are of no
    use: they miss updates under merge-on-read.
    """
    if before is None:
        return None
    touched: list[DataFrame] = []
    for name, source in sources.items():
        runs = _runs_since(source.table, before.get(name), pinned[name])
        if runs is None:
            say(f"{gold:<20} full refresh: the snapshot of {name} that it was built from is gone")
            return None
        if runs:
            touched += _touched(source, job.touches[name], before[name], pinned[name], runs)
    if not touched:
        return []
    keys = reduce(DataFrame.union, touched).distinct().collect()
    return sorted(row[0] for row in keys if row[0] is not None)


def _runs_since(table: IcebergTable, old: int | None, new: int) -> list[str] | None:
    """The runs that sealed what lies between the two snapshots; None where the old one is no ancestor of the new."""
    runs: set[str] = set()
    at = table.snapshot(new)
    while at is not None and at.id != old:
        if RUN in at.summary:
            runs.add(at.summary[RUN])
        at = table.snapshot(at.parent) if at.parent is not None else None
    return None if at is None else sorted(runs)


def _touched(
    source: Source, touches: Callable[[], SparkColumn], old: int, new: int, runs: list[str]
) -> list[DataFrame]:
    """The keys of the changed rows, as they are and as they were; the old rows are sought between the new ones."""
    keys = F.explode(touches()).alias("key")
    changed = source.table.read(snapshot=new).where(F.col("_run").isin(runs))
    first = source.key[0]
    bounds = changed.agg(F.min(first), F.max(first)).first()
    assert bounds is not None
    if bounds[0] is None:
        return []
    near = source.table.read(snapshot=old).where(F.col(first).between(*bounds))
    were = near.join(changed.select(*source.key), on=list(source.key), how="left_semi")
    return [changed.select(keys), were.select(keys)]
