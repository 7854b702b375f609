"""Deliveries that were read before are read again, and gold follows: one run of the batch job, which no plan names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from copperctl import show
from copperctl.aws import Aws
from copperctl.start_job import run_job
from copperline.contract import Contracts, load_contracts
from copperline.errors import UsageError, expected
from copperline.names import Names

_COUNTED = re.compile(r"^(silver|gold)\.\w+: read ")


@dataclass(frozen=True)
class Replay:
    """Which deliveries silver reads again, by the days of their arrival, and whether gold is made anew as a whole."""

    reprocess: bool = False
    first: date | None = None
    last: date | None = None
    full_refresh: bool = False

    @property
    def of_silver(self) -> bool:
        """Whether deliveries are read again."""
        return self.reprocess or self.first is not None or self.last is not None

    def __bool__(self) -> bool:
        return self.of_silver or self.full_refresh

    def arguments(self) -> dict[str, str]:
        """What the job is told."""
        days = {"from": self.first, "to": self.last}
        flags = {"reprocess": self.reprocess, "full_refresh": self.full_refresh}
        return {name: str(day) for name, day in days.items() if day} | {
            name: "true" for name, flag in flags.items() if flag
        }


def replay(aws: Aws, asked: Replay, tables: Sequence[str]) -> None:
    """The tables hold what their deliveries come to; what the run did to each is printed.

    Raises:
        UsageError: a table is none that can be asked for so.
        RunFailed: the job failed.
    """
    named = tables_of(asked, tables, load_contracts())
    arguments = asked.arguments() | {"tables": ",".join(named)}
    lines = run_job(aws, Names(aws.instance.stack).job("batch"), arguments)
    counted = [line for line in lines if _COUNTED.match(line)]
    for line in counted or ["Nothing was delivered then: nothing has changed."]:
        show.say(line)


def tables_of(asked: Replay, tables: Sequence[str], contracts: Contracts) -> list[str]:
    """The tables that the job works on: those that are named, and the gold tables that read them.

    Where none is named, all of them, of gold alone if only gold is asked for.

    Raises:
        UsageError: one of the names is none, or gold's where deliveries are to be read.
    """
    known = [table.id for table in (contracts.silver() if asked.of_silver else contracts.gold())]
    for name in tables:
        if name not in known:
            remedy = "name one of them, or none for all"
            raise UsageError(expected("run", "--table", f"one of {', '.join(known)}", name, remedy))
    chosen = list(dict.fromkeys(tables)) or known
    readers = {reader for name in chosen for reader in contracts.readers(name)}
    return [*chosen, *sorted(readers)]
