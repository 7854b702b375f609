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
from copperline.frames.measure import SUM, sums
from copperline.job.declare import GoldJob

KEY = "_key"
SIDES = ("got", "want")


def reconcile(
    job: GoldJob,
    contract: Contract,
    gold: DataFrame,
    kept: DataFrame | None,
    silver: Mapping[str, DataFrame],
    keys: Sequence[Any] | None,
) -> list[dict[str, str]]:
    """Each measure of the contract sums, for every rebuilt key, to what its own SQL gives over that key's silver rows.

    What is answered are the sums over all of these keys, for the ledger. The SQL stands in the contract
    (`transformLogic`), and shares nothing with the job's transform. `kept` are the rows as published of keys to which
    silver rows were only added: for those, `silver` is what was added.

    Raises:
        AuditFailed: a sum differs.
    """
    sources = {column.name: column.measure.source for column in contract.columns if column.measure}
    measures = [*sources]
    if not measures:
        return []
    got = _by_key(gold, job.rebuild_by, measures)
    want = _expected(job, contract, silver, keys)
    if kept is not None:
        want = _by_key(want.unionByName(_by_key(kept, job.rebuild_by, measures)), KEY, measures)
    joined = got.alias("got").join(want.alias("want"), on=KEY, how="full")
    differs = [F.count_if(_sum("got", name) != _sum("want", name)).alias(name) for name in measures]
    totals = [F.sum(_sum(side, name)).cast(SUM).alias(f"{side}_{name}") for side in SIDES for name in measures]
    found = joined.agg(*differs, *totals).first()
    assert found is not None
    for name in measures:
        if found[name]:
            place = f"{contract.id}: {name}"
            told = f"another sum for {found[name]} of them"
            raise AuditFailed(expected(place, f"sum for each {job.rebuild_by}", "silver's", told, "mend the transform"))
    return [sums(name, source, found[f"want_{name}"], found[f"got_{name}"]) for name, source in sources.items()]


def _by_key(rows: DataFrame, column: str, measures: Sequence[str]) -> DataFrame:
    return rows.groupBy(F.col(column).alias(KEY)).agg(*[F.sum(name).alias(name) for name in measures])


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
    found = [_sums(job, source, asked, silver[source], keys) for source, asked in by_source.items()]
    return reduce(lambda left, right: left.join(right, on=KEY, how="full"), found)


def _sums(
    job: GoldJob, source: str, asked: Sequence[tuple[str, str]], rows: DataFrame, keys: Sequence[Any] | None
) -> DataFrame:
    own = F.element_at(job.touches[source](), 1)
    mine = rows if keys is None else rows.where(own.isin(list(keys)))
    return mine.groupBy(own.alias(KEY)).agg(*[F.expr(expression).alias(name) for name, expression in asked])
