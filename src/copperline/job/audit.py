"""The audit of a run's rows on their branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.contract import Contract
from copperline.errors import AuditFailed, expected
from copperline.files.records import ACCEPTED, Pending
from copperline.frames.correct import GIVEN_UP
from copperline.frames.judge import REASONS, rejected
from copperline.job.bring_in import Facts
from copperline.job.context import Context
from copperline.quality.suite import expectations
from copperline.quality.threshold import check_rejected
from copperline.tables.iceberg import IcebergTable


def audit_measures(contract: Contract, measures: Sequence[Mapping[str, str]]) -> None:
    """Each sum of the good rows is what its source has.

    Raises:
        AuditFailed: one is not; the message has no sum, which of a single row is a value.
    """
    for one in measures:
        if one["expected"] != one["found"]:
            place = f"{contract.id}: {one['measure']}"
            raise AuditFailed(
                expected(place, "sum of the good rows", f"that of {one['source']}", "another", "mend the transform")
            )


def audit_rejected(
    context: Context,
    contract: Contract,
    judged: DataFrame,
    facts: Facts,
    new: Sequence[Pending],
    files: Sequence[Pending],
) -> None:
    """Of the rows that are new, no greater share was rejected than the contract allows.

    What was published before, and is among the `files` that are read again, was judged then; and a row that somebody
    has given up is known. Only where there may be such rows is `judged`, which is cached, looked at once more.

    Raises:
        TooManyRejected: a greater share was.
    """
    read, broken = facts.read, facts.quarantined
    fresh = [one.uri for one in new if one.state == ACCEPTED and not one.corrects]
    if len(fresh) < len(files) or any(one.corrects for one in new):
        counted = rejected() & ~F.exists(REASONS, lambda reason: reason.startswith(GIVEN_UP))
        rows = judged.where(F.col("_source_file").isin(fresh))
        found = rows.agg(F.count(F.lit(1)).alias("read"), F.count_if(counted).alias("broken")).first()
        assert found is not None
        read, broken = found["read"], found["broken"]
    check_rejected(contract, read=read, rejected=broken, most=context.arguments.max_rejected_percent)


def audit(
    context: Context,
    contract: Contract,
    table: IcebergTable,
    branch: str,
    bounds: tuple[Any, Any],
    *,
    whole: bool = False,
) -> None:
    """The run's rows meet every expectation of the contract, and no key of theirs is in the table twice.

    Only the files of this run are opened for the first, and those between its keys, the `bounds`, for the second;
    with `whole`, every row of the table. What is found becomes a page of Data Docs, whatever it is.

    Raises:
        AuditFailed: they do not; the branch stays to be looked at.
    """
    everything = table.read(branch=branch)
    rows = everything if whole else everything.where(F.col("_run") == context.run_id)
    report = context.auditor.audit(rows, contract.id, expectations(contract))
    page = context.docs.keep(report, context.run_id, context.started)
    if report.broken:
        remedy = f"nothing was published: look at {page} and at branch {branch}, mend job or contract"
        raise AuditFailed(f"{contract.id}: {report.sentence()}; {remedy}")
    if table.head() is not None:
        key = list(contract.row_key)
        near = everything.where(F.col(key[0]).between(*bounds))
        twice = near.join(rows.select(*key), on=key, how="left_semi").groupBy(*key).count().where("count > 1").count()
        if twice:
            place = f"{contract.id}: branch {branch}"
            raise AuditFailed(
                expected(place, ", ".join(key), "one row a key", f"{twice} keys with more", "report this")
            )
