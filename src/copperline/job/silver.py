"""One silver table's part of a run: what is new, read, transformed, judged, merged and audited on a branch."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from copperline.contract import Contract
from copperline.errors import LedgerMismatch, expected
from copperline.files.records import Pending
from copperline.frames.conform import conform
from copperline.frames.correct import discard
from copperline.frames.judge import judge, rejected
from copperline.frames.mask import mask
from copperline.frames.measure import compared, measure, sums
from copperline.frames.read import read_files
from copperline.job.audit import audit, audit_measures, audit_rejected
from copperline.job.bring_in import Facts, bring_in
from copperline.job.context import Context
from copperline.job.corrections import changes_for, first_corrected, refuse_late_corrections
from copperline.job.declare import SilverJob
from copperline.job.failure import FAILURES
from copperline.job.prepared import Prepared, branch_name
from copperline.job.progress import say, stage
from copperline.job.quarantine import quarantine, quarantine_table
from copperline.job.refuse import finish_refusals, refuse_unreadable
from copperline.job.session import compile_if_large


def prepare_silver(context: Context, job: SilverJob, token: int) -> Prepared:
    """The run's rows are audited on a branch of the table, or there was nothing to write.

    Raises:
        AuditFailed: the rows break an expectation; the branch stays to be looked at.
        LedgerMismatch: rows are not accounted for.
        TooManyRejected: more rows break rules than the contract allows; they are on the branch of quarantine.
    """
    contract = context.contracts[job.writes]
    with stage(contract.id, "find"):
        asked = _asked_for(context, contract)
        finish_refusals(context, asked)
        asked = refuse_late_corrections(context, contract, asked)
        intake = context.deliveries.intake(contract.id, contract.reads, asked)
    run, execution = context.run_id, context.arguments.execution
    prepared = Prepared(contract.id, deliveries=intake.new, run_id=run, execution=execution)
    files: Sequence[Pending] = intake.files
    if not files:
        return prepared
    if intake.again:
        say(f"{contract.id:<20} reads {len(intake.again)} published files again, to put older ones in their place")
    context.runs.take(run, contract.id, [delivery.delivery for delivery in intake.new])
    size = sum(delivery.size for delivery in files)
    compile_if_large(context.spark, size)
    prepared.table = context.table(contract, size=size)
    quarantine_table(context, contract)
    judged, facts, files = _read(context, job, contract, prepared, files)
    try:
        if files:
            prepared.branch = branch_name(context.run_id, token)
            _write(context, contract, prepared, judged, facts, files)
    finally:
        judged.unpersist()
    return prepared


def _asked_for(context: Context, contract: Contract) -> list[Pending]:
    """What the arguments name or, where they name nothing, what waits; and new corrections with what they are about."""
    arguments, pending = context.arguments, context.deliveries.pending(contract.id)
    corrections = [one for one in pending if one.corrects]
    if arguments.replays:
        asked = context.deliveries.history(contract.reads, arguments.first, arguments.last)
    else:
        asked = [one for one in pending if not one.corrects]
    corrected = first_corrected(context, contract, corrections)
    found = {one.delivery: one for one in (*asked, *corrections, *([corrected] if corrected else []))}
    return sorted(found.values(), key=lambda one: one.delivery)


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
    known = all(delivery.rows is not None for delivery in files)
    if known and told != facts.read:
        place = f"{contract.id}: {len(files)} files"
        raise LedgerMismatch(
            expected(place, "rows read", f"{told} as the files' footers say", facts.read, "report this")
        )
    footers = [sums("rows", ", ".join(contract.reads), told, facts.read)] if known else []
    prepared.measures = [*footers, *facts.measures]
    audit_measures(contract, prepared.measures)
    return judged, facts, files


def _judged(context: Context, job: SilverJob, contract: Contract, files: Sequence[Pending]) -> tuple[DataFrame, Facts]:
    sources = [context.contracts[source] for source in job.reads]
    changes = changes_for(context, contract, files)
    frames = [
        read_files(context.spark, source, [one for one in files if one.bronze == source.id], changes)
        for source in sources
    ]
    observation, compares = Observation(), Observation()
    judged = (
        job.transform(*frames)
        .transform(conform, contract)
        .transform(judge, contract)
        .transform(discard)
        .transform(measure, contract, sources[0], compares)
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
    measures = compared(contract, sources[0], compares)
    found = Facts(seen["read"], seen["quarantined"], known["keys"], known["least"], known["greatest"], measures)
    return judged, found


def _write(
    context: Context,
    contract: Contract,
    prepared: Prepared,
    judged: DataFrame,
    facts: Facts,
    files: Sequence[Pending],
) -> None:
    table = prepared.table
    assert table is not None
    table.create_branch(prepared.branch)
    with stage(contract.id, "quarantine"):
        uris = [one.uri for one in files]
        branch, rejects = prepared.branch, facts.quarantined
        prepared.quarantine = quarantine(context, contract, judged, uris, branch, rejects=rejects)
    if facts.quarantined > contract.rejected_rows_tolerated:
        audit_rejected(context, contract, judged, facts, prepared.deliveries, files)
    outcome = bring_in(contract, table, prepared.branch, judged.where(~rejected()), facts, context.run_id)
    prepared.counts = outcome.counts
    prepared.counts.check(contract.id)
    if not outcome.changed:
        return
    head = table.head(prepared.branch)
    assert head is not None
    prepared.counts.check_summary(contract.id, head.summary, spliced=outcome.spliced)
    if outcome.counts.deleted:
        prepared.removed = outcome.replaced
    with stage(contract.id, "audit"):
        audit(context, contract, table, prepared.branch, facts.bounds)
