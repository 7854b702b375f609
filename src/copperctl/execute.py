"""One execution of medallion from its start to its account."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from copperctl import accounts, show
from copperctl.aws import Aws
from copperctl.watch import Watch
from copperline.errors import CopperlineError


class RunFailed(CopperlineError):
    """The execution did not succeed: the message says what failed and how to resume it."""


@dataclass(frozen=True)
class Outcome:
    """What an execution came to."""

    arn: str
    status: str
    seconds: float
    runs: tuple[str, ...]


def execute(aws: Aws) -> Outcome:
    """A new execution has run to its end, told line by line, and what it did to each table is printed.

    Raises:
        RunFailed: it did not succeed.
    """
    started = aws.client("stepfunctions").start_execution(stateMachineArn=aws.output("MedallionArn"), input="{}")
    return follow(aws, started["executionArn"])


def follow(aws: Aws, arn: str) -> Outcome:
    """The execution has run to its end, told line by line.

    Raises:
        RunFailed: it did not succeed.
    """
    clock = show.Clock()
    watch = Watch(aws, arn, lambda text: show.say(f"{clock}  {text}"))
    described = watch.until_it_ends()
    runs = accounts.runs_of(aws, described["name"]) if watch.children() else ()
    outcome = Outcome(arn, described["status"], clock.seconds, runs)
    _tell(aws, outcome)
    if outcome.status != "SUCCEEDED":
        raise RunFailed(_why(described))
    return outcome


def _tell(aws: Aws, outcome: Outcome) -> None:
    if outcome.runs:
        seconds = accounts.seconds(aws, outcome.runs)
        found = accounts.ledger(aws, runs=outcome.runs)
        rows = [[*row[1:], f"{seconds.get(str(row[1]), 0):.1f}"] for row in found.rows]
        columns = ["table", *accounts.COUNTS, "seconds"]
        show.table(columns, rows, title="Rows", right=columns[1:])
    elif outcome.status == "SUCCEEDED":
        show.say("Nothing new was delivered: nothing was run and nothing has changed.")
    show.say(f"{outcome.status} after {outcome.seconds:.1f} s: {outcome.arn}")


def _why(described: dict[str, Any]) -> str:
    cause = described.get("cause", "")
    try:
        told = json.loads(cause)
    except ValueError:
        told = cause
    text = "; ".join(told) if isinstance(told, list) else str(told)
    return f"{described.get('error', described['status'])}: {text or 'see its history'}"
