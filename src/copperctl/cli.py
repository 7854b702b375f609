"""`copperctl`: every command a few lines over a module of its own."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from copperctl import (
    account,
    athena,
    contract_commands,
    deliver,
    execute,
    instance,
    job_runs,
    lifecycle,
    maintain,
    quarantine_commands,
    replay,
    rollback,
    show,
    status,
    table_history,
)
from copperctl import ledger as ledgers
from copperctl.doctor import examine, need_disk, need_spark
from copperctl.options import STATE, State
from copperctl.options import as_option as _option
from copperctl.options import aws_of as _aws
from copperctl.redrive import failed_pipelines, redrive
from copperctl.trouble import end
from copperline.errors import MissingPart, UsageError, expected

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A retail lakehouse on AWS Glue, also on a laptop.",
)
app.add_typer(quarantine_commands.app, name="quarantine")
app.add_typer(contract_commands.app, name="contract")
_DAY = "%Y-%m-%d"
Csv = Annotated[bool, typer.Option("--csv", help="CSV; NULL is an empty field")]
Json = Annotated[bool, typer.Option("--json", help="objects; integers are numbers, all else is text or null")]


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


@app.command()
def up(
    state: State = STATE,
    port: Annotated[int, typer.Option(help="0: the one it had before, or a free one", min=0, max=65535)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="one line of JSON when it is ready")] = False,
) -> None:
    """Start localaws in the background and deploy the stack; find everything as it was."""
    instance.forget_accounts()
    found = lifecycle.up(state, port, say=show.note)
    if as_json:
        print(found.as_json())
    else:
        show.say(f"{found.stack} is ready at {found.endpoint} (state in {state}, process {found.pid})")


@app.command()
def down(
    state: State = STATE,
    delete: Annotated[bool, typer.Option("--delete", help="remove the directory and all that is in it")] = False,
) -> None:
    """Stop the local instance; nothing is lost, unless it is to be removed."""
    was_there = state.is_dir()
    ran = lifecycle.down(state, delete=delete)
    show.say(("stopped" if ran else "nothing was running") + (f"; {state} is removed" if delete and was_there else ""))


@app.command()
def run(
    state: State = STATE,
    data: Annotated[Path | None, typer.Option(help="folder of <feed>/<table>/<file> to deliver first")] = None,
    held: Annotated[bool, typer.Option("--held", help="read again what a rollback holds")] = False,
    reprocess: Annotated[bool, typer.Option("--reprocess", help="read every delivery again")] = False,
    first: Annotated[datetime | None, typer.Option("--from", formats=[_DAY], help="read again since that day")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=[_DAY], help="read again until that day")] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="make gold anew as a whole")] = False,
    table: Annotated[list[str] | None, typer.Option(help="of what is read again or made anew; all if none")] = None,
) -> None:
    """Run everything that is new from copper to gold, and watch it; or read again what was read before."""
    asked = replay.Replay(reprocess, first and first.date(), last and last.date(), full_refresh)
    if (asked and (data is not None or held)) or (table and not asked):
        one = "--data, --held or what is read again (--table is of it)"
        raise UsageError(expected("run", "options", one, "both or half", "make two runs of it"))
    aws = _aws(state)
    if data is not None:
        deliver.look(data)
    need_disk(state)
    need_spark()
    if asked:
        replay.replay(aws, asked, table or [])
        return
    if data is not None:
        deliver.tell(aws, data)
    if held:
        rollback.release(aws)
    execute.execute(aws)


@app.command(name="status")
def status_command(state: State = STATE) -> None:
    """What runs, what waits, and what failed last."""
    status.tell(_aws(state), _option(state))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="SQL for Athena, or the name of a named query")],
    state: State = STATE,
    database: Annotated[str, typer.Option(help="silver, gold, ops, … or a database's full name")] = "gold",
    csv: Csv = False,
    as_json: Json = False,
) -> None:
    """Ask Athena."""
    how = _format(csv=csv, as_json=as_json)
    aws = _aws(state)
    named = sql.strip().isidentifier()
    where = aws.instance.outputs.get(f"{database.capitalize()}Database", database)
    found = athena.ask_named(aws, sql.strip()) if named else athena.ask(aws, sql, where)
    _print(found, how)


@app.command()
def ledger(
    state: State = STATE,
    run_id: Annotated[str, typer.Option("--run", help="of one job run")] = "",
    table: Annotated[str, typer.Option(help="of one table, such as silver.sales")] = "",
    csv: Csv = False,
    as_json: Json = False,
) -> None:
    """Every row accounted for, and sums from layer to layer; 1 where there is a difference."""
    how = _format(csv=csv, as_json=as_json)
    runs, tables = [run_id] if run_id else [], [table] if table else []
    rows = partial(_print, how=how)
    ledgers.tell(_aws(state), _option(state), runs=runs, tables=tables, show_rows=rows, plainly=how != Format.table)


@app.command()
def logs(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="a job run's id, or how it begins")],
    state: State = STATE,
    errors: Annotated[bool, typer.Option("--errors", help="standard error instead of standard output")] = False,
) -> None:
    """What a job run printed."""
    lines = job_runs.log(_aws(state), run_id, job_runs.STREAMS[errors])
    for line in lines:
        print(line)
    if not lines:
        show.note(f"{run_id}: printed nothing there")


@app.command(name="redrive")
def redrive_command(
    execution: Annotated[str, typer.Argument(help="ARN or name of the failed execution; the last if none")] = "",
    state: State = STATE,
) -> None:
    """Resume what failed from where it failed; what was done is not done again."""
    aws = _aws(state)
    for arn in failed_pipelines(aws, execution):
        need_disk(state)
        need_spark()
        redrive(aws, arn)


@app.command()
def history(
    table: Annotated[str, typer.Argument(help="such as silver.sales")],
    state: State = STATE,
    csv: Csv = False,
    as_json: Json = False,
) -> None:
    """What readers have seen of a table, newest first, and what was rolled back."""
    how = _format(csv=csv, as_json=as_json)
    _print(table_history.told(table_history.history(_aws(state), table)), how)


@app.command(name="rollback")
def rollback_command(
    table: Annotated[str, typer.Argument(help="such as silver.sales")],
    state: State = STATE,
    to: Annotated[int | None, typer.Option(help="the snapshot to go back to")] = None,
    run_id: Annotated[str, typer.Option("--run", help="the first job run to undo; the last if none")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Undo what was published to a table, and hold its deliveries until `run --held`."""
    rollback.rollback(_aws(state), table, to=to, run=run_id, yes=yes)


