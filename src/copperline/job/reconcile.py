"""Sums of a gold table against the silver rows that it was made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.contract import Contract
from copperline.errors import AuditFailed, expected
from copperline.job.declare import GoldJob

KEY = "_key"


def reconcile(
    job: GoldJob, contract: Contract, gold: DataFrame, silver: Mapping[str, DataFrame], keys: Sequence[Any] | None
) -> None:
    """Each measure of the contract sums, for every rebuilt key, to what its own SQL gives over that key's silver rows.

    The SQL stands in the contract (`transformLogic`), and shares nothing with the job's transform.

    Raises:
        AuditFailed: a sum differs.
    """
    measures = [column.name for column in contract.columns if column.measure]
    if not measures:
        return
    got = gold.groupBy(F.col(job.rebuild_by).alias(KEY)).agg(*[F.sum(name).alias(name) for name in measures])
    want = _expected(job, contract, silver, keys)
    joined = got.alias("got").join(want.alias("want"), on=KEY, how="full")
    differs = [F.count_if(_sum("got", name) != _sum("want", name)).alias(name) for name in measures]
    found = joined.agg(*differs).first()
    assert found is not None
    for name in measures:
        if found[name]:
            place = f"{contract.id}: {name}"
            told = f"another sum for {found[name]} of them"
            raise AuditFailed(expected(place, f"sum for each {job.rebuild_by}", "silver's", told, "mend the transform"))


def _sum(side: str, name: str) -> SparkColumn:
    return F.coalesce(F.col(f"{side}.`{name}`"), F.lit(0))


def _expected(
    job: GoldJob, contract: Contract, silver: Mapping[str, DataFrame], keys: Sequence[Any] | None
) -> DataFrame:
    """A row a logical key with the sum of every measure, from silver alone."""
    by_source: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for column in contract.columns:
        if column.measure:
            by_source[column.measure.source].append((column.name, column.measure.expression))
    sums = [_sums(job, source, asked, silver[source], keys) for source, asked in by_source.items()]
    return reduce(lambda left, right: left.join(right, on=KEY, how="full"), sums)


def _sums(
    job: GoldJob, source: str, asked: Sequence[tuple[str, str]], rows: DataFrame, keys: Sequence[Any] | None
) -> DataFrame:
    own = F.element_at(job.touches[source](), 1)
    mine = rows if keys is None else rows.where(own.isin(list(keys)))
    return mine.groupBy(own.alias(KEY)).agg(*[F.expr(expression).alias(name) for name, expression in asked])
