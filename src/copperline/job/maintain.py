"""Every table compact, audited as a whole, and without what nobody can read any more; its rows are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from copperline.contract import Contract
from copperline.errors import AuditFailed, CopperlineError, LedgerMismatch, TableFailed, UsageError, expected
from copperline.files.history import History, is_rollback_branch
from copperline.job.changed import built_from
from copperline.job.context import Context
from copperline.job.failure import FAILURES, failure
from copperline.job.prepared import is_run_branch
from copperline.job.progress import say, stage
from copperline.job.publish import account_cost, account_run
from copperline.job.quarantine import existing_quarantine
from copperline.job.settle import settle
from copperline.quality.suite import expectations
from copperline.tables.iceberg import IcebergTable
from copperline.tables.ledger import SCHEMAS
from copperline.tables.upkeep import Upkeep


@dataclass(frozen=True)
class Order:
    """Whether to do it or only to say what would be done; how far back readers can go; how old an orphan must be."""

    apply: bool = False
    keep: timedelta = timedelta(days=30)
    orphans: timedelta = timedelta(days=3)


def maintain(context: Context, order: Order, tables: Sequence[str] = ()) -> None:
    """The tables are in order, or a line each says what would be done; all that there are if none is named.

    One that fails holds up no other. People are told of each that did.

    Raises:
        CopperlineError: the first that failed.
    """
    failed: dict[str, CopperlineError] = {}
    for name, work in _work(context, order, tables):
        try:
            with stage(name, "maintain"):
                work()
        except CopperlineError as error:
            failed[name] = error
        except FAILURES as error:
            failed[name] = TableFailed(f"{name}: Spark raised {failure(error)}; see the run's error log")
    context.docs.finish()
    if order.apply:
        run = {"run_id": context.run_id, "job": context.arguments.job, "execution": "-", "tables": ",".join(tables)}
        account_run(context, {**run, "status": "failed" if failed else "succeeded"})
        account_cost(context)
    if failed:
        told = "\n".join(f"{name}: {type(error).__name__}: {error}" for name, error in failed.items())
        context.alerts.send("Maintenance failed", f"Run {context.run_id}:\n{told}")
        raise next(iter(failed.values()))


def _work(context: Context, order: Order, tables: Sequence[str]) -> Iterator[tuple[str, Callable[[], None]]]:
    """What is to be done, table by table."""
    known = {contract.id: contract for contract in (*context.contracts.silver(), *context.contracts.gold())}
    ledgers = [f"ops.{name}" for name in SCHEMAS]
    if strange := set(tables) - known.keys() - set(ledgers):
        told = ", ".join(sorted(strange))
        raise UsageError(expected("maintain", "--table", "a silver or gold table, or a ledger", told, "name one"))
    for name in tables or [*known, *ledgers]:
        if name in known:
            yield name, lambda contract=known[name]: _table(context, order, contract)  # type: ignore[misc]
        else:
            yield name, lambda ledger=name: _ledger(context, order, ledger)  # type: ignore[misc]


def _ledger(context: Context, order: Order, name: str) -> None:
    """A ledger is kept in order beside its writers: they only append, which no compaction contradicts."""
    table = context.existing(f"{context.names.database('ops')}.{name.removeprefix('ops.')}")
    if table is not None:
        _files(context, order, name, table, ())


def _table(context: Context, order: Order, contract: Contract) -> None:
    if not order.apply:
        _look_after(context, order, contract)
        return
    with context.leases.hold([contract.id], context.run_id) as held:
        _report(contract.id, "run branches", len(_branches(context, contract)))
        settle(context, contract, held.token(contract.id))
        _look_after(context, order, contract)


def _look_after(context: Context, order: Order, contract: Contract) -> None:
    table, twin = context.existing(context.names.table(contract.id)), existing_quarantine(context, contract)
    if table is None:
        return
    if order.apply:
        _audit(context, contract, table)
    else:
        _report(contract.id, "run branches", len(_branches(context, contract)))
    _files(context, order, contract.id, table, _needed(context, contract))
    if twin is not None:
        _files(context, order, f"quarantine.{contract.table}", twin, ())


def _branches(context: Context, contract: Contract) -> set[str]:
    tables = (context.existing(context.names.table(contract.id)), existing_quarantine(context, contract))
    names = {name for table in tables if table is not None for name in table.branches()}
    return {name for name in names if is_run_branch(name) or is_rollback_branch(name)}


def _audit(context: Context, contract: Contract, table: IcebergTable) -> None:
    """Every row of the table meets every expectation, its key's among them. A table that fails is left as it is."""
    if table.head() is None:
        return
    with stage(contract.id, "audit"):
        report = context.auditor.audit(table.read(), contract.id, expectations(contract))
        page = context.docs.keep(report, context.run_id, context.started)
        if report.broken:
            remedy = f"look at {page}; nothing was removed: `copperctl history` shows what can be gone back to"
            raise AuditFailed(f"{contract.id}: the whole table: {report.sentence()}; {remedy}")


def _needed(context: Context, contract: Contract) -> list[int]:
    """The snapshots that gold tables record as what they were built from."""
    readers = [context.existing(context.names.table(name)) for name in context.contracts.readers(contract.id)]
    told = [built_from(table) or {} for table in readers if table is not None]
    return [sources[contract.id] for sources in told if contract.id in sources]


def _files(context: Context, order: Order, name: str, table: IcebergTable, needed: Sequence[int]) -> None:
    """The files of a table are in order; its rows are counted before and after."""
    if table.head() is None:
        return
    upkeep, now = Upkeep(table), context.clock()
    if order.apply:
        before = table.read().count()
        _report(name, "data files", upkeep.compact())
        _report(name, "delete files", upkeep.compact_deletes())
        _same(name, table, before)
    else:
        _report(name, "data files", upkeep.to_compact())
        _report(name, "delete files", upkeep.deletes_to_compact())
    since = _keep_since(name, table, now - order.keep, needed)
    _report(name, "snapshots", upkeep.expire(since) if order.apply else upkeep.to_expire(since))
    _report(name, "orphan files", upkeep.orphans(now - order.orphans, remove=order.apply))


def _same(name: str, table: IcebergTable, before: int) -> None:
    after = table.read().count()
    if before > after or (before < after and not name.startswith("ops.")):  # runs append to ledgers meanwhile
        remedy = "roll the table back to the snapshot before, and report this"
        raise LedgerMismatch(expected(f"{name}: compaction", "rows", before, after, remedy))


def _keep_since(name: str, table: IcebergTable, moment: datetime, needed: Sequence[int]) -> datetime:
    return History(name, table.metadata()).keep_since(moment, needed)


def _report(name: str, what: str, count: int) -> None:
    """A line that `copperctl maintain` reads."""
    say(f"upkeep: {name}: {what}: {count}")
