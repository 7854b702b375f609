"""Many sales at once: our silver job beside copies of the same bytes that do no work on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.data import many_sales
from benchmarks.numbers import Series, order
from benchmarks.processes import measured
from benchmarks.promote import promote
from benchmarks.world import BUCKET, World, world

SPARK, OURS, DUCKDB = "Spark's copy", "silver job", "DuckDB's copy"
WHAT = {
    SPARK: "plain Spark: read Parquet, write Parquet",
    OURS: "ours: the job run copperline-silver-sales, from StartJobRun to SUCCEEDED",
    DUCKDB: "DuckDB: read Parquet, write Parquet",
}
#: From here on Java compiles thoroughly: a job gets so many workers, the copy likewise.
LARGE, WORKERS = 500_000, 8


def compare(rows: int, rounds: int, folder: Path, say: Callable[[str], None]) -> list[Series]:
    """Seconds of each, once a round; every round has an instance of its own with empty tables."""
    say(f"generating {rows:,} sales")
    data = many_sales(folder, rows)
    found = {name: Series(name, what) for name, what in WHAT.items()}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}: deploying")
        with world(folder / f"round-{number}") as here:
            here.deliver_plain(data)
            here.deliver(data)
            promote(here)
            for name in order(list(WHAT), number):
                took = measured(lambda name=name: _run(here, name, rows, data))  # type: ignore[misc]
                found[name].took.append(took)
                say(f"  {name:<14} {took.seconds:6.1f} s, {rows / took.seconds:,.0f} rows a second")
        shutil.rmtree(folder / f"round-{number}", ignore_errors=True)
    return list(found.values())


def _run(here: World, name: str, rows: int, data: Path) -> None:
    small = rows < LARGE
    if name == OURS:
        options = {} if small else {"NumberOfWorkers": WORKERS, "WorkerType": "G.1X"}
        here.job("copperline-silver-sales", **options)
        return
    source = f"s3://{BUCKET}/bronze/zoop/sales/{next(data.rglob('*.parquet')).name}"
    module, target = {SPARK: ("copy_spark", "spark"), DUCKDB: ("copy_duckdb", "duckdb.parquet")}[name]
    place = ("--source", source, "--target", f"s3://{BUCKET}/copies/{target}")
    here.python("-m", f"benchmarks.{module}", *place, small=small)
