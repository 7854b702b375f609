"""A table back to what readers saw before, by the job that may."""

from __future__ import annotations

import sys

import typer

from copperctl import show
from copperctl.aws import Aws
from copperctl.start_job import run_job
from copperctl.table_history import history
from copperline.contract import load_contracts
from copperline.errors import UsageError, expected
from copperline.files.held import HeldDeliveries
from copperline.files.history import RAN
from copperline.names import Names

#: What comes of it.
_THEN = {
    "silver": "Its deliveries are held: `copperctl run --held` reads them again. Gold follows with the next run.",
    "gold": "The next run makes it again of what silver publishes.",
}


def rollback(aws: Aws, table: str, *, to: int | None, run: str, yes: bool) -> None:
    """What was published since is undone and its deliveries are held, once somebody has agreed.

    The snapshot is settled here, before the job starts: what a run publishes meanwhile is undone with the rest.

    Raises:
        UsageError: there is no such state to go back to, or nobody is there to agree.
        RunFailed: the job failed.
    """
    if to is not None and run:
        raise UsageError(expected("rollback", "--to, --run", "one of them", "both", "leave one out"))
    found = history(aws, table)
    plan = found.rollback(to=to, run=run)
    if not plan.needed and found.unfinished is None:
        show.say(f"{table} is at snapshot {plan.target} already")
        return
    for state in plan.undone:
        show.say(f"{state.at:%Y-%m-%d %H:%M:%S}  {state.kind} {state.run}{_counted(state.counts)}".rstrip())
    what = "Finish the rollback of" if not plan.needed else f"Undo {_runs(plan.runs)} of"
    _agree(f"{what} {table}, back to snapshot {plan.target}", yes=yes)
    arguments = {"tables": table, "snapshot": str(plan.target)}
    for line in run_job(aws, Names(aws.instance.stack).job("rollback"), arguments):
        show.say(line)
    show.say(_THEN[table.partition(".")[0]])


def release(aws: Aws) -> None:
    """What a rollback holds is pending again, for every table."""
    held = HeldDeliveries(aws.client("dynamodb"), aws.instance.stack)
    for contract in load_contracts().silver():
        if count := held.release(contract.id):
            show.say(f"released {count} for {contract.id}")


def _runs(runs: tuple[str, ...]) -> str:
    return f"{len(runs)} {RAN}{'' if len(runs) == 1 else 's'}"


def _counted(counts: dict[str, int]) -> str:
    told = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return f": {told}" if told else ""


def _agree(question: str, *, yes: bool) -> None:
    """Somebody has agreed to what is about to happen."""
    if yes:
        show.say(question)
        return
    if not sys.stdin.isatty():
        raise UsageError(expected("rollback", "--yes", "it, where nobody can be asked", "no terminal", f"{question}?"))
    typer.confirm(f"{question}?", abort=True)
