"""The stack's job runs, and what they printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from copperctl.aws import Aws
from copperline.errors import UsageError, expected

STREAMS = ("output", "error")
#: AWS Glue: page "Logging for AWS Glue jobs".
DEFAULT_PREFIX = "/aws-glue/jobs"
_PREFIX_ARGUMENT = "--custom-logGroup-prefix"


def jobs(aws: Aws) -> list[dict[str, Any]]:
    """The stack's jobs."""
    pages = aws.client("glue").get_paginator("get_jobs").paginate()
    return [job for page in pages for job in page["Jobs"] if job["Name"].startswith(f"{aws.instance.stack}-")]


def latest(aws: Aws, most: int) -> list[dict[str, Any]]:
    """The latest runs of all jobs, newest first."""
    glue = aws.client("glue")
    found = [run for job in jobs(aws) for run in glue.get_job_runs(JobName=job["Name"], MaxResults=most)["JobRuns"]]
    return sorted(found, key=lambda run: str(run["StartedOn"]), reverse=True)[:most]


def find(aws: Aws, run_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The run whose id begins so, and its job.

    Raises:
        UsageError: there is none, or more than one.
    """
    found = [(run, job) for job in jobs(aws) for run in _runs(aws, job["Name"]) if run["Id"].startswith(run_id)]
    if exact := [pair for pair in found if pair[0]["Id"] == run_id]:
        return exact[0]
    if len(found) != 1:
        count = "none" if not found else str(len(found))
        remedy = "`copperctl status` and `copperctl ledger --csv` show the runs"
        raise UsageError(
            expected("logs", "RUN", "the id of a job run, or how one begins", f"{run_id}: {count}", remedy)
        )
    return found[0]


def log(aws: Aws, run_id: str, stream: str = "output") -> list[str]:
    """What a job run printed; nothing where no stream is there, as before its first line.

    Raises:
        UsageError: there is no such run.
    """
    run, job = find(aws, run_id)
    for group in log_groups(run, job, stream):
        if lines := list(_lines(aws, group, run["Id"])):
            return lines
    return []


def log_groups(run: dict[str, Any], job: dict[str, Any], stream: str) -> list[str]:
    """Where the run may have logged, the likeliest first.

    A run's arguments are those of its start alone; the job's own hold beside them (pages "JobRun structure" and
    "Logging for AWS Glue jobs").
    """
    given = {**job.get("DefaultArguments", {}), **run.get("Arguments", {})}
    prefixes = (given.get(_PREFIX_ARGUMENT), run.get("LogGroupName"), DEFAULT_PREFIX)
    return list(dict.fromkeys(f"{prefix.rstrip('/')}/{stream}" for prefix in prefixes if prefix))


def _runs(aws: Aws, job: str) -> Iterator[dict[str, Any]]:
    for page in aws.client("glue").get_paginator("get_job_runs").paginate(JobName=job):
        yield from page["JobRuns"]


def _lines(aws: Aws, group: str, run_id: str) -> Iterator[str]:
    """The driver's lines; executors have streams of their own."""
    logs = aws.client("logs")
    try:
        found = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=run_id)["logStreams"]
        names = [item["logStreamName"] for item in found if item["logStreamName"] in (run_id, f"{run_id}-driver")]
        for name in names:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, logStreamNames=[name])
            yield from (event["message"].rstrip("\n") for page in pages for event in page["events"])
    except logs.exceptions.ResourceNotFoundException:
        return
