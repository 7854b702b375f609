"""One Iceberg table as its own library sees it: branches, snapshots and what their summaries say.

Spark SQL offers the same through procedures and metadata tables, but each of those is a Spark job; these calls are
one request to the catalog or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.sql import DataFrame, SparkSession

from copperline.errors import StaleBranch

CATALOG = "glue_catalog"  # the name that the AWS documentation gives it ("Using the Iceberg framework in AWS Glue")
MAIN = "main"
#: Under this name a snapshot's summary tells what made it (Iceberg, "Table spec", Snapshots): append, overwrite, …
OPERATION, REPLACE = "operation", "replace"


@dataclass(frozen=True)
class Snapshot:
    """One version of a table."""

    id: int
    parent: int | None
    summary: Mapping[str, str]


class IcebergTable:
    """A table of the Glue Data Catalog; `name` is database.table."""

    def __init__(self, spark: SparkSession, name: str) -> None:
        self.spark = spark
        self.name = name
        self.full_name = f"{CATALOG}.{name}"
        jvm: Any = spark._jvm
        load = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable
        self._table: Any = load(spark._jsparkSession, self.full_name)

    @property
    def java(self) -> Any:
        """The library's own object, for its actions."""
        return self._table

    def branch_identifier(self, branch: str) -> str:
        """What SQL calls the branch."""
        return f"{self.full_name}.`branch_{branch}`"

    def refresh(self) -> None:
        """What this object says is what the catalog says now."""
        self._table.refresh()

    def metadata(self) -> dict[str, Any]:
        """The table's metadata file as this object knows it."""
        jvm: Any = self.spark._jvm
        parsed: dict[str, Any] = json.loads(
            jvm.org.apache.iceberg.TableMetadataParser.toJson(self._table.operations().current())
        )
        return parsed

    def columns(self) -> dict[str, str]:
        """The names of the columns and their types as Iceberg writes them."""
        jvm: Any = self.spark._jvm
        told = json.loads(jvm.org.apache.iceberg.SchemaParser.toJson(self._table.schema()))  # one call for all of them
        kinds = {field["name"]: field["type"] for field in told["fields"]}
        return {name: kind if isinstance(kind, str) else kind["type"] for name, kind in kinds.items()}

    def head(self, branch: str = MAIN) -> Snapshot | None:
        """The newest snapshot of the branch; None if there is no such branch, or nothing in it."""
        ref = self._table.refs().get(branch)
        return self.snapshot(ref.snapshotId()) if ref is not None else None

    def fresh_head(self, branch: str) -> Snapshot | None:
        """The newest snapshot of the branch as the catalog has it now."""
        self.refresh()
        return self.head(branch)

    def snapshot(self, snapshot_id: int) -> Snapshot | None:
        """The snapshot of that id; None once it is expired."""
        found = self._table.snapshot(snapshot_id)
        if found is None:
            return None
        told = {OPERATION: found.operation(), **dict(found.summary())}
        return Snapshot(found.snapshotId(), found.parentId(), told)

    def size(self, snapshot_id: int) -> int:
        """Bytes of all files of the snapshot, as its summary says."""
        found = self.snapshot(snapshot_id)
        return int(found.summary.get("total-files-size", 0)) if found else 0

    def ancestors(self, branch: str = MAIN) -> Iterator[Snapshot]:
        """The branch's snapshots, newest first."""
        at = self.head(branch)
        while at is not None:
            yield at
            at = self.snapshot(at.parent) if at.parent is not None else None

    def branches(self) -> list[str]:
        """The names of all branches but main."""
        return sorted(name for name in self._table.refs() if name != MAIN and self._table.refs().get(name).isBranch())

    def create_branch(self, branch: str, snapshot: int | None = None) -> None:
        """The branch starts where main is, or at the snapshot, whatever it held before."""
        if branch in self.branches():
            self.drop_branch(branch)
        place = () if snapshot is None else (snapshot,)
        self._table.manageSnapshots().createBranch(branch, *place).commit()

    def drop_branch(self, branch: str) -> None:
        """The branch is gone, whoever dropped it; what main does not share with it is left to maintenance."""
        self.refresh()
        if branch in self.branches():
            self._table.manageSnapshots().removeBranch(branch).commit()

    def seal(self, branch: str, properties: Mapping[str, str]) -> None:
        """The branch ends in a snapshot without rows that carries the properties: a MERGE cannot carry any."""
        append = self._table.newAppend().toBranch(branch)
        for key, value in properties.items():
            append = append.set(key, value)
        append.commit()
        self.refresh()

    def publish(self, branch: str) -> None:
        """Readers see what the branch holds.

        Raises:
            StaleBranch: main has moved since the branch began, or moved while this call was under way.
        """
        self.refresh()
        try:
            self._table.manageSnapshots().fastForwardBranch(MAIN, branch).commit()
        except (Py4JJavaError, CapturedException) as error:  # PySpark translates some of Java's, not all
            if not any(sign in str(error) for sign in ("not an ancestor", "CommitFailedException")):
                raise
            raise StaleBranch(
                f"{self.name}: {branch}: main has moved since the branch began; start the run again"
            ) from error
        self.refresh()

    def replace(self, branch: str, head: int) -> None:
        """Readers see what the branch holds, in place of the snapshot `head`, be the branch its descendant or not.

        Raises:
            StaleBranch: main was moved by somebody else before.
        """
        change = self._table.manageSnapshots()  # a commit after this moment makes ours fail
        seen = self.head()
        try:
            if seen is not None and seen.id == head:
                change.replaceBranch(MAIN, branch).commit()
                self.refresh()
                return
        except (Py4JJavaError, CapturedException) as error:
            if "CommitFailedException" not in str(error):
                raise
        raise StaleBranch(f"{self.name}: {branch}: main was moved meanwhile; look at its history, then start again")

    def delete(self, branch: str, condition: str) -> None:
        """The branch no longer has the rows for which the condition holds."""
        self.spark.sql(f"DELETE FROM {self.branch_identifier(branch)} WHERE {condition}")
        self.refresh()

    def may_hold(self, column: str, values: Sequence[str]) -> bool:
        """Whether a file of main may have one of the values in the column, as its statistics say; no Spark job."""
        jvm: Any = self.spark._jvm
        among = getattr(jvm.org.apache.iceberg.expressions.Expressions, "in")
        files = self._table.newScan().filter(among(column, list(values))).planFiles()
        try:
            return bool(files.iterator().hasNext())
        finally:
            files.close()

    def read(self, *, branch: str | None = None, snapshot: int | None = None) -> DataFrame:
        """The rows of main, of a branch or of a snapshot; none of them before the first publication."""
        reader = self.spark.read
        if snapshot is not None:
            reader = reader.option("snapshot-id", str(snapshot))
        elif branch is not None:
            reader = reader.option("branch", branch)
        elif self.head() is None:
            return self.spark.table(self.full_name).where("false")
        return reader.table(self.full_name)
