"""The audit of a run's rows on their branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import functions as F

from copperline.contract import Contract
from copperline.errors import AuditFailed, expected
from copperline.job.context import Context
from copperline.quality.suite import expectations
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
