"""A table's part of a run between its preparation and its publication."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from copperline.errors import StaleBranch
from copperline.files import history
from copperline.files.iceberg import BUILT_FROM
from copperline.files.records import Pending
from copperline.tables.iceberg import IcebergTable, Snapshot
from copperline.tables.ledger import Counts

RUN, EXECUTION, TOKEN, AUDITED, COUNTS = history.RUN, history.EXECUTION, history.TOKEN, history.AUDITED, history.COUNTS
FOLLOWS, QUARANTINE, REMOVED = history.FOLLOWS, history.QUARANTINE, "copperline.removed"
MEASURES, TOGETHER = "copperline.measures", "copperline.together"
_PREFIX = "run_"


@dataclass
class Prepared:
    """What waits on a branch; `branch` is empty where nothing was to be written.

    `removed` are the least and the greatest first key column of rows that the branch no longer has: a number or a
    text each. Gold looks for what they were only between these. `measures` are sums that were compared with those of
    a source, `together` the tables that the run publishes with this one.
    """

    table_id: str
    table: IcebergTable | None = None
    branch: str = ""
    counts: Counts = field(default_factory=Counts)
    quarantine: IcebergTable | None = None
    deliveries: Sequence[Pending] = ()
    run_id: str = ""
    execution: str = "-"
    built_from: Mapping[str, int] | None = None
    removed: tuple[int | str, int | str] | None = None
    measures: Sequence[Mapping[str, str]] = ()
    together: Sequence[str] = ()


def branch_name(run_id: str, token: int) -> str:
    """The branch of a run that holds the lease with this token."""
    return f"{_PREFIX}{run_id.removeprefix('jr_')}_{token}"


def is_run_branch(name: str) -> bool:
    """Whether a run made the branch."""
    return name.startswith(_PREFIX)


def seal(prepared: Prepared, token: int) -> None:
    """The branch says that it was audited, by which run and with what counts: only such a branch is published.

    The seal names the snapshot that it follows. A run that slept while another took its lease over, and dropped its
    branch, would make the branch anew by sealing it, without its rows.

    Raises:
        LedgerMismatch: not every row that was read is accounted for.
        StaleBranch: the branch is no longer what this run has written.
    """
    assert prepared.table is not None
    prepared.counts.check(prepared.table_id)
    written = prepared.table.fresh_head(prepared.branch)
    if written is None:
        raise _gone(prepared)
    prepared.table.seal(prepared.branch, _properties(prepared, written, token))
    if not sealed(prepared.table.head(prepared.branch)):
        raise _gone(prepared)


def _properties(prepared: Prepared, written: Snapshot, token: int) -> dict[str, str]:
    """What whoever finds the seal needs to finish the run's work on the table."""
    properties = {
        FOLLOWS: str(written.id),
        RUN: prepared.run_id,
        EXECUTION: prepared.execution,
        TOKEN: str(token),
        AUDITED: "true",
        COUNTS: json.dumps(prepared.counts.as_dict()),
    }
    if prepared.built_from is not None:
        snapshots = {source: str(snapshot) for source, snapshot in prepared.built_from.items()}
        properties[BUILT_FROM] = json.dumps(snapshots)
    if prepared.removed is not None:
        properties[REMOVED] = json.dumps(prepared.removed, default=str)
    if prepared.measures:
        properties[MEASURES] = json.dumps(prepared.measures)
    if len(prepared.together) > 1:
        properties[TOGETHER] = json.dumps(prepared.together)
    if prepared.quarantine is not None:
        before = prepared.quarantine.head()
        properties[QUARANTINE] = str(before.id) if before is not None else ""
    return properties


def _gone(prepared: Prepared) -> StaleBranch:
    place = f"{prepared.table_id}: {prepared.branch}"
    return StaleBranch(f"{place}: another run has taken the lease over and dropped the branch; start the run again")


def sealed(snapshot: Snapshot | None) -> bool:
    """Whether the snapshot is a seal, and follows the snapshot that it was made for."""
    if snapshot is None or snapshot.summary.get(AUDITED) != "true":
        return False
    return str(snapshot.parent) == snapshot.summary.get(FOLLOWS)


def counts_of(snapshot: Snapshot) -> Counts:
    """The counts that a seal carries."""
    return Counts(**json.loads(snapshot.summary[COUNTS]))


def measures_of(snapshot: Snapshot) -> list[dict[str, str]]:
    """The sums that a seal carries."""
    found: list[dict[str, str]] = json.loads(snapshot.summary.get(MEASURES, "[]"))
    return found
