"""What a dead run left is finished, not repeated."""

from __future__ import annotations

import json

from copperline.contract import Contract
from copperline.job.context import Context
from copperline.job.prepared import (
    EXECUTION,
    RUN,
    TOGETHER,
    Prepared,
    counts_of,
    is_run_branch,
    measures_of,
    sealed,
)
from copperline.job.progress import say
from copperline.job.publish import account, account_run, mark, publish
from copperline.job.quarantine import existing_quarantine
from copperline.job.rolled_back import finish_rollbacks
from copperline.tables.iceberg import IcebergTable, Snapshot


def settle(context: Context, contract: Contract, token: int) -> None:
    """No run's branch is left on the table: a sealed one is published and accounted for, any other is dropped.

    A seal that is in main's ancestry was published by a run that died before its ledger row or its marks. One that is
    not is published only if the run had sealed all that it was to publish together.
    """
    table = context.existing(context.names.table(contract.id))
    if table is None:
        return
    twin = existing_quarantine(context, contract)
    finish_rollbacks(context, contract, table, twin, token)
    for branch in sorted({name for one in (table, twin) if one is not None for name in one.branches()}):
        if not is_run_branch(branch):
            continue
        head = table.head(branch)
        if head is not None and sealed(head) and _fits(context, contract, table, branch, head):
            _finish(context, contract, table, twin, branch, head, token)
        else:
            say(f"{contract.id:<20} settles: drops {branch}, which cannot be published")
            _drop(table, twin, branch)


def _fits(context: Context, contract: Contract, table: IcebergTable, branch: str, head: Snapshot) -> bool:
    """Whether the branch is published already, or can still be."""
    main = table.head()
    if main is not None and head.id in {snapshot.id for snapshot in table.ancestors()}:
        return True
    if main is not None and main.id not in {snapshot.id for snapshot in table.ancestors(branch)}:
        return False
    others = set(json.loads(head.summary.get(TOGETHER, "[]"))) - {contract.id}
    return all(_sealed_by(context, other, head.summary[RUN]) for other in sorted(others))


def _sealed_by(context: Context, table_id: str, run_id: str) -> bool:
    """Whether the run has sealed its branch of the table, be it published since or not."""
    table = context.existing(context.names.table(table_id))
    if table is None:
        return False
    table.refresh()
    heads = (table.head(branch) for branch in table.branches())
    seals = (head for head in (*heads, *table.ancestors()) if head is not None and sealed(head))
    return any(head.summary[RUN] == run_id for head in seals)


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
    left.measures = measures_of(head)
    if twin is not None and branch in twin.branches():
        left.quarantine = twin
    if head.id not in {snapshot.id for snapshot in table.ancestors()}:
        publish(left)
    elif left.quarantine is not None:
        left.quarantine.publish(branch)
    if contract.layer == "silver":
        taken = set(context.runs.taken(dead, contract.id))
        waiting = [*context.deliveries.pending(contract.id), *context.held.of(contract.id)]
        left.deliveries = [one for one in waiting if one.delivery in taken]
    account(context, [left])
    told = {"run_id": dead, "job": "-", "execution": execution, "tables": contract.id, "status": "settled"}
    account_run(context, told)
    mark(context, [left], {contract.id: token})


def _drop(table: IcebergTable, twin: IcebergTable | None, branch: str) -> None:
    for one in (twin, table):
        if one is not None and branch in one.branches():
            one.drop_branch(branch)
