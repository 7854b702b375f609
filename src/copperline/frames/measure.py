"""Sums over a silver table's good rows: of what the job made, and of the rows as they stand in bronze."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from copperline.contract import Contract
from copperline.frames.judge import rejected

SUM = "decimal(38,6)"


def measure(df: DataFrame, contract: Contract, source: Contract, observation: Observation) -> DataFrame:
    """The same judged rows; once they were computed, `observation` has both sums of each measure of the contract.

    The contract's SQL (`transformLogic`) sees the row as it stands in bronze under the name of the bronze table, as in
    `sum(zoop_sales.Quantidade)`. Rejected rows count on neither side. Without measures nothing is observed.
    """
    named = measured(contract, source)
    if not named:
        return df
    seen = df.withColumn(source.table, F.when(~rejected(), _read(source, named.values())))
    sums = [both for name, sql in named.items() for both in (_made(name), _delivered(name, sql))]
    return seen.observe(observation, *sums).drop(source.table)


def _read(source: Contract, expressions: Iterable[str]) -> SparkColumn:
    """Those columns of the delivered row that the expressions name: all of them would be copied for every row."""
    text = " ".join(expressions)
    named = [one.name for one in source.columns if re.search(rf"\b{source.table}[.]`?{re.escape(one.name)}\b", text)]
    return F.struct(*[F.col(f"_raw.`{name}`").alias(name) for name in named])


def measured(contract: Contract, source: Contract) -> dict[str, str]:
    """The SQL of each measure of the contract that is taken from the source, by the name of its column."""
    found = {column.name: column.measure for column in contract.columns}
    return {name: one.expression for name, one in found.items() if one is not None and one.source == source.id}


def compared(contract: Contract, source: Contract, observation: Observation) -> list[dict[str, str]]:
    """Of each measure what the source has and what the job made of it; no sum at all is 0."""
    named = measured(contract, source)
    seen = observation.get if named else {}
    return [sums(name, source.id, seen[f"{name}_delivered"], seen[f"{name}_made"]) for name in named]


def sums(measure: str, source: str, expected: Decimal | int | None, found: Decimal | int | None) -> dict[str, str]:
    """The same number on both sides, as seals and ledgers keep it."""
    return {"measure": measure, "source": source, "expected": _text(expected), "found": _text(found)}


def _text(number: Decimal | int | None) -> str:
    return f"{Decimal(number or 0).normalize():f}"


def _made(name: str) -> SparkColumn:
    return F.sum(F.when(~rejected(), F.col(f"`{name}`"))).cast(SUM).alias(f"{name}_made")


def _delivered(name: str, sql: str) -> SparkColumn:
    return F.expr(sql).cast(SUM).alias(f"{name}_delivered")
