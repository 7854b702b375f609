"""What was prepared becomes visible, is accounted for, and its deliveries are marked; in this order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from copperline.files.records import ACCEPTED, PUBLISHED, REFUSED, REPEATED, Pending
from copperline.job.context import Context
from copperline.job.prepared import Prepared
from copperline.job.progress import say, stage
from copperline.tables import ledger
from copperline.tables.ledger import SCHEMAS, append

#: What becomes of a delivery that was pending in this state.
OUTCOMES = {ACCEPTED: PUBLISHED, REPEATED: REPEATED, REFUSED: REFUSED}


def publish(prepared: Prepared) -> None:
    """Readers see what the branch holds, and the rows that were rejected on the way.

    Raises:
        StaleBranch: another run published first.
    """
    if not prepared.branch:
        return
    with stage(prepared.table_id, "publish"):
        if prepared.quarantine is not None:
            prepared.quarantine.publish(prepared.branch)
        assert prepared.table is not None
        prepared.table.publish(prepared.branch)


def account(context: Context, done: Sequence[Prepared], *, status: str) -> None:
    """The ledgers hold what was done: one append a ledger."""
    counted = [part for part in done if part.branch]
    files = [row for part in done for row in _files(part)]
    if not counted and not files:
        return
    with stage("ops", "account"):
        tables = ledger.ensure(context.spark, context.names.database("ops"))
        ended = context.clock()
        append(tables["files"], SCHEMAS["files"], files)
        append(tables["rows"], SCHEMAS["rows"], [_row(part) | {"recorded_at": ended} for part in counted])
        append(tables["runs"], SCHEMAS["runs"], [_run(context, done, status, ended)])
        spent = ledger.cost(context.run_id, context.arguments.job, context.started, ended, context.arguments.dpu)
        append(tables["cost"], SCHEMAS["cost"], [spent])
    for part in counted:
        line = f"{part.table_id}: {part.counts}"
        say(line)
        if context.arguments.execution != "-":
            context.runs.report(context.arguments.execution, line)


def mark(context: Context, done: Iterable[Prepared], tokens: Mapping[str, int]) -> None:
    """The deliveries are no longer pending, and the branches are gone.

    Raises:
        LeaseHeld: another run holds the table's lease by now; it settles what this one left.
    """
    for part in done:
        for state, outcome in OUTCOMES.items():
            names = [delivery.delivery for delivery in part.deliveries if delivery.state == state]
            if names:
                token = tokens[part.table_id]
                context.deliveries.mark(part.table_id, names, outcome, run_id=part.run_id, token=token)
        for table in (part.quarantine, part.table):
            if part.branch and table is not None:
                table.drop_branch(part.branch)


def _row(part: Prepared) -> dict[str, Any]:
    return {"run_id": part.run_id, "table_name": part.table_id, **part.counts.as_dict()}


def _files(part: Prepared) -> list[dict[str, Any]]:
    return [
        {
            "table_name": part.table_id,
            "file": delivery.key,
            "sha256": delivery.sha256,
            "status": REFUSED if delivery.state == REFUSED else ACCEPTED,
            "reason": _reason(delivery),
            "run_id": part.run_id,
        }
        for delivery in part.deliveries
    ]


def _reason(delivery: Pending) -> str | None:
    return ": ".join(text for text in (delivery.reason, delivery.detail) if text) or None


def _run(context: Context, done: Sequence[Prepared], status: str, ended: Any) -> dict[str, Any]:
    return {
        "run_id": context.run_id,
        "job": context.arguments.job,
        "execution": context.arguments.execution,
        "tables": ",".join(part.table_id for part in done),
        "status": status,
        "started_at": context.started,
        "ended_at": ended,
    }
