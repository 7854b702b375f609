"""What was prepared is sealed, becomes visible, is accounted for, and its deliveries are marked; in this order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from copperline.files.records import ACCEPTED, PUBLISHED, REFUSED, REPEATED
from copperline.job.context import Context
from copperline.job.prepared import Prepared
from copperline.job.progress import say, stage
from copperline.tables import ledger
from copperline.tables.ledger import SCHEMAS, Row, append, append_missing

#: What becomes of a delivery that was pending in this state.
OUTCOMES = {ACCEPTED: PUBLISHED, REPEATED: REPEATED, REFUSED: REFUSED}


def publish(prepared: Prepared) -> None:
    """Readers see what the branch holds, and then the rows that were rejected on the way.

    Raises:
        StaleBranch: another run published first.
    """
    if not prepared.branch:
        return
    with stage(prepared.table_id, "publish"):
        assert prepared.table is not None
        prepared.table.publish(prepared.branch)
        if prepared.quarantine is not None:
            prepared.quarantine.publish(prepared.branch)


def account(context: Context, done: Sequence[Prepared]) -> bool:
    """The ledgers hold what was done, each row once; whether there was anything to account for.

    The row of a table is written last: where it is there, all the others are. Two runs may account for the same
    table at once, one that was asleep and the one that settles what it left.
    """
    counted = [part for part in done if part.branch]
    if not counted and not any(part.deliveries for part in done):
        return False
    with stage("ops", "account"):
        tables = ledger.ensure(context.spark, context.names.database("ops"))
        files = [row["file"] for part in done for row in _files(part)]
        append_missing(tables["files"], SCHEMAS["files"], partial(_new_files, done), by="file", among=files)
        rows = [_row(part) | {"recorded_at": context.clock()} for part in counted]
        runs = [part.run_id for part in counted]
        append_missing(tables["rows"], SCHEMAS["rows"], partial(_new_rows, rows), by="run_id", among=runs)
    for part in counted:
        line = f"{part.table_id}: {part.counts}"
        say(line)
        if part.execution != "-":
            context.runs.report(part.execution, line)
    return True


def account_run(context: Context, run: Mapping[str, Any]) -> None:
    """The ledger of runs has the run, once for each of its tables, which stand in one row as far as they can.

    `reason` is why it failed, and holds no value of a row.
    """
    tables = ledger.ensure(context.spark, context.names.database("ops"))
    row = {**run, "started_at": context.started, "ended_at": context.clock()}
    append_missing(tables["runs"], SCHEMAS["runs"], partial(_new_run, row), by="run_id", among=[str(run["run_id"])])


def account_cost(context: Context) -> None:
    """The ledger of costs has what this process has cost until now."""
    tables = ledger.ensure(context.spark, context.names.database("ops"))
    arguments = context.arguments
    spent = ledger.cost(context.run_id, arguments.job, context.started, context.clock(), arguments.dpu)
    append(tables["cost"], SCHEMAS["cost"], [spent])


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
    """The row of the table; nobody accounts for counts that do not add up."""
    part.counts.check(part.table_id)
    measures = json.dumps(part.measures) if part.measures else None
    return {"run_id": part.run_id, "table_name": part.table_id, **part.counts.as_dict(), "measures": measures}


def _new_rows(rows: Sequence[Row], there: Sequence[Row]) -> list[Row]:
    known = {(row["run_id"], row["table_name"]) for row in there}
    return [row for row in rows if (row["run_id"], row["table_name"]) not in known]


def _new_run(run: Row, there: Sequence[Row]) -> list[Row]:
    """The run with those of its tables that the ledger does not name yet; nothing if it names them all."""
    wanted = set(str(run["tables"]).split(","))
    left = wanted - {table for row in there for table in str(row["tables"]).split(",")}
    return [{**run, "tables": ",".join(sorted(left))}] if left else []


def _new_files(parts: Sequence[Prepared], there: Sequence[Row]) -> list[Row]:
    """The files that the ledger does not have: from this run or, where nothing was published, from any run.

    A run that only accounts for files has no branch by which it could be settled, so the next one looks.
    """
    return [
        row
        for part in parts
        for row in _files(part)
        if not any(_same(row, found, ("run_id",) if part.branch else ("sha256", "status")) for found in there)
    ]


def _same(row: Mapping[str, Any], found: Mapping[str, Any], told_by: Sequence[str]) -> bool:
    return all(row[name] == found[name] for name in ("table_name", "file", *told_by))


def _files(part: Prepared) -> list[dict[str, Any]]:
    return [
        {
            "table_name": part.table_id,
            "file": delivery.key,
            "sha256": delivery.sha256,
            "status": REFUSED if delivery.state == REFUSED else ACCEPTED,
            "reason": delivery.note or None,
            "run_id": part.run_id,
        }
        for delivery in part.deliveries
    ]
