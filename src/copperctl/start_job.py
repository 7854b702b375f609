"""One run of a job that no workflow starts, from its start to its last line."""

from __future__ import annotations

import time
from collections.abc import Mapping

from copperctl import job_runs, show
from copperctl.aws import Aws
from copperctl.execute import RunFailed
from copperctl.watch import POLL

_ACTIVE = ("STARTING", "RUNNING", "STOPPING", "WAITING")


def run_job(aws: Aws, job: str, arguments: Mapping[str, str]) -> list[str]:
    """The job has run to its end; what it printed.

    Raises:
        RunFailed: it did not succeed, for the reason that it gives.
    """
    glue = aws.client("glue")
    run = glue.start_job_run(JobName=job, Arguments={f"--{name}": value for name, value in arguments.items()})
    run_id = run["JobRunId"]
    show.note(f"job {job}, run {run_id}")
    with show.waiting(job) as tick:
        try:
            while (found := glue.get_job_run(JobName=job, RunId=run_id)["JobRun"])["JobRunState"] in _ACTIVE:
                tick()
                time.sleep(POLL)
        except KeyboardInterrupt:
            show.note(f"No longer watched: the run goes on; `copperctl logs {run_id}` says how far it is.")
            raise
    if found["JobRunState"] != "SUCCEEDED":
        why = found.get("ErrorMessage") or f"see `copperctl logs {run_id} --errors`"
        raise RunFailed(f"{job}: run {run_id} ended {found['JobRunState']}: {why}")
    return job_runs.log(aws, run_id)
