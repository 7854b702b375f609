"""One silver table's part of a run: what is new, read, transformed, judged, merged and audited on a branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from copperline.columns.types import stored_schema
from copperline.contract import Contract
from copperline.errors import LedgerMismatch, expected
from copperline.files.records import ACCEPTED, Pending
from copperline.frames.classify import CLASS, classify, newest
from copperline.frames.conform import conform
from copperline.frames.judge import judge, rejected
from copperline.frames.mask import mask
from copperline.frames.read import read_files
from copperline.job.audit import audit
from copperline.job.context import Context
from copperline.job.declare import SilverJob
from copperline.job.failure import FAILURES
from copperline.job.prepared import Prepared, branch_name
from copperline.job.progress import stage
from copperline.job.quarantine import quarantine, quarantine_table
from copperline.job.refuse import finish_refusals, refuse_unreadable
from copperline.job.session import compile_if_large
from copperline.quality.threshold import check_rejected
from copperline.tables.ddl import technical_schema
from copperline.tables.iceberg import IcebergTable
from copperline.tables.ledger import Counts
from copperline.tables.merge import append, merge


@dataclass(frozen=True)
class Facts:
    """What is known of a batch after one pass over it."""

    read: int
    quarantined: int
    keys: int
    least: Any
    greatest: Any

    @property
    def good(self) -> int:
        """Rows without a reason to reject them."""
        return self.read - self.quarantined


def prepare_silver(context: Context, job: SilverJob, token: int) -> Prepared:
    """The run's rows are audited on a branch of the table, or there was nothing to write.

    Raises:
        AuditFailed: the rows break an expectation; the branch stays to be looked at.
        LedgerMismatch: rows are not accounted for.
        TooManyRejected: more rows break rules than the contract allows; they are on the branch of quarantine.
    """
    contract = context.contracts[job.writes]
    found = _whats_new(context, contract)
    finish_refusals(context, found)
    prepared = Prepared(contract.id, deliveries=found, run_id=context.run_id, execution=context.arguments.execution)
    files: Sequence[Pending] = [delivery for delivery in found if delivery.state == ACCEPTED]
    if not files:
        return prepared
    context.runs.take(context.run_id, contract.id, [delivery.delivery for delivery in found])
    size = sum(delivery.size for delivery in files)
    compile_if_large(context.spark, size)
    prepared.table = context.table(contract, size=size)
    quarantine_table(context, contract)
    judged, facts, files = _read(context, job, contract, prepared, files)
    try:
        if files:
            prepared.branch = branch_name(context.run_id, token)
            _write(context, contract, prepared, judged, facts)
    finally:
        judged.unpersist()
    return prepared


def _whats_new(context: Context, contract: Contract) -> list[Pending]:
    with stage(contract.id, "find"):
        arguments = context.arguments
        if arguments.replays:
            return context.deliveries.history(contract.reads, arguments.first, arguments.last)
        return context.deliveries.pending(contract.id)


def _read(
    context: Context, job: SilverJob, contract: Contract, prepared: Prepared, files: Sequence[Pending]
) -> tuple[DataFrame, Facts, Sequence[Pending]]:
    """The judged rows, cached, with what one pass over them tells; files that cannot be read are refused on the way."""
    with stage(contract.id, "read"):
        try:
            judged, facts = _judged(context, job, contract, files)
        except FAILURES as error:
            files = refuse_unreadable(context, contract, prepared, files, error)
            judged, facts = _judged(context, job, contract, files)
    told = sum(delivery.rows or 0 for delivery in files)
    if all(delivery.rows is not None for delivery in files) and told != facts.read:
        place = f"{contract.id}: {len(files)} files"
        raise LedgerMismatch(
            expected(place, "rows read", f"{told} as the files' footers say", facts.read, "report this")
        )
    return judged, facts, files


def _judged(context: Context, job: SilverJob, contract: Contract, files: Sequence[Pending]) -> tuple[DataFrame, Facts]:
    sources = [context.contracts[source] for source in job.reads]
    frames = [
        read_files(context.spark, source, [delivery for delivery in files if delivery.bronze == source.id])
        for source in sources
    ]
    observation = Observation()
    judged = (
        job.transform(*frames)
        .transform(conform, contract)
        .transform(judge, contract)
        .transform(mask, contract, sources[0], context.pads)
        .observe(observation, F.count(F.lit(1)).alias("read"), F.count_if(rejected()).alias("quarantined"))
        .persist()
    )
    key = contract.primary_key
    good = judged.where(~rejected())
    row = good.agg(F.count_distinct(*key).alias("keys"), F.min(key[0]).alias("least"), F.max(key[0]).alias("greatest"))
    known = row.first()
    assert known is not None
    seen = observation.get
    return judged, Facts(seen["read"], seen["quarantined"], known["keys"], known["least"], known["greatest"])


def _write(context: Context, contract: Contract, prepared: Prepared, judged: DataFrame, facts: Facts) -> None:
    table = prepared.table
    assert table is not None
    table.create_branch(prepared.branch)
    if facts.quarantined:
        with stage(contract.id, "quarantine"):
            files = [delivery.uri for delivery in prepared.deliveries]
            prepared.quarantine = quarantine(context, contract, judged, files, prepared.branch)
        most = context.arguments.max_rejected_percent
        check_rejected(contract, read=facts.read, rejected=facts.quarantined, most=most)
    good = judged.where(~rejected())
    batch = newest(good, contract.primary_key) if facts.keys < facts.good else good
    batch = batch.withColumn("_run", F.lit(context.run_id))
    prepared.counts = _merge(contract, table, prepared.branch, batch, facts)
    prepared.counts.check(contract.id)
    if prepared.counts.inserted + prepared.counts.updated:
        head = table.head(prepared.branch)
        assert head is not None
        prepared.counts.check_summary(contract.id, head.summary)
        with stage(contract.id, "audit"):
            audit(context, contract, table, prepared.branch, (facts.least, facts.greatest))


def _merge(contract: Contract, table: IcebergTable, branch: str, batch: DataFrame, facts: Facts) -> Counts:
    columns = [*stored_schema(contract).names, *technical_schema(contract).names]
    older = facts.good - facts.keys
    if not facts.keys:
        return Counts(read=facts.read, quarantined=facts.quarantined, superseded=older)
    if table.head() is None:
        with stage(contract.id, "append"):
            append(table, branch, batch, columns)
            table.refresh()
        return Counts(read=facts.read, inserted=facts.keys, superseded=older, quarantined=facts.quarantined)
    key = contract.primary_key
    bounds = (facts.least, facts.greatest)
    values = [name for name in stored_schema(contract).names if name not in key]
    here = table.read().where(F.col(key[0]).between(*bounds))
    classified = classify(batch, here, key, values).persist()
    try:
        with stage(contract.id, "classify"):
            counts = {row[CLASS]: row["count"] for row in classified.groupBy(CLASS).count().collect()}
        if counts.get("inserted", 0) + counts.get("updated", 0):
            with stage(contract.id, "merge"):
                merge(table, branch, classified, key, columns, bounds)
    finally:
        classified.unpersist()
    return Counts(
        read=facts.read,
        inserted=counts.get("inserted", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
        superseded=older + counts.get("superseded", 0),
        quarantined=facts.quarantined,
    )