@app.command(name="maintain")
def maintain_command(
    state: State = STATE,
    table: Annotated[list[str] | None, typer.Option(help="such as silver.sales, or ops.rows; all if none")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="do it, not only say what would be done")] = False,
) -> None:
    """Compact tables and remove what nobody can read any more."""
    maintain.maintain(_aws(state), table or [], apply=apply)


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="where <feed>/<table>/<file> go")] = Path("sample"),
    rows: Annotated[int, typer.Option(help="clean sales")] = 10_000,
    seed: Annotated[int, typer.Option(help="the same seed makes the same bytes")] = 1,
    days: Annotated[int, typer.Option(help="days that the sales spread over")] = 365,
    dirt: Annotated[int | None, typer.Option(help="rows of each kind of dirt; one a thousand if not given")] = None,
) -> None:
    """Make sample data, and say what must be rejected."""
    from copperctl import samples  # noqa: PLC0415 - pyarrow takes its time

    samples.make(folder, rows=rows, seed=seed, days=days, dirt=dirt)


@app.command()
def doctor() -> None:
    """What this machine lacks, and how to get it."""
    findings = examine()
    for finding in findings:
        show.say(str(finding))
    if any(not finding.good for finding in findings):
        raise MissingPart("this machine lacks something: see MISSING above")


@app.command()
def deploy(
    email: Annotated[str, typer.Option(help="who gets the alerts")] = "",
    stack: Annotated[str, typer.Option(help="the name from which every other name derives")] = "copperline",
    parameter: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="of infra/template.yaml")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Bring the stack in a real account to what this checkout says; AWS_PROFILE and AWS_REGION name the account."""
    account.deploy_there(stack, account.parameters(email, parameter or []), yes=yes)


@app.command()
def delete(
    stack: Annotated[str, typer.Option(help="the name that it was deployed under")] = "copperline",
    with_data: Annotated[bool, typer.Option("--with-data", help="also every object of its buckets")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Remove the stack from a real account."""
    account.delete_there(stack, with_data=with_data, yes=yes)


def _format(*, csv: bool, as_json: bool) -> Format:
    """The one that the options name; UsageError where they name two."""
    if csv and as_json:
        raise UsageError(expected("options", "--csv, --json", "one of them", "both", "leave one out"))
    return Format.csv if csv else Format.json if as_json else Format.table


def _print(found: athena.Answer, how: Format) -> None:
    {Format.csv: show.as_csv, Format.json: show.as_json, Format.table: show.answer}[how](found)


def main() -> None:
    """Run the command that the arguments name; end with the exit code of whatever went wrong."""
    sys.exit(end("copperctl", app))
