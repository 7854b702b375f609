"""`copperctl`: every command a few lines over a module of its own."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from copperctl import accounts, athena, execute, lifecycle, server, show, status
from copperctl.aws import Aws
from copperctl.deliver import deliver
from copperctl.doctor import examine
from copperctl.redrive import failed_pipelines, redrive
from copperline.errors import CopperlineError, MissingPart, UsageError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A retail lakehouse on AWS Glue, also on a laptop.")
State = Annotated[Path, typer.Option("--state", help="directory that holds a local instance")]
STATE = Path(".copperline")


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


@app.command()
def up(
    state: State = STATE,
    port: Annotated[int, typer.Option(help="0 picks a free one")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="one line of JSON when it is ready")] = False,
) -> None:
    """Start localaws in the background and deploy the stack; find everything as it was."""
    instance = lifecycle.up(state, port, say=show.note)
    if as_json:
        print(instance.as_json())
    else:
        show.say(f"{instance.stack} is ready at {instance.endpoint} (state in {state}, process {instance.pid})")


@app.command()
def down(
    state: State = STATE,
    delete: Annotated[bool, typer.Option("--delete", help="remove the directory and all that is in it")] = False,
) -> None:
    """Stop the local instance; nothing is lost, unless it is to be removed."""
    ran = lifecycle.down(state, delete=delete)
    show.say(("stopped" if ran else "nothing was running") + (f"; {state} is removed" if delete else ""))


@app.command()
def run(
    state: State = STATE,
    data: Annotated[Path | None, typer.Option(help="folder of <feed>/<table>/<file> to deliver first")] = None,
) -> None:
    """Run everything that is new from copper to gold, and watch it."""
    aws = _aws(state)
    if data is not None:
        deliver_folder(aws, data)
    execute.execute(aws)


@app.command(name="status")
def status_command(state: State = STATE) -> None:
    """What runs, what waits, and what failed last."""
    status.tell(_aws(state))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="SQL for Athena, or the name of a named query")],
    state: State = STATE,
    database: Annotated[str, typer.Option(help="silver, gold, ops, … or a database's full name")] = "gold",
    csv: Annotated[bool, typer.Option("--csv")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Ask Athena."""
    aws = _aws(state)
    named = sql.strip().isidentifier()
    where = aws.instance.outputs.get(f"{database.capitalize()}Database", database)
    found = athena.ask_named(aws, sql.strip()) if named else athena.ask(aws, sql, where)
    _print(found, Format.csv if csv else Format.json if as_json else Format.table)


@app.command()
def ledger(
    state: State = STATE,
    run_id: Annotated[str, typer.Option("--run", help="of one job run")] = "",
    table: Annotated[str, typer.Option(help="of one table, such as silver.sales")] = "",
    csv: Annotated[bool, typer.Option("--csv")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Every row accounted for: read = inserted + updated + unchanged + superseded + quarantined."""
    found = accounts.ledger(_aws(state), runs=[run_id] if run_id else [], tables=[table] if table else [])
    _print(found, Format.csv if csv else Format.json if as_json else Format.table)


@app.command()
def logs(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="a job run's id, as `status` and `ledger` show it")],
    state: State = STATE,
    errors: Annotated[bool, typer.Option("--errors", help="standard error instead of standard output")] = False,
) -> None:
    """What a job run printed."""
    lines = accounts.log(_aws(state), run_id, "error" if errors else "output")
    if not lines:
        raise UsageError(f"{run_id}: no log is there; `copperctl status` shows the job runs")
    for line in lines:
        print(line)


@app.command(name="redrive")
def redrive_command(
    execution: Annotated[str, typer.Argument(help="ARN of the failed execution; the last that failed if none")] = "",
    state: State = STATE,
) -> None:
    """Resume what failed from where it failed; what was done is not done again."""
    aws = _aws(state)
    for arn in failed_pipelines(aws, execution):
        redrive(aws, arn)


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
        raise MissingPart("something is missing: see above")


def deliver_folder(aws: Aws, folder: Path) -> None:
    """The folder's files are in copper; what was sent, found there or left out is printed."""
    found = deliver(aws, folder, show.say)
    if found.there:
        show.say(f"{len(found.there)} files are in copper already, byte for byte: not sent again")
    if found.left_out:
        parts = sorted({path.relative_to(folder).parts[0] for path in found.left_out})
        show.say(f"left out {len(found.left_out)} files that no contract takes: {', '.join(parts)}")


def _aws(state: Path) -> Aws:
    return Aws(server.needed(state.resolve()))


def _print(found: athena.Answer, how: Format) -> None:
    {Format.csv: show.as_csv, Format.json: show.as_json, Format.table: show.answer}[how](found)


def main() -> None:
    """Run the command that the arguments name; end with the exit code of whatever went wrong."""
    try:
        app()
    except CopperlineError as error:
        show.note(f"copperctl: {error}")
        sys.exit(error.exit_code)
