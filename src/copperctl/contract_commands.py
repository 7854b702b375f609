"""`copperctl contract`: every command a few lines over a module of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from copperctl import contract, contract_versions
from copperctl.options import STATE, State, aws_of
from copperline.errors import UsageError, expected

app = typer.Typer(no_args_is_help=True, help="Contracts, and what differs from them.")
BREAKS = 1


@app.callback()
def _several() -> None:
    """With one command alone, typer would leave its name out."""


@app.command()
def diff(
    table: Annotated[str, typer.Argument(metavar="[TABLE]", help="such as bronze.zoop_sales; all if none")] = "",
    state: State = STATE,
    against: Annotated[
        str, typer.Option(metavar="REF_OR_DIR", help="compare with these contracts: a commit or a folder")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="also columns that do not differ")] = False,
) -> None:
    """What differs, column by column, and what follows; exit code 1 where something breaks."""
    if against and everything:
        raise UsageError(expected("options", "--against, --all", "one of them", "both", "leave one out"))
    if against:
        broken = contract_versions.tell(table, against)
    else:
        broken = contract.tell(aws_of(state), table, everything=everything)
    if broken:
        raise typer.Exit(BREAKS)
