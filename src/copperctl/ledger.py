"""`copperctl ledger`: what each run did, and whether the layers say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from copperctl import accounts, show
from copperctl.athena import Answer
from copperctl.aws import Aws
from copperctl.errors import DoesNotAddUp
from copperctl.reconciliation import Line, as_they_are, by_run, summed
from copperline.errors import UsageError, expected

_MOST = 5  # pages, and differences in a sentence


def tell(
    aws: Aws,
    option: str,
    *,
    runs: Sequence[str],
    tables: Sequence[str],
    show_rows: Callable[[Answer], None],
    plainly: bool,
) -> None:
    """The ledger's rows are printed and, unless it is for a program, the reconciliation and the pages of the audits.

    Raises:
        UsageError: the ledger has no such run or table.
        DoesNotAddUp: two layers, or a layer and the ledger, differ.
    """
    found = accounts.ledger(aws, runs=runs, tables=tables)
    if not found.rows and (runs or tables):
        remedy = "`copperctl ledger` shows all of it"
        raise UsageError(expected("ledger", "--run, --table", "a run and a table that it has", "none such", remedy))
    if not found.rows:
        show.note(f"Nothing was accounted for yet: `copperctl run{option}` does.")
    show_rows(found)
    if not found.rows:
        return
    lines = by_run(aws, runs=runs, tables=tables)
    now = [] if runs else as_they_are(aws, tables)
    if not plainly:
        _reconciliation("By run: what was read, and the sums that were compared", summed(lines))
        _reconciliation("As the tables are: rows by the ledger, sums of gold by the silver it was built from", now)
        _pages(accounts.pages(aws, runs=runs, tables=tables), everything=not runs)
    _differences([line for line in (*lines, *now) if line.difference])


def _reconciliation(title: str, lines: Sequence[Line]) -> None:
    if lines:
        columns = ["table", "number", "source", "expected", "found", "difference"]
        rows = [
            [line.table, line.what, line.source, *map(number, (line.expected, line.found, line.difference))]
            for line in lines
        ]
        show.table(columns, rows, title=title, right=columns[3:])


def _pages(uris: Sequence[str], *, everything: bool) -> None:
    """The page of each audit; of all there ever were only where they are."""
    if everything and len(uris) > _MOST:
        show.say(f"{len(uris)} pages of audits in s3://{uris[0].split('/')[2]}; `--run RUN` names those of a run")
        return
    for uri in uris:
        show.say(f"audit  {uri}")


def _differences(lines: Sequence[Line]) -> None:
    if not lines:
        return
    told = [
        f"{line.table}{f' in {line.run}' if line.run else ''}: {line.what}: expected {number(line.expected)} as "
        f"{line.source} has it, got {number(line.found)}, a difference of {number(line.difference)}"
        for line in lines
    ]
    more = f"; and {len(told) - _MOST} more" if len(told) > _MOST else ""
    raise DoesNotAddUp(f"ledger: {'; '.join(told[:_MOST])}{more}; report this")


def number(value: Decimal) -> str:
    """The number without zeros that say nothing."""
    return f"{value.normalize():f}" if value else "0"
