"""What a silver table's good rows mean to it, found by one join and done on the run's branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.types import stored_schema
from copperline.contract import Contract
from copperline.contract.model import CURRENT, VALID_FROM, VALID_TO
from copperline.errors import ContractError, expected
from copperline.frames.classify import ALONE, CLASS, REPLACED, WAS, WRITTEN, classify, newest
from copperline.frames.timeline import DELIVERED, timeline
from copperline.job.progress import stage
from copperline.tables.ddl import technical_schema
from copperline.tables.iceberg import IcebergTable
from copperline.tables.ledger import Counts
from copperline.tables.merge import append, merge, span, span_columns

#: How many keys are sent to where a table's rows are, and how much larger than these the table must be.
MOST_SENT, MUCH_LARGER = 500_000, 10


@dataclass(frozen=True)
class Facts:
    """What is known of a batch after one pass over it; `measures` are sums of its good rows and of their source's."""

    read: int
    quarantined: int
    keys: int
    least: Any
    greatest: Any
    measures: Sequence[Mapping[str, str]] = ()

    @property
    def good(self) -> int:
        """Rows without a reason to reject them."""
        return self.read - self.quarantined

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The least and the greatest first key column of the good rows."""
        return self.least, self.greatest


@dataclass(frozen=True)
class Outcome:
    """What became of the rows that were read, and of the table's own.

    `spliced` are rows of a table with history that say what they said and end at another moment, `replaced` the least
    and the greatest first key column of the table's rows that were written anew or are gone.
    """

    counts: Counts
    spliced: int = 0
    replaced: tuple[Any, Any] = (None, None)

    @property
    def written(self) -> int:
        """How many rows the branch has that main has not."""
        return self.counts.inserted + self.counts.updated + self.spliced

    @property
    def changed(self) -> bool:
        """Whether the branch differs from main."""
        return bool(self.written + self.counts.deleted)


def bring_in(contract: Contract, table: IcebergTable, branch: str, good: DataFrame, facts: Facts, run: str) -> Outcome:
    """The branch holds what the good rows add to the table, and every one of them is counted.

    Raises:
        ContractError: the table was made with history and the contract asks for none, or the other way round.
    """
    _check_kind(contract, table)
    if not facts.keys:
        return Outcome(Counts(read=facts.read, quarantined=facts.quarantined))
    if table.head() is None and not contract.history:
        with stage(contract.id, "append"):
            first = _newest(contract, good, facts).withColumn("_run", F.lit(run))
            append(table, branch, first, _columns(contract))
        older = facts.good - facts.keys
        return Outcome(Counts(facts.read, inserted=facts.keys, superseded=older, quarantined=facts.quarantined))
    classified = _classified(contract, table, good, facts).withColumn("_run", F.lit(run)).persist()
    try:
        with stage(contract.id, "classify"):
            tally = _tally(contract, classified)
        outcome = Outcome(_counts(contract, facts, tally), tally["spliced"], (tally["least"], tally["greatest"]))
        if outcome.changed:
            with stage(contract.id, "merge"):
                _write(contract, table, branch, classified, outcome, tally)
    finally:
        classified.unpersist()
    return outcome


def _check_kind(contract: Contract, table: IcebergTable) -> None:
    own = {column.stored_name for column in contract.columns}
    kept = {VALID_FROM, VALID_TO, CURRENT} <= set(table.columns()) - own
    if kept != contract.history:
        remedy = "ask for what it was made with, or drop the table and run it with --reprocess"
        raise ContractError(expected(contract.file, "history", f"{kept}, as the table was made", not kept, remedy))


def _classified(contract: Contract, table: IcebergTable, good: DataFrame, facts: Facts) -> DataFrame:
    """Each row that the batch comes to, with its class and how many rows of the batch it stands for."""
    key, values = contract.primary_key, _values(contract)
    here = _near(contract, table, good, facts)
    how: dict[str, Any] = {"version": contract.version_by, "partitions": _partitions(contract)}
    if contract.history:
        return timeline(good, here, key, values, **how)
    return classify(_newest(contract, good, facts), here, key, values, **how).withColumn(DELIVERED, F.lit(1))


def _near(contract: Contract, table: IcebergTable, good: DataFrame, facts: Facts) -> DataFrame:
    """The table's rows that have a key of the batch, and maybe others between its bounds.

    The keys of a small batch go to the rows of a large table: else the join with them would move all rows that lie
    between the bounds, which for random keys is the table.
    """
    key, head = contract.primary_key, table.head()
    between = table.read().where(F.col(key[0]).between(*facts.bounds))
    rows = int(head.summary.get("total-records", 0)) if head is not None else 0
    sent = facts.keys <= MOST_SENT and facts.keys * MUCH_LARGER < rows
    if not sent and not contract.history:
        return between
    keys = good.select(*key).distinct()
    return between.join(F.broadcast(keys) if sent else keys, on=list(key), how="left_semi")


def _newest(contract: Contract, good: DataFrame, facts: Facts) -> DataFrame:
    """One row a key; a batch in which no key is twice is not sorted."""
    if facts.keys == facts.good:
        return good.withColumn(ALONE, F.lit(True))
    return newest(good, contract.primary_key, _values(contract), contract.version_by)


def _tally(contract: Contract, classified: DataFrame) -> Mapping[str, Any]:
    """How many rows there are of each class, and where those lie that are replaced, by one look at them."""
    replaced = F.col(CLASS).isin(*REPLACED)
    first = F.when(replaced, F.col(contract.primary_key[0]))
    spans = [one for name in _partitions(contract) for one in span_columns(name, F.col(f"{WAS}.`{name}`"), replaced)]
    no_news = ~F.col(CLASS).isin("inserted", "updated", "superseded") & (F.col(DELIVERED) > 0)
    found = classified.agg(
        *[_count(F.col(CLASS) == name, name) for name in ("inserted", "updated", "superseded", "spliced", "deleted")],
        _count(no_news, "unchanged"),
        F.sum(F.greatest(F.col(DELIVERED) - 1, F.lit(0))).alias("outlived"),
        F.min(first).alias("least"),
        F.max(first).alias("greatest"),
        *spans,
    ).first()
    assert found is not None
    return found.asDict()


def _count(condition: SparkColumn, name: str) -> SparkColumn:
    return F.count_if(condition).alias(name)


def _counts(contract: Contract, facts: Facts, tally: Mapping[str, Any]) -> Counts:
    """Within a batch all but the newest row of a key are superseded; with history, all but the last of a moment."""
    within = tally["outlived"] if contract.history else facts.good - facts.keys
    return Counts(
        read=facts.read,
        inserted=tally["inserted"],
        updated=tally["updated"],
        unchanged=tally["unchanged"],
        superseded=tally["superseded"] + within,
        quarantined=facts.quarantined,
        deleted=tally["deleted"],
    )


def _write(
    contract: Contract,
    table: IcebergTable,
    branch: str,
    classified: DataFrame,
    outcome: Outcome,
    tally: Mapping[str, Any],
) -> None:
    columns = _columns(contract)
    if tally["least"] is None:
        append(table, branch, classified.where(F.col(CLASS).isin(*WRITTEN)), columns)
        return
    types = {column.stored_name: column.stored_type for column in contract.columns}
    spans = [span(name, types[name], tally) for name in _partitions(contract)]
    merge(table, branch, classified, contract.row_key, columns, outcome.replaced, spans)


def _columns(contract: Contract) -> list[str]:
    return [*stored_schema(contract).names, *technical_schema(contract).names]


def _values(contract: Contract) -> list[str]:
    return [name for name in stored_schema(contract).names if name not in contract.primary_key]


def _partitions(contract: Contract) -> list[str]:
    """The columns that the table may be partitioned by, but for those of the key, which never change."""
    names: Sequence[str] = [column.stored_name for column in contract.partitions]
    return [name for name in names if name not in contract.primary_key]
