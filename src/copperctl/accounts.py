"""What the ledgers say of an execution."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from copperctl.athena import Answer, ask
from copperctl.aws import Aws
from copperctl.job_runs import log

COUNTS = ("read", "inserted", "updated", "unchanged", "superseded", "quarantined", "deleted")
#: What the note of a file begins with that was read though it is not quite what its contract says.
DRIFT = "drift: "
_STAGE = re.compile(r"^(\S+)\s+\S+\s+([\d.]+) s$")


def quoted(text: str) -> str:
    """The text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def ledger(aws: Aws, *, runs: Sequence[str] = (), tables: Sequence[str] = ()) -> Answer:
    """The rows of `ops.rows`, oldest first; of these runs (by how their ids begin) and tables, or of all."""
    columns = ", ".join(f'"{name}"' for name in COUNTS)
    if not _columns(aws, "rows"):
        types = ("varchar", "varchar", *["bigint"] * len(COUNTS))
        return Answer(("run_id", "table_name", *COUNTS), types, ())
    where = _where(runs, tables)
    sql = f"SELECT run_id, table_name, {columns} FROM rows {where}ORDER BY recorded_at, table_name"  # noqa: S608
    return ask(aws, sql, aws.output("OpsDatabase"))


def measures(aws: Aws, *, runs: Sequence[str] = (), tables: Sequence[str] = ()) -> Answer:
    """What these runs have compared, as JSON, in the same order."""
    if "measures" not in _columns(aws, "rows"):
        return Answer(("run_id", "table_name", "measures"), ("varchar",) * 3, ())
    where = _where(runs, tables, "measures IS NOT NULL")
    sql = f"SELECT run_id, table_name, measures FROM rows {where}ORDER BY recorded_at, table_name"  # noqa: S608
    return ask(aws, sql, aws.output("OpsDatabase"))


def _where(runs: Sequence[str], tables: Sequence[str], *others: str) -> str:
    conditions = [*others, *([_of(runs)] if runs else [])]
    conditions += [f"table_name IN ({', '.join(map(quoted, tables))})"] if tables else []
    return f"WHERE {' AND '.join(conditions)} " if conditions else ""


def pages(aws: Aws, *, runs: Sequence[str] = (), tables: Sequence[str] = ()) -> list[str]:
    """Where the pages of the audits of these runs and tables are, or all of them, in the order of tables and runs."""
    bucket, found = aws.output("DocsBucket"), []
    prefixes = [f"{table.replace('.', '/')}/" for table in tables] or [""]
    for prefix in prefixes:
        for page in aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            found += [one["Key"] for one in page.get("Contents", [])]
    kept = [key for key in found if not runs or key.rpartition("/")[2].startswith(tuple(runs))]
    return [f"s3://{bucket}/{key}" for key in sorted(kept)]


def noted(aws: Aws, runs: Sequence[str]) -> Answer:
    """The files that these runs refused, or promote before them, and those that drift, each with the reason."""
    which = f"(status = 'refused' OR reason LIKE '{DRIFT}%') AND {_of(runs)}"
    sql = f"SELECT DISTINCT status, file, reason FROM files WHERE {which} ORDER BY status DESC, file, reason"  # noqa: S608
    return ask(aws, sql, aws.output("OpsDatabase"))


def _of(runs: Sequence[str]) -> str:
    begins = [f"substr(run_id, 1, {len(run)}) = {quoted(run)}" for run in runs]
    return f"({' OR '.join(begins)})"


def runs_of(aws: Aws, execution: str) -> tuple[str, ...]:
    """The job runs of an execution that published something, oldest first."""
    if not _columns(aws, "runs"):
        return ()
    of_it = f"FROM runs WHERE execution = {quoted(execution)}"
    sql = f"SELECT run_id, min(started_at) AS began {of_it} GROUP BY run_id ORDER BY began, run_id"
    return tuple(str(row[0]) for row in ask(aws, sql, aws.output("OpsDatabase")).rows)


def seconds(aws: Aws, runs: Sequence[str]) -> dict[tuple[str, str], float]:
    """Seconds by run and table, added up from the stages that the job runs printed."""
    total: dict[tuple[str, str], float] = defaultdict(float)
    for run in runs:
        for line in log(aws, run):
            if found := _STAGE.match(line):
                total[run, found[1]] += float(found[2])
    return dict(total)


def _columns(aws: Aws, table: str) -> list[str]:
    """The columns of a ledger; none where nothing was ever accounted for: the first job run makes the ledgers."""
    glue = aws.client("glue")
    try:
        found = glue.get_table(DatabaseName=aws.output("OpsDatabase"), Name=table)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return []
    return [column["Name"] for column in found["StorageDescriptor"]["Columns"]]
