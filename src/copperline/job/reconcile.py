"""Sums of a gold table against the silver rows that it was made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.contract import Contract
from copperline.errors import AuditFailed, expected
from copperline.job.declare import GoldJob


def reconcile(
    job: GoldJob, contract: Contract, gold: DataFrame, silver: Mapping[str, DataFrame], keys: Sequence[Any] | None
) -> None:
    """Each measure of the contract sums, over the rebuilt keys, to what its own SQL gives over their silver rows.

    The SQL stands in the contract (`transformLogic`), and shares nothing with the job's transform.

    Raises:
        AuditFailed: a sum differs.
    """
    measures = [column for column in contract.columns if column.measure]
    if not measures:
        return
    got = gold.agg(*[F.sum(column.name).alias(column.name) for column in measures]).first()
    assert got is not None
    want = _expected(job, contract, silver, keys)
    for column in measures:
        if (got[column.name] or 0) != (want[column.name] or 0):
            place = f"{contract.id}: {column.name}"
            raise AuditFailed(expected(place, "sum", want[column.name], got[column.name], "mend the job's transform"))


def _expected(
    job: GoldJob, contract: Contract, silver: Mapping[str, DataFrame], keys: Sequence[Any] | None
) -> dict[str, Any]:
    by_source: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for column in contract.columns:
        if column.measure:
            by_source[column.measure.source].append((column.name, column.measure.expression))
    found: dict[str, Any] = {}
    for source, asked in by_source.items():
        own = F.element_at(job.touches[source](), 1)
        rows = silver[source] if keys is None else silver[source].where(own.isin(list(keys)))
        row = rows.agg(*[F.expr(expression).alias(name) for name, expression in asked]).first()
        found |= row.asDict() if row is not None else {}
    return found
