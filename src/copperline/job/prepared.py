"""A table's part of a run between its preparation and its publication."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from copperline.files.records import Pending
from copperline.tables.iceberg import IcebergTable, Snapshot
from copperline.tables.ledger import Counts

RUN, TOKEN, AUDITED, COUNTS, BUILT_FROM = (
    f"copperline.{name}" for name in ("run", "token", "audited", "counts", "built-from")
)
_PREFIX = "run_"


@dataclass
class Prepared:
    """What waits on a branch; `branch` is empty where nothing was to be written."""

    table_id: str
    table: IcebergTable | None = None
    branch: str = ""
    counts: Counts = field(default_factory=Counts)
    quarantine: IcebergTable | None = None
    deliveries: Sequence[Pending] = ()
    run_id: str = ""


def branch_name(run_id: str, token: int) -> str:
    """The branch of a run that holds the lease with this token."""
    return f"{_PREFIX}{run_id.removeprefix('jr_')}_{token}"


def is_run_branch(name: str) -> bool:
    """Whether a run made the branch."""
    return name.startswith(_PREFIX)


def seal(prepared: Prepared, token: int, built_from: Mapping[str, int] | None = None) -> None:
    """The branch says that it was audited, by which run and with what counts: only such a branch is published."""
    assert prepared.table is not None
    properties = {
        RUN: prepared.run_id,
        TOKEN: str(token),
        AUDITED: "true",
        COUNTS: json.dumps(prepared.counts.as_dict()),
    }
    if built_from is not None:
        properties[BUILT_FROM] = json.dumps({source: str(snapshot) for source, snapshot in built_from.items()})
    prepared.table.seal(prepared.branch, properties)


def sealed(snapshot: Snapshot | None) -> bool:
    """Whether the snapshot is a seal."""
    return snapshot is not None and snapshot.summary.get(AUDITED) == "true"


def counts_of(snapshot: Snapshot) -> Counts:
    """The counts that a seal carries."""
    return Counts(**json.loads(snapshot.summary[COUNTS]))
