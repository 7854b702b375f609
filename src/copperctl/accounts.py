"""What the ledgers say of an execution."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from copperctl.athena import Answer, ask
from copperctl.aws import Aws

COUNTS = ("read", "inserted", "updated", "unchanged", "superseded", "quarantined", "deleted")
_STAGE = re.compile(r"^(\S+)\s+\S+\s+([\d.]+) s$")


def quoted(text: str) -> str:
    """The text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def ledger(aws: Aws, *, runs: Sequence[str] = (), tables: Sequence[str] = ()) -> Answer:
    """The rows of `ops.rows`, oldest first; of these runs and tables, or of all."""
    conditions = [
        f"{column} IN ({', '.join(map(quoted, values))})"
        for column, values in (("run_id", runs), ("table_name", tables))
        if values
    ]
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    columns = ", ".join(f'"{name}"' for name in COUNTS)
    sql = f"SELECT run_id, table_name, {columns} FROM rows {where}ORDER BY recorded_at, table_name"  # noqa: S608
    return ask(aws, sql, aws.output("OpsDatabase"))


def runs_of(aws: Aws, execution: str) -> tuple[str, ...]:
    """The job runs of an execution that published something, oldest first."""
    sql = f"SELECT run_id FROM runs WHERE execution = {quoted(execution)} ORDER BY started_at"  # noqa: S608
    return tuple(str(row[0]) for row in ask(aws, sql, aws.output("OpsDatabase")).rows)


def seconds(aws: Aws, runs: Sequence[str]) -> dict[str, float]:
    """Seconds by table, added up from the stages that the job runs printed."""
    total: dict[str, float] = defaultdict(float)
    for run in runs:
        for line in log(aws, run):
            if found := _STAGE.match(line):
                total[found[1]] += float(found[2])
    return dict(total)


def log(aws: Aws, run: str, stream: str = "output") -> list[str]:
    """What a job run printed."""
    logs = aws.client("logs")
    try:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws-glue/jobs/{stream}", logStreamNames=[run]
        )
        return [event["message"].rstrip("\n") for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []
