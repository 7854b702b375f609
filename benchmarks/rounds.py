"""Ours and what it is measured against, taking turns on the same instance."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.baseline.workflow import deploy
from benchmarks.numbers import Series, order
from benchmarks.processes import measured
from benchmarks.world import BUCKET, PLAIN_JAVA, UNTUNED_SPARK, World, world

EXECUTION, NOTHING_NEW, SESSION = "execution", "nothing new", "session"
BASELINE, JOBS, UNTUNED, ONE_PROCESS = "baseline", "jobs", "untuned", "one-process"
WHAT = {
    BASELINE: "six scripts, each its own Spark process, Python UDFs, append to Parquet",
    UNTUNED: "the same six with Spark's own settings",
    JOBS: "the same six as Glue jobs in a state machine, with what localaws gives Java",
    ONE_PROCESS: "the same six without UDFs, in one process",
    EXECUTION: "ours: one execution of the state machine, from copper to gold",
    NOTHING_NEW: "ours: one execution with nothing new",
    SESSION: "a Spark session that does nothing",
}
SCRIPTS = ("-m", "benchmarks.baseline", "--bucket", BUCKET)
IN_ONE_PROCESS = ("-m", "benchmarks.one_process", "--bucket", BUCKET)


def compare(parts: Sequence[str], data: Path, pairs: int, folder: Path, say: Callable[[str], None]) -> list[Series]:
    """Each part's seconds, once a round; every round has an instance of its own that has seen nothing yet."""
    names = [name for name in WHAT if name in parts or (name == NOTHING_NEW and EXECUTION in parts)]
    found = {name: Series(name, WHAT[name]) for name in names}
    for number in range(pairs):
        say(f"round {number + 1} of {pairs}: deploying")
        with world(folder / f"round-{number}") as here:
            here.deliver_plain(data)
            for name in order([name for name in names if name != NOTHING_NEW], number):
                _take_turn(here, name, found, data, say)
        shutil.rmtree(folder / f"round-{number}", ignore_errors=True)
    return list(found.values())


def _take_turn(here: World, name: str, found: dict[str, Series], data: Path, say: Callable[[str], None]) -> None:
    if name == EXECUTION:
        here.deliver(data)
        _measure(found[EXECUTION], here.execute, say)
        _measure(found[NOTHING_NEW], here.execute, say)
        return
    machine = deploy(here.aws, BUCKET) if name == JOBS else None
    programs: dict[str, Callable[[], None]] = {
        BASELINE: lambda: here.python(*SCRIPTS, settings=PLAIN_JAVA),
        JOBS: lambda: here.execute(machine),
        UNTUNED: lambda: here.python(*SCRIPTS, settings=UNTUNED_SPARK),
        ONE_PROCESS: lambda: here.python(*IN_ONE_PROCESS, settings=PLAIN_JAVA),
        SESSION: lambda: here.python("-m", "benchmarks.session"),
    }
    _measure(found[name], programs[name], say)
    here.forget_plain()


def _measure(series: Series, work: Callable[[], object], say: Callable[[str], None]) -> None:
    took = measured(work)
    series.took.append(took)
    used = "" if took.cpu is None else f", {took.cpu:.1f} s of CPU"
    say(f"  {series.name:<12} {took.seconds:6.1f} s{used}")
