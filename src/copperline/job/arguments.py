"""The arguments of a job run, as Glue hands them over."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from copperline.errors import UsageError, expected

_NEEDED = ["JOB_NAME", "stack", "topic_arn"]
_OPTIONAL = ["tables", "execution", "full_refresh", "reprocess", "from", "to", "dpu", "runbook", "max_rejected_percent"]


@dataclass(frozen=True)
class Arguments:
    """What one job run is to do. Dates are inclusive bounds of `ingest_date`."""

    job: str
    run_id: str
    stack: str
    topic_arn: str
    tables: tuple[str, ...] = ()
    execution: str = "-"
    full_refresh: bool = False
    reprocess: bool = False
    first: date | None = None
    last: date | None = None
    dpu: float = 2.0
    runbook: str = "docs/runbook.md"
    max_rejected_percent: float | None = None

    @property
    def replays(self) -> bool:
        """Whether files that were published before are read again."""
        return self.reprocess or self.first is not None or self.last is not None


def resolve(argv: Sequence[str] | None = None) -> Arguments:
    """The arguments of this process.

    Only full names are taken (AWS documentation, "Accessing parameters using getResolvedOptions"). Where nothing
    names the run, as in a container on a laptop, it gets an id of its own.

    Raises:
        UsageError: one is missing, or is not what it should be.
    """
    from awsglue.utils import GlueArgumentError, getResolvedOptions  # noqa: PLC0415 - not needed by tests of steps

    argv = list(sys.argv if argv is None else argv)
    given = [name for name in _OPTIONAL if any(text == f"--{name}" or text.startswith(f"--{name}=") for text in argv)]
    try:
        found = getResolvedOptions(argv, _NEEDED + given)
    except GlueArgumentError as error:
        raise UsageError(f"job arguments: {error}; give --{', --'.join(_NEEDED)}") from error
    first, last = _day(found.get("from"), "--from"), _day(found.get("to"), "--to")
    if first and last and last < first:
        raise UsageError(expected("job arguments", "--to", f"no day before {first}", last, "mend one of the two"))
    return Arguments(
        job=found["JOB_NAME"],
        run_id=found.get("JOB_RUN_ID") or f"jr_{uuid.uuid4().hex}",
        stack=found["stack"],
        topic_arn=found["topic_arn"],
        tables=tuple(dict.fromkeys(name for name in found.get("tables", "").split(",") if name)),
        execution=found.get("execution", "-"),
        full_refresh=_flag(found.get("full_refresh"), "--full_refresh"),
        reprocess=_flag(found.get("reprocess"), "--reprocess"),
        first=first,
        last=last,
        dpu=_number(found.get("dpu", "2.0"), "--dpu"),
        runbook=found.get("runbook", "docs/runbook.md"),
        max_rejected_percent=_percent(found.get("max_rejected_percent")),
    )


def _flag(text: str | None, name: str) -> bool:
    if text not in (None, "true", "false"):
        raise UsageError(expected("job arguments", name, "true or false", text, "give one of them"))
    return text == "true"


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(expected("job arguments", name, "a day such as 2026-01-31", text, "write it so")) from error


def _number(text: str, name: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise UsageError(expected("job arguments", name, "a number above 0 such as 2.0", text, "write it so"))
    return number


def _percent(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        wanted = "a number from 0 to 100"
        raise UsageError(expected("job arguments", "--max_rejected_percent", wanted, text, "write it so"))
    return number
