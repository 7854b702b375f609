"""Jobs that keep tables in order, each started by a person or once a month, and none by the workflow."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta

from copperline.errors import UsageError, expected
from copperline.job.arguments import Arguments, resolve
from copperline.job.context import Context
from copperline.job.maintain import Order, maintain
from copperline.job.rollback import roll_back
from copperline.job.runner import client_factory, guarded


def run_rollback() -> None:
    """The table that `--tables` names is as of `--snapshot`, or the process has ended with the reason."""

    def work() -> None:
        arguments, more = _arguments("snapshot")
        if len(arguments.tables) != 1:
            told = ", ".join(arguments.tables) or "none"
            raise UsageError(expected("job arguments", "--tables", "one table", told, "name the one to roll back"))
        roll_back(Context(arguments, client_factory()), arguments.tables[0], whole(more, "snapshot"))

    guarded(work)


def run_maintenance() -> None:
    """The tables that `--tables` names, or all, are in order; without `--apply true` it is only said what would be.

    `--keep_days` is how far back readers can go.
    """

    def work() -> None:
        arguments, more = _arguments("apply", "keep_days")
        if more.get("apply", "false") not in ("true", "false"):
            raise UsageError(expected("job arguments", "--apply", "true or false", more["apply"], "give one of them"))
        days = whole(more, "keep_days")
        if days is not None and days < 1:
            what = "1 day or more"
            raise UsageError(expected("job arguments", "--keep_days", what, days, "readers may be at work meanwhile"))
        keep = Order.keep if days is None else timedelta(days=days)
        order = Order(apply=more.get("apply") == "true", keep=keep)
        maintain(Context(arguments, client_factory()), order, arguments.tables)

    guarded(work)


def _arguments(*names: str) -> tuple[Arguments, Mapping[str, str]]:
    """What every job gets, and those of the named arguments that were given."""
    from awsglue.utils import getResolvedOptions  # noqa: PLC0415 - not needed by tests of steps

    given = [name for name in names if f"--{name}" in sys.argv]
    found = getResolvedOptions(sys.argv, given) if given else {}
    return resolve(), {name: found[name] for name in given}


def whole(given: Mapping[str, str], name: str) -> int | None:
    """The argument as a whole number; None if it was not given.

    Raises:
        UsageError: it is no whole number.
    """
    if name not in given:
        return None
    try:
        return int(given[name])
    except ValueError as error:
        what = "a whole number"
        raise UsageError(expected("job arguments", f"--{name}", what, given[name], "write it so")) from error
