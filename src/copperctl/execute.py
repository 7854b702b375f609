"""One execution of medallion from its start to its account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from copperctl import accounts, show
from copperctl.aws import Aws
from copperctl.telling import plain
from copperctl.watch import Watch
from copperline.errors import CopperlineError

_MOST = 20  # files of a kind that are named


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
    return follow(aws, started["executionArn"], began=started["startDate"])


def follow(aws: Aws, arn: str, *, began: datetime, after: int = 0, execution: str = "") -> Outcome:
    """The execution has run to its end, told line by line, and what it did to each table is printed.

    `execution` is the name under which its jobs keep their accounts, where that is not its own.

    Raises:
        RunFailed: it did not succeed.
    """
    with show.waiting(arn.rpartition(":")[2]) as tick:
        watch = Watch(aws, arn, lambda at, text: show.say(f"{_since(began, at)}  {text}"), after, tick)
        try:
            described = watch.until_it_ends()
        except KeyboardInterrupt:
            show.note("No longer watched: the execution goes on; `copperctl status` says how far it is.")
            raise
    had_work = bool(execution or watch.children())
    runs = accounts.runs_of(aws, execution or described["name"]) if had_work else ()
    took = (described.get("stopDate", began) - began).total_seconds()
    outcome = Outcome(arn, described["status"], took, runs)
    _tell(aws, outcome)
    if outcome.status != "SUCCEEDED":
        raise RunFailed(why(described))
    return outcome


def _since(began: datetime, at: datetime) -> str:
    return show.seconds(max((at - began).total_seconds(), 0.0))


def _tell(aws: Aws, outcome: Outcome) -> None:
    if outcome.runs:
        rows(aws, outcome.runs)
        _noted(aws, outcome.runs)
    elif outcome.status == "SUCCEEDED":
        show.say("Nothing new was delivered: nothing was run and nothing has changed.")
    show.say(f"{outcome.status} after {outcome.seconds:.1f} s: {outcome.arn}")


def rows(aws: Aws, runs: Sequence[str]) -> None:
    """What the job runs did to each table is printed, with the seconds that it took them."""
    found, seconds = accounts.ledger(aws, runs=runs), accounts.seconds(aws, runs)
    columns = ["table", *accounts.COUNTS, "seconds"]
    lines = [[*row[1:], f"{seconds.get((str(row[0]), str(row[1])), 0):.1f}"] for row in found.rows]
    if lines:
        show.table(columns, lines, title="Rows by table", right=columns[1:])


def _noted(aws: Aws, runs: Sequence[str]) -> None:
    """The files that were refused or drift are named, each with the reason; the others went on without a word."""
    found = accounts.noted(aws, runs).rows
    for word, status in (("refused", "refused"), ("drift  ", "accepted")):
        named = [
            f"{file}: {str(reason).removeprefix(accounts.DRIFT)}" for state, file, reason in found if state == status
        ]
        for text in named[:_MOST]:
            show.say(f"{word}  {text}")
        if len(named) > _MOST:
            show.say(f"{word}  {len(named) - _MOST} more: see the table `files` of ops")


def why(described: Mapping[str, Any]) -> str:
    """Why the execution ended as it did, in its own words."""
    error = described.get("error") or described["status"]
    return f"{error}: {plain(described.get('cause')) if described.get('cause') else 'see its history'}"
