"""What a run with ten thousand new rows costs, on tables of one size and of another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.grown import A_DAY, BUCKETS, CLUSTERED, LAST_DAY
from benchmarks.meter import meter
from benchmarks.numbers import part
from benchmarks.promote import promote
from benchmarks.world import World, world
from copperctl.generate import generate

NEW = 10_000
#: Of the new rows so many correct a sale of the last day; the others are of the day after.
CORRECTIONS = 2_000
MOST = 1.2
RECENT, RANDOM, BUCKETED, NOTHING = "recent keys", "random keys", "random keys, in buckets", "nothing new"
SALES = ("silver.sales", "gold.sales", "gold.ratings")
TABLES = {RECENT: SALES, RANDOM: SALES[:1], BUCKETED: SALES[:1], NOTHING: SALES}
WHAT = {
    RECENT: f"{NEW:,} rows, {CORRECTIONS:,} of them corrections of the day before; silver and two gold tables",
    RANDOM: f"{NEW:,} corrections of sales of any age; silver",
    BUCKETED: "the same, on a table in 16 buckets of its key; silver",
    NOTHING: "nothing new; silver and two gold tables",
}
WORKERS = {"NumberOfWorkers": 8, "WorkerType": "G.1X"}


@dataclass(frozen=True)
class Cost:
    """What one job run took; task seconds are those of Spark's tasks, without the session's start."""

    read: int
    written: int
    files: int
    tasks: float

    def measures(self) -> dict[str, float]:
        """By their names."""
        return {
            "bytes read": self.read,
            "bytes written": self.written,
            "files touched": self.files,
            "task seconds": self.tasks,
        }


@dataclass
class Growth:
    """One kind of run, on tables of several sizes."""

    name: str
    costs: dict[int, Cost]

    def ratios(self) -> dict[str, float | None]:
        """Each measure on the largest table, as a part of what it is on the smallest; None where there is no part."""
        few, many = (self.costs[size].measures() for size in (min(self.costs), max(self.costs)))
        return {name: many[name] / few[name] if few[name] else None if many[name] else 1.0 for name in few}

    def verdicts(self) -> list[str]:
        """A sentence a measure; runs over random keys are measured, and nothing is asked of them."""
        if self.name not in (RECENT, NOTHING) or len(self.costs) < 2:
            return []
        sizes = f"{max(self.costs):,} rows of {min(self.costs):,}"
        return [_verdict(f"{self.name}: {name} on {sizes}", found) for name, found in self.ratios().items()]


def _verdict(what: str, found: float | None) -> str:
    met = "met" if found is not None and found <= MOST else "missed"
    return f"{what}: {'more than nothing' if found is None else part(found)}; at most {MOST:g} was asked for: {met}"


def compare(sizes: Iterable[int], folder: Path, say: Callable[[str], None]) -> list[Growth]:
    """The cost of each kind of run on each size; every size has an instance of its own."""
    found = {name: Growth(name, {}) for name in WHAT}
    for size in sizes:
        for layout, kinds in ((CLUSTERED, (RECENT, NOTHING, RANDOM)), (BUCKETS, (BUCKETED,))):
            say(f"{size:,} sales, {layout}: making the table")
            place = folder / f"{size}-{layout}"
            with world(place) as here:
                _prepare(here, place, size, layout)
                for kind in kinds:
                    cost = found[kind].costs[size] = _run(here, place, kind, size)
                    told = ", ".join(f"{value:,.1f} {name}" for name, value in cost.measures().items())
                    say(f"  {kind:<24} {told}")
            shutil.rmtree(place, ignore_errors=True)
    return list(found.values())


def _prepare(here: World, folder: Path, size: int, layout: str) -> None:
    """The tables are what runs over so many sales would have made."""
    asked = ("--stack", here.aws.instance.stack, "--rows", str(size), "--layout", layout)
    here.python("-m", "benchmarks.grown", *asked, small=False)
    if layout == CLUSTERED:
        files = generate(folder / "drawn", rows=NEW, dirt=0).files
        comments = next(path for path in files if path.parent.name == "ratings")
        target = folder / "comments" / "zoop" / "ratings" / comments.name
        target.parent.mkdir(parents=True)
        comments.rename(target)
        here.deliver(folder / "comments")
        promote(here)
        tables = ("silver.ratings", *SALES[1:])
        here.job("copperline-batch", Arguments={"--tables": ",".join(tables)}, **WORKERS)


def _run(here: World, folder: Path, kind: str, size: int) -> Cost:
    if kind != NOTHING:
        here.deliver(delivery(folder, kind, size))
        promote(here)
    events = folder / f"events-{kind.replace(' ', '-').replace(',', '')}"
    events.mkdir()
    with meter(here.aws.instance.endpoint) as (address, passed):
        conf = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.compress": "false",
            "spark.eventLog.dir": events.as_uri(),
            "spark.sql.catalog.glue_catalog.s3.endpoint": address,
            "spark.sql.catalog.glue_catalog.s3.path-style-access": "true",
            "spark.hadoop.fs.s3a.endpoint": address,
        }
        told = " --conf ".join(f"{name}={value}" for name, value in conf.items())
        here.job("copperline-batch", Arguments={"--tables": ",".join(TABLES[kind]), "--conf": told})
    return Cost(passed.read, passed.written, len(passed.touched), task_seconds(events))


def delivery(folder: Path, kind: str, size: int) -> Path:
    """A folder with one file of new rows."""
    seed = next(
        path for path in generate(folder / f"seed-{kind}", rows=NEW, dirt=0).files if path.parent.name == "sales"
    )
    if kind == RECENT:
        key = f"CASE WHEN n < {CORRECTIONS} THEN {size - A_DAY} + n * {A_DAY // CORRECTIONS} ELSE {size} + n END"
        day = f"DATE '{LAST_DAY}' + CASE WHEN n < {CORRECTIONS} THEN 0 ELSE 1 END"
    else:
        key = f"n * {size // NEW} + hash(n) % {size // NEW}"
        day = f"DATE '{LAST_DAY}' - CAST(({size - 1} - ({key})) // {A_DAY} AS INTEGER)"
    target = folder / f"new-{kind}" / "zoop" / "sales" / "vendas_new.parquet"
    target.parent.mkdir(parents=True)
    many = f"""
        WITH numbered AS (SELECT row_number() OVER () - 1 AS n, * FROM '{seed}')
        SELECT * EXCLUDE (n) REPLACE (
            CAST({key} AS BIGINT) AS ID_venda, CAST(9 AS BIGINT) AS Quantidade,
            CAST(day({day}) AS BIGINT) AS Dia, CAST(month({day}) AS BIGINT) AS "Mês", CAST(year({day}) AS BIGINT) AS Ano
        ) FROM numbered
    """  # noqa: S608 - numbers, and a path of our own
    duckdb.sql(many).write_parquet(str(target))
    return target.parents[2]


def task_seconds(folder: Path) -> float:
    """Seconds that all tasks of the one event log in the folder ran."""
    milliseconds = 0
    for file in folder.iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith('{"Event":"SparkListenerTaskEnd"'):
                metrics: dict[str, Any] = json.loads(line).get("Task Metrics") or {}
                milliseconds += metrics.get("Executor Run Time", 0) + metrics.get("Executor Deserialize Time", 0)
    return milliseconds / 1000
