"""Which logical keys of a gold table the silver rows that changed have a part in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.files.iceberg import BUILT_FROM
from copperline.job.declare import GoldJob
from copperline.job.prepared import COUNTS, REMOVED, RUN, counts_of
from copperline.job.progress import say
from copperline.tables.iceberg import OPERATION, REPLACE, IcebergTable, Snapshot

#: What the summary of a snapshot counts where a row that was there is not there any more, or is otherwise.
REPLACES = ("added-delete-files", "deleted-data-files")
#: Of more logical keys than this, all are rebuilt: a plan names each of them.
MOST_KEYS = 1000


@dataclass(frozen=True)
class Source:
    """A silver table that gold reads, and the key of its rows."""

    table: IcebergTable
    key: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The logical keys that changed, in order, each list.

    To those `added` rows were only added, by these `runs` of each source; those `rebuilt` are made again from all of
    their rows.
    """

    rebuilt: Sequence[Any] = ()
    added: Sequence[Any] = ()
    runs: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def keys(self) -> list[Any]:
        """All of them, in order."""
        return sorted([*self.rebuilt, *self.added])


@dataclass
class Since:
    """What the runs that sealed between two snapshots did.

    `only_adds` tells whether every row of the old snapshot is in the new one as it was. `removed` are the bounds of
    rows that are gone, by their first key column; (None, None) where a seal does not say where they were.
    """

    runs: list[str] = field(default_factory=list)
    only_adds: bool = True
    removed: list[tuple[Any, Any]] = field(default_factory=list)


def built_from(table: IcebergTable) -> dict[str, int] | None:
    """The silver snapshots that the published gold was built from; None before its first publication."""
    for snapshot in table.ancestors():
        if BUILT_FROM in snapshot.summary:
            told = json.loads(snapshot.summary[BUILT_FROM])
            return {source: int(snapshot_id) for source, snapshot_id in told.items()}
    return None


def changes(
    gold: str,
    job: GoldJob,
    sources: Mapping[str, Source],
    before: Mapping[str, int] | None,
    pinned: Mapping[str, int],
) -> Changes | None:
    """The logical keys of the changed rows as they are and as they were; None where all are to be rebuilt.

    Changed are the silver rows that the runs sealed since `before` wrote, and those that they removed. Iceberg's own
    incremental reads are of no use: they miss updates under merge-on-read.
    """
    if before is None:
        return None
    touched: list[DataFrame] = []
    runs: dict[str, Sequence[str]] = {}
    for name, source in sources.items():
        since = since_then(source.table, before.get(name), pinned[name])
        if since is None:
            say(f"{gold:<20} full refresh: what became of {name} since it was built is not known")
            return None
        runs[name] = since.runs
        if since.runs:
            touched += _touched(source, job.touches[name], before[name], pinned[name], since)
    if not touched:
        return Changes(runs=runs)
    found = reduce(DataFrame.union, touched).groupBy("key").agg(F.max("was").alias("was")).where("key IS NOT NULL")
    keys = {row["key"]: row["was"] or job.combine is None for row in found.limit(MOST_KEYS + 1).collect()}
    if len(keys) > MOST_KEYS:
        say(f"{gold:<20} full refresh: more than {MOST_KEYS} of {job.rebuild_by} changed")
        return None
    rebuilt, added = (sorted(key for key, was in keys.items() if was is wanted) for wanted in (True, False))
    return Changes(rebuilt, added, runs)


def since_then(table: IcebergTable, old: int | None, new: int) -> Since | None:
    """What the runs did that sealed what lies between the two snapshots.

    None where the old one is gone, or no ancestor of the new, or where somebody wrote the table after the last seal.
    """
    found = Since()
    at = table.snapshot(new)
    while at is not None and at.id != old:
        rewrites = at.summary.get(OPERATION) == REPLACE  # files, and no row
        if RUN in at.summary:
            _take(found, at)
        elif not found.runs and not rewrites:
            return None
        if not rewrites and any(int(at.summary.get(name, 0)) for name in REPLACES):
            found.only_adds = False
        at = table.snapshot(at.parent) if at.parent is not None else None
    return None if at is None else found


def _take(since: Since, seal: Snapshot) -> None:
    """A seal that does not count may have removed rows."""
    since.runs.append(seal.summary[RUN])
    if COUNTS not in seal.summary or counts_of(seal).deleted:
        least, greatest = json.loads(seal.summary.get(REMOVED, "[null, null]"))
        since.removed.append((least, greatest))


def _touched(source: Source, touches: Callable[[], SparkColumn], old: int, new: int, since: Since) -> list[DataFrame]:
    """The keys of the changed rows as they are, and of those that were otherwise or are gone as they `was`."""
    key, first = list(source.key), F.col(source.key[0])
    now, then = source.table.read(snapshot=new), source.table.read(snapshot=old)
    changed = now.where(F.col("_run").isin(since.runs))
    found = [_keys(changed, touches, was=False)]
    if not since.only_adds:
        bounds = changed.agg(F.min(first), F.max(first)).first()
        assert bounds is not None
        were = then.where(first.between(*bounds)).join(changed.select(*key), on=key, how="left_semi")
        found.append(_keys(were, touches, was=True))
    for least, greatest in () if since.only_adds else dict.fromkeys(since.removed):
        near = F.lit(True) if least is None else first.between(least, greatest)
        gone = then.where(near).join(now.where(near).select(*key), on=key, how="left_anti")
        found.append(_keys(gone, touches, was=True))
    return found


def _keys(rows: DataFrame, touches: Callable[[], SparkColumn], *, was: bool) -> DataFrame:
    return rows.select(F.explode(touches()).alias("key"), F.lit(was).alias("was"))
