"""A table as readers saw it before: what was published since is undone, and its deliveries are held."""

from __future__ import annotations

from copperline.contract import Contract
from copperline.errors import UsageError, expected
from copperline.files.history import EXECUTION, ROLLBACK, ROLLED_BACK, TOKEN, History, rollback_branch
from copperline.job.context import Context
from copperline.job.prepared import is_run_branch
from copperline.job.progress import say, stage
from copperline.job.quarantine import existing_quarantine
from copperline.job.rolled_back import drop, finish_rollbacks
from copperline.job.settle import settle
from copperline.tables.iceberg import IcebergTable


def roll_back(context: Context, table_id: str, to: int | None = None) -> None:
    """Readers see the table as of the snapshot, or else as before its last publication; nothing of it is half done.

    Main moves to a snapshot of its own, a record that follows the one gone back to: so no branch of an earlier run
    fits any more, and a repeated command finds that it was done.

    Raises:
        UsageError: there is no such table, or no such state to go back to.
        LeaseHeld: a run writes the table.
        StaleBranch: somebody published meanwhile.
    """
    contract = context.contracts.get(table_id)
    if contract is None or contract.layer not in ("silver", "gold"):
        raise UsageError(expected("rollback", "TABLE", "a silver or gold table", table_id, "name one"))
    with context.leases.hold([contract.id], context.run_id) as held:
        table = context.existing(context.names.table(contract.id))
        if table is None:
            raise UsageError(expected("rollback", contract.id, "a table that was published", "none", "run it first"))
        token, twin = held.token(contract.id), existing_quarantine(context, contract)
        if finish_rollbacks(context, contract, table, twin, token) and to is None:
            return
        _drop_unpublished(contract, table, twin)
        settle(context, contract, token)
        table.refresh()
        if _record(context, contract, table, token, to):
            with stage(contract.id, "finish"):
                finish_rollbacks(context, contract, table, existing_quarantine(context, contract), token)


def _drop_unpublished(contract: Contract, table: IcebergTable, twin: IcebergTable | None) -> None:
    """What a dead run has sealed and not published stays so: its deliveries are pending, and read by the next run."""
    published = {snapshot.id for snapshot in table.ancestors()}
    for branch in filter(is_run_branch, table.branches()):
        head = table.head(branch)
        if head is None or head.id not in published:
            say(f"{contract.id:<20} drops {branch}, which was not published")
            drop(branch, twin, table)


def _record(context: Context, contract: Contract, table: IcebergTable, token: int, to: int | None) -> bool:
    """Readers see the earlier state; False if they did before."""
    plan = History(contract.id, table.metadata()).rollback(to=to)
    if not plan.needed:
        say(f"{contract.id:<20} is at snapshot {plan.target} already")
        return False
    for run in plan.runs:
        say(f"{contract.id:<20} undoes run {run}")
    with stage(contract.id, "roll back"):
        branch = rollback_branch(context.run_id, token)
        table.create_branch(branch, plan.target)
        told = {EXECUTION: context.arguments.execution, TOKEN: str(token)}
        table.seal(branch, {ROLLBACK: context.run_id, ROLLED_BACK: str(plan.head), **told})
        table.replace(branch, plan.head)
    return True
