"""One gold table's part of a run: the logical keys that changed are rebuilt, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from copperline.columns.types import stored_schema
from copperline.contract import Contract
from copperline.errors import ContractError, expected
from copperline.frames.classify import CLASS, classify_groups
from copperline.frames.conform import conform
from copperline.job.audit import audit
from copperline.job.changed import Changes, Source, built_from, changes
from copperline.job.context import Context
from copperline.job.declare import GoldJob
from copperline.job.needed import needed, of_keys
from copperline.job.prepared import Prepared, branch_name
from copperline.job.progress import say, stage
from copperline.job.reconcile import reconcile
from copperline.job.session import compile_if_large
from copperline.tables.ddl import technical_schema
from copperline.tables.iceberg import IcebergTable
from copperline.tables.ledger import Counts
from copperline.tables.merge import append, merge


def prepare_gold(context: Context, job: GoldJob, token: int) -> Prepared:
    """The rebuilt rows are audited on a branch of the table, or its sources have not moved.

    Raises:
        AuditFailed: the rows break an expectation, or do not add up to silver; the branch stays to be looked at.
        LedgerMismatch: rows are not accounted for.
    """
    contract = context.contracts[job.writes]
    prepared = Prepared(contract.id, run_id=context.run_id, execution=context.arguments.execution)
    known = {name: _source(context, context.contracts[name]) for name in job.reads}
    sources = {name: source for name, source in known.items() if source is not None}
    pinned = {name: head.id for name, source in sources.items() if (head := source.table.head()) is not None}
    if len(pinned) < len(job.reads):
        missing = ", ".join(sorted(set(job.reads) - set(pinned)))
        say(f"{contract.id:<20} waits: nothing is published yet in {missing}")
        return prepared
    size = sum(source.table.size(pinned[name]) for name, source in sources.items())
    table = prepared.table = context.table(contract, size=size)
    before = built_from(table)
    if before == pinned and not context.arguments.full_refresh:
        return prepared
    with stage(contract.id, "changes"):
        found = None if context.arguments.full_refresh else changes(contract.id, job, sources, before, pinned)
    prepared.branch, prepared.built_from = branch_name(context.run_id, token), pinned
    table.create_branch(prepared.branch)
    if found is None or found.keys:
        compile_if_large(context.spark, size)
        rows = {name: source.table.read(snapshot=pinned[name]) for name, source in sources.items()}
        _rebuild(context, job, contract, prepared, rows, found)
    return prepared


def _source(context: Context, contract: Contract) -> Source | None:
    """The silver table; None where its own job has not made it yet."""
    table = context.existing(context.names.table(contract.id))
    return Source(table, contract.row_key) if table is not None else None


def _rebuild(
    context: Context,
    job: GoldJob,
    contract: Contract,
    prepared: Prepared,
    rows: Mapping[str, DataFrame],
    changes: Changes | None,
) -> None:
    table, by = prepared.table, job.rebuild_by
    assert table is not None
    if by not in stored_schema(contract).names:
        raise ContractError(expected(contract.id, "rebuild_by", "one of its columns", by, "mend the job"))
    keys = None if changes is None else changes.keys
    silver = {name: needed(df, job, name, changes) for name, df in rows.items()}
    here = of_keys(table.read(), by, keys)
    kept = of_keys(table.read(), by, changes.added) if changes and changes.added else None
    rebuilt = of_keys(_result(job, contract, silver, kept), by, keys).withColumn("_run", F.lit(context.run_id))
    prepared.counts, bounds = _merge(contract, table, prepared.branch, rebuilt, here)
    prepared.counts.check(contract.id)
    changed = bool(prepared.counts.inserted + prepared.counts.updated + prepared.counts.deleted)
    with stage(contract.id, "audit"):
        if changed:
            head = table.head(prepared.branch)
            assert head is not None
            prepared.counts.check_summary(contract.id, head.summary)
        if changed or keys is None:
            audit(context, contract, table, prepared.branch, bounds, whole=keys is None)
        there = of_keys(table.read(branch=prepared.branch), by, keys)
        prepared.measures = reconcile(job, contract, there, kept, silver, keys)


def _result(job: GoldJob, contract: Contract, silver: Mapping[str, DataFrame], kept: DataFrame | None) -> DataFrame:
    """What the job makes of the silver rows, combined with gold's own rows of the keys to which some were added."""
    made = job.transform(*[silver[name] for name in job.reads]).transform(conform, contract)
    if kept is None:
        return made
    assert job.combine is not None
    return job.combine(made.unionByName(kept.select(made.columns))).transform(conform, contract)


def _merge(
    contract: Contract, table: IcebergTable, branch: str, rebuilt: DataFrame, here: DataFrame
) -> tuple[Counts, tuple[Any, Any]]:
    """What the rebuilt rows mean to the table, done on the branch, and the bounds of the first key column."""
    columns = [*stored_schema(contract).names, *technical_schema(contract).names]
    key = contract.primary_key
    bounds = (F.min(key[0]).alias("least"), F.max(key[0]).alias("greatest"))
    if table.head() is None:
        observation = Observation()
        with stage(contract.id, "append"):
            append(table, branch, rebuilt.observe(observation, F.count(F.lit(1)).alias("rows"), *bounds), columns)
            table.refresh()
        seen = observation.get
        return Counts(read=seen["rows"], inserted=seen["rows"]), (seen["least"], seen["greatest"])
    values = [name for name in stored_schema(contract).names if name not in key]
    classified = classify_groups(rebuilt, here, key, values).persist()
    try:
        with stage(contract.id, "classify"):
            found = classified.groupBy(CLASS).agg(F.count(F.lit(1)).alias("rows"), *bounds).collect()
        counts = {row[CLASS]: row["rows"] for row in found}
        limits = (
            min((row["least"] for row in found), default=None),
            max((row["greatest"] for row in found), default=None),
        )
        if counts.keys() & {"updated", "deleted"}:
            with stage(contract.id, "merge"):
                merge(table, branch, classified, key, columns, limits)
        elif "inserted" in counts:
            with stage(contract.id, "append"):
                append(table, branch, classified.where(F.col(CLASS) == "inserted"), columns)
                table.refresh()
    finally:
        classified.unpersist()
    deleted = counts.pop("deleted", 0)
    return Counts(read=sum(counts.values()), deleted=deleted, **counts), limits
