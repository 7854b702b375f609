"""What follows once readers see a rollback's record, each step such that it may be done again."""

from __future__ import annotations

from dataclasses import dataclass

from copperline.contract import Contract
from copperline.files.corrections import correction_id
from copperline.files.history import ROLLBACK, ROLLED_BACK, History, Rollback, State, is_rollback_branch
from copperline.job.context import Context
from copperline.job.prepared import Prepared
from copperline.job.progress import say
from copperline.job.publish import account, account_run
from copperline.tables.iceberg import IcebergTable
from copperline.tables.ledger import Counts
from copperline.tables.merge import literal


@dataclass(frozen=True)
class Recorded:
    """A rollback that readers see: its branch, its record, and what it undid."""

    branch: str
    record: State
    undone: Rollback


def finish_rollbacks(
    context: Context, contract: Contract, table: IcebergTable, twin: IcebergTable | None, token: int
) -> bool:
    """No rollback is left half done: one that readers see has come to its end, any other has not happened.

    Whether there was one to finish. `twin` is the table's quarantine.
    """
    finished = False
    for branch in _branches(table, twin):
        found = _recorded(contract, table, branch)
        if found is not None:
            _finish(context, contract, table, twin, found, token)
            finished = True
        else:
            say(f"{contract.id:<20} settles: drops {branch}, which nobody has seen")
            drop(branch, twin, table)
    return finished


def _branches(table: IcebergTable, twin: IcebergTable | None) -> list[str]:
    names = {name for one in (table, twin) if one is not None for name in one.branches()}
    return sorted(filter(is_rollback_branch, names))


def _recorded(contract: Contract, table: IcebergTable, branch: str) -> Recorded | None:
    history = History(contract.id, table.metadata())
    record = history.recorded(branch)
    return Recorded(branch, record, history.redone(record)) if record is not None else None


def _finish(
    context: Context, contract: Contract, table: IcebergTable, twin: IcebergTable | None, done: Recorded, token: int
) -> None:
    """Quarantine is as it was, the deliveries of the undone runs are held, the ledgers say so, the branches are gone.

    The branch of the table goes last: as long as it is there, whoever holds the lease next does all of this.
    """
    if twin is not None:
        _take_quarantine_back(twin, done)
    if contract.layer == "silver":
        sources = [*contract.reads, correction_id(contract.id)]
        count = context.held.hold(contract.id, sources, done.undone.runs, token=token)
        say(f"{contract.id:<20} holds {count} deliveries")
    context.leases.check(contract.id, token)
    _account(context, contract, table, done)
    drop(done.branch, twin, table)


def _take_quarantine_back(twin: IcebergTable, done: Recorded) -> None:
    """Quarantine is what it was before the undone runs, rows that they took out of it included."""
    before, head = done.undone.quarantine, twin.fresh_head("main")
    if before is None or head is None or head.summary.get(ROLLBACK) == done.record.run:
        return
    place = _place(twin, before)
    twin.create_branch(done.branch, place)
    if place is None:
        twin.delete(done.branch, f"run_id IN ({', '.join(literal(run) for run in done.undone.runs)})")
    twin.seal(done.branch, {ROLLBACK: done.record.run, ROLLED_BACK: str(head.id)})
    twin.replace(done.branch, head.id)


def _place(twin: IcebergTable, before: str) -> int | None:
    """The snapshot of that id, or the empty one that the table began with; None where it is past the expiry."""
    wanted = (one.id for one in twin.ancestors() if (str(one.id) == before if before else one.parent is None))
    return next(wanted, None)


def _account(context: Context, contract: Contract, table: IcebergTable, done: Recorded) -> None:
    """The ledger of rows has what came back and what went, so that its sums go on to be what the table holds."""
    back, gone = done.undone.rows()
    counts = Counts(read=back, inserted=back, deleted=gone)
    account(context, [Prepared(contract.id, table, done.branch, counts, run_id=done.record.run)])
    told = {"run_id": done.record.run, "job": context.names.job("rollback"), "execution": "-", "tables": contract.id}
    account_run(context, {**told, "status": "rolled back"})


def drop(branch: str, *tables: IcebergTable | None) -> None:
    """None of the tables has the branch."""
    for table in tables:
        if table is not None and branch in table.branches():
            table.drop_branch(branch)
