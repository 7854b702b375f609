"""What the ledgers say of an execution."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from copperctl.athena import Answer, ask
from copperctl.aws import Aws
from copperctl.job_runs import log

COUNTS = ("read", "inserted", "updated", "unchanged", "superseded", "quarantined", "deleted")
_STAGE = re.compile(r"^(\S+)\s+\S+\s+([\d.]+) s$")


def quoted(text: str) -> str:
    """The text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def ledger(aws: Aws, *, runs: Sequence[str] = (), tables: Sequence[str] = ()) -> Answer:
    """The rows of `ops.rows`, oldest first; of these runs (by how their ids begin) and tables, or of all."""
    conditions = [_of(runs)] if runs else []
    conditions += [f"table_name IN ({', '.join(map(quoted, tables))})"] if tables else []
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    columns = ", ".join(f'"{name}"' for name in COUNTS)
    if not _is_there(aws, "rows"):
        types = ("varchar", "varchar", *["bigint"] * len(COUNTS))
        return Answer(("run_id", "table_name", *COUNTS), types, ())
    sql = f"SELECT run_id, table_name, {columns} FROM rows {where}ORDER BY recorded_at, table_name"  # noqa: S608
    return ask(aws, sql, aws.output("OpsDatabase"))


def refused(aws: Aws, runs: Sequence[str]) -> Answer:
    """The files that these runs refused, or promote before them, each with the reason."""
    sql = f"SELECT DISTINCT file, reason FROM files WHERE status = 'refused' AND {_of(runs)} ORDER BY file, reason"  # noqa: S608
    return ask(aws, sql, aws.output("OpsDatabase"))


def _of(runs: Sequence[str]) -> str:
    begins = [f"substr(run_id, 1, {len(run)}) = {quoted(run)}" for run in runs]
    return f"({' OR '.join(begins)})"


def runs_of(aws: Aws, execution: str) -> tuple[str, ...]:
    """The job runs of an execution that published something, oldest first."""
    if not _is_there(aws, "runs"):
        return ()
    sql = f"SELECT run_id FROM runs WHERE execution = {quoted(execution)} ORDER BY started_at"  # noqa: S608
    return tuple(str(row[0]) for row in ask(aws, sql, aws.output("OpsDatabase")).rows)


def seconds(aws: Aws, runs: Sequence[str]) -> dict[tuple[str, str], float]:
    """Seconds by run and table, added up from the stages that the job runs printed."""
    total: dict[tuple[str, str], float] = defaultdict(float)
    for run in runs:
        for line in log(aws, run):
            if found := _STAGE.match(line):
                total[run, found[1]] += float(found[2])
    return dict(total)


def _is_there(aws: Aws, table: str) -> bool:
    """Whether anything was ever accounted for: the first job run makes the ledgers."""
    glue = aws.client("glue")
    try:
        glue.get_table(DatabaseName=aws.output("OpsDatabase"), Name=table)
    except glue.exceptions.EntityNotFoundException:
        return False
    return True
