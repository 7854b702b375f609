"""What a dead run left is finished, not repeated."""

from __future__ import annotations

from copperline.contract import Contract
from copperline.job.context import Context
from copperline.job.prepared import EXECUTION, RUN, Prepared, counts_of, is_run_branch, sealed
from copperline.job.progress import say
from copperline.job.publish import account, account_run, mark, publish
from copperline.job.quarantine import existing_quarantine
from copperline.tables.iceberg import IcebergTable, Snapshot


def settle(context: Context, contract: Contract, token: int) -> None:
    """No run's branch is left on the table: a sealed one is published and accounted for, any other is dropped.

    A seal that is in main's ancestry was published by a run that died before its ledger row or its marks.
    """
    table = context.existing(context.names.table(contract.id))
    if table is None:
        return
    twin = existing_quarantine(context, contract)
    for branch in sorted({name for one in (table, twin) if one is not None for name in one.branches()}):
        if not is_run_branch(branch):
            continue
        head = table.head(branch)
        if head is not None and sealed(head) and _fits(table, branch, head):
            _finish(context, contract, table, twin, branch, head, token)
        else:
            say(f"{contract.id:<20} settles: drops {branch}, which cannot be published")
            _drop(table, twin, branch)


def _fits(table: IcebergTable, branch: str, head: Snapshot) -> bool:
    """Whether the branch is published already, or can still be."""
    main = table.head()
    if main is None or head.id in {snapshot.id for snapshot in table.ancestors()}:
        return True
    return main.id in {snapshot.id for snapshot in table.ancestors(branch)}


def _finish(
    context: Context,
    contract: Contract,
    table: IcebergTable,
    twin: IcebergTable | None,
    branch: str,
    head: Snapshot,
    token: int,
) -> None:
    dead = head.summary[RUN]
    say(f"{contract.id:<20} settles: finishes run {dead}")
    execution = head.summary.get(EXECUTION, "-")
    left = Prepared(contract.id, table, branch, counts_of(head), run_id=dead, execution=execution)
    if twin is not None and branch in twin.branches():
        left.quarantine = twin
    if head.id not in {snapshot.id for snapshot in table.ancestors()}:
        publish(left)
    elif left.quarantine is not None:
        left.quarantine.publish(branch)
    if contract.layer == "silver":
        taken = set(context.runs.taken(dead, contract.id))
        left.deliveries = [one for one in context.deliveries.pending(contract.id) if one.delivery in taken]
    account(context, [left])
    told = {"run_id": dead, "job": "-", "execution": execution, "tables": contract.id, "status": "settled"}
    account_run(context, told)
    mark(context, [left], {contract.id: token})


def _drop(table: IcebergTable, twin: IcebergTable | None, branch: str) -> None:
    for one in (twin, table):
        if one is not None and branch in one.branches():
            one.drop_branch(branch)
