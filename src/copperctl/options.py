"""Options that many commands have, and what they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copperctl import instance, server
from copperctl.aws import Aws

State = Annotated[Path, typer.Option("--state", help="directory that holds a local instance")]
STATE = Path(".copperline")


def aws_of(state: Path) -> Aws:
    """The instance of the directory."""
    instance.forget_accounts()
    return Aws(server.needed(state.resolve()))


def as_option(state: Path) -> str:
    """What a suggested command must be given to find the same instance."""
    return "" if state == STATE else f" --state {state}"
