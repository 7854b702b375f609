"""What Iceberg's own maintenance does to one table, or would do.

Each is an action of the library (Apache Iceberg, "Spark Procedures"), called without SQL: there, orphan files are never
looked for unless they are a day old, which nobody can wait for who tests it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from copperline.tables.iceberg import IcebergTable

#: Five small files are worth one; a file of which a tenth is deleted is written again.
COMPACTION = {"min-input-files": "5", "delete-ratio-threshold": "0.1", "remove-dangling-deletes": "true"}
DELETES = {"min-input-files": "5"}


class Upkeep:
    """One table, kept in order. No method changes a row of it."""

    def __init__(self, table: IcebergTable) -> None:
        self.table = table
        jvm: Any = table.spark._jvm
        self._jvm = jvm
        self._actions = jvm.org.apache.iceberg.spark.actions.SparkActions.get(table.spark._jsparkSession)

    def to_compact(self) -> int:
        """How many data files would be written anew."""
        planner = self._jvm.org.apache.iceberg.actions.BinPackRewriteFilePlanner(self.table.java)
        return _inputs(planner, COMPACTION)

    def compact(self) -> int:
        """Small files, and those with many deleted rows, are few large ones; how many they were."""
        done = _with(self._actions.rewriteDataFiles(self.table.java), COMPACTION).execute()
        self.table.refresh()
        return int(done.rewrittenDataFilesCount())

    def deletes_to_compact(self) -> int:
        """How many files of deleted places would be written anew."""
        planner = self._jvm.org.apache.iceberg.actions.BinPackRewritePositionDeletePlanner(self.table.java)
        return _inputs(planner, DELETES)

    def compact_deletes(self) -> int:
        """Small files of deleted places are few large ones; how many they were."""
        done = _with(self._actions.rewritePositionDeletes(self.table.java), DELETES).execute()
        self.table.refresh()
        return int(done.rewrittenDeleteFilesCount())

    def to_expire(self, before: datetime) -> int:
        """How many snapshots would go."""
        return len(self.table.java.expireSnapshots().expireOlderThan(_millis(before)).retainLast(1).apply())

    def expire(self, before: datetime) -> int:
        """Snapshots that are older and that no branch needs are gone, with the files that only they had; how many."""
        count = self.to_expire(before)
        if count:
            action = self._actions.expireSnapshots(self.table.java).expireOlderThan(_millis(before))
            action.retainLast(1).execute()
            self.table.refresh()
        return count

    def orphans(self, before: datetime, *, remove: bool) -> int:
        """How many files lie in the table's folder that no snapshot knows and that are older; removed if asked for."""
        action = self._actions.deleteOrphanFiles(self.table.java).olderThan(_millis(before)).usePrefixListing(True)
        if not remove:
            action = action.deleteWith(self._jvm.java.util.stream.Stream.builder())  # told of each, it does nothing
        return sum(1 for _ in action.execute().orphanFileLocations().iterator())


def _inputs(planner: Any, options: Mapping[str, str]) -> int:
    planner.init(dict(options))
    return sum(group.inputFileNum() for group in planner.plan().groups().iterator())


def _with(action: Any, options: Mapping[str, str]) -> Any:
    for name, value in options.items():
        action = action.option(name, value)
    return action


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
