"""`copperctl quarantine`: every command a few lines over a module of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copperctl import quarantine, show
from copperctl.doctor import need_disk, need_spark
from copperctl.options import STATE, State, as_option, aws_of

app = typer.Typer(no_args_is_help=True, help="Rejected rows: why, and what becomes of them.")
Table = Annotated[str, typer.Option("--table", help="of one table, such as silver.sales")]
Rows = Annotated[list[str], typer.Argument(metavar="ROW...", help="names of rows, as `list` shows them")]


@app.command("list")
def list_command(
    state: State = STATE,
    table: Table = "",
    everything: Annotated[bool, typer.Option("--all", help="also those that were discarded")] = False,
) -> None:
    """The rejected rows, the latest first."""
    quarantine.tell(aws_of(state), table, everything=everything)


@app.command("show")
def show_command(
    row: Annotated[str, typer.Argument(metavar="ROW", help="the name of a row, as `list` shows it")],
    state: State = STATE,
) -> None:
    """Why a row was rejected, where it stands, and what it holds; personal values are hashed."""
    quarantine.tell_row(aws_of(state), row)


@app.command()
def fix(
    rows: Rows,
    state: State = STATE,
    pairs: Annotated[list[str] | None, typer.Option("--set", metavar="COLUMN=VALUE", help="of the bronze file")] = None,
    patch: Annotated[
        Path | None, typer.Option(help="JSON object of columns and values; - reads it from a pipe")
    ] = None,
) -> None:
    """Give rows other values: a correction is delivered, and the next run judges the rows again."""
    _tell(quarantine.fix(aws_of(state), rows, pairs or [], patch), state)


@app.command()
def discard(
    rows: Rows,
    reason: Annotated[str, typer.Option(help="why, in one line; without personal data, since it is kept")],
    state: State = STATE,
) -> None:
    """Give rows up, for a reason that stays with them."""
    _tell(quarantine.discard(aws_of(state), rows, reason), state)


@app.command()
def replay(state: State = STATE, table: Table = "") -> None:
    """Run now what corrections wait for, and watch it."""
    aws = aws_of(state)
    need_disk(state)
    need_spark()
    quarantine.replay(aws, table)


def _tell(keys: list[str], state: Path) -> None:
    for key in keys:
        show.say(f"delivered {key}")
    show.say(f"The next run takes it; `copperctl quarantine replay{as_option(state)}` does so now.")
