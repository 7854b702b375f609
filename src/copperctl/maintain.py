"""Maintenance, by the job that may; without `--apply` only what it would do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from copperctl import show
from copperctl.aws import Aws
from copperctl.start_job import run_job
from copperline.names import Names

#: What the job reports a table, in its order (copperline.job.maintain).
TASKS = ("run branches", "data files", "delete files", "snapshots", "orphan files")
_REPORT = re.compile(r"^upkeep: (\S+): ([a-z ]+): (\d+)$")


def maintain(aws: Aws, tables: Sequence[str], *, apply: bool) -> None:
    """The tables are in order, or it is said what would be done; a row a table.

    Raises:
        RunFailed: the job failed.
    """
    arguments = {"apply": "true"} if apply else {}
    if tables:
        arguments["tables"] = ",".join(tables)
    found = reports(run_job(aws, Names(aws.instance.stack).job("maintain"), arguments))
    rows = [[name, *(tasks.get(task, "") for task in TASKS)] for name, tasks in found.items()]
    title = "Compacted, and removed" if apply else "Would be compacted, and removed"
    show.table(["table", *TASKS], rows, title=title, right=TASKS)
    if not apply:
        show.say("Nothing was changed: `copperctl maintain --apply` does it.")


def reports(lines: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
    """What the job reported, by table and task."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in lines:
        if match := _REPORT.match(line):
            found[match[1]][match[2]] = int(match[3])
    return found
