"""What GetJobRun tells of a run: moto's object, with a state that only the run itself changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from localaws import state as state_of_all
from localaws.planes.glue_jobs.arguments import LOG_PREFIX

GLUE_VERSION = "5.1"
EXECUTION_CLASSES = ("STANDARD", "FLEX")
ACTIVE = ("STARTING", "RUNNING", "STOPPING")
TIMEOUT_MINUTES = 480  # page "Configuring job properties for Spark jobs in AWS Glue": Glue 5.0 and later
#: DPUs a worker: page "Configuring job properties for Spark jobs in AWS Glue".
DPUS = {
    "Standard": 1.0,
    "G.025X": 0.25,
    "G.1X": 1.0,
    "G.2X": 2.0,
    "G.4X": 4.0,
    "G.8X": 8.0,
    "G.12X": 12.0,
    "G.16X": 16.0,
    "R.1X": 1.0,
    "R.2X": 2.0,
    "R.4X": 4.0,
    "R.8X": 8.0,
}


def apply() -> None:
    """moto neither advances a run's state by itself nor invents its times, and describes it as Glue does."""
    from moto.glue.models import FakeJob, FakeJobRun

    FakeJob.get_job_runs = lambda job: job.job_runs[::-1]  # the newest first (page "GetJobRuns")
    FakeJobRun.status = property(lambda run: run._status, lambda run, state: setattr(run, "_status", state))
    FakeJobRun.advance = lambda _: None
    FakeJobRun.as_dict = as_dict


def begin(run: Any, job: Any) -> None:
    """The run keeps what it needs of its job, which may change or go meanwhile."""
    run.started_on = run.modified_on = _now()
    run.completed_on = run.running_since = run.error = None
    run.glue_version = job.glue_version or GLUE_VERSION
    run.execution_class = job.execution_class
    run.timeout = run.timeout or TIMEOUT_MINUTES
    run.status = "STARTING"


def running(run: Any) -> None:
    """The run's script has begun."""
    run.running_since = run.modified_on = _now()
    run.status = "RUNNING"
    state_of_all.changed()


def end(run: Any, state: str, error: str | None) -> None:
    """The run has ended; whoever reads the state finds the other facts there already."""
    run.error = error
    run.completed_on = run.modified_on = _now()
    run.status = state
    state_of_all.changed()


def as_dict(run: Any) -> dict[str, Any]:
    """The structure of page "JobRun"; facts that the run does not have are left out.

    DPUSeconds is there for every run that has ended; the page promises it for FLEX and auto-scaled ones.
    """
    state = run.status
    ended = state not in ACTIVE
    seconds = _seconds(run)
    facts = {
        "Id": run.job_run_id,
        "Attempt": getattr(run, "attempt", 0),
        "PreviousRunId": run.previous_run_id,
        "JobName": run.job_name,
        "StartedOn": run.started_on,
        "LastModifiedOn": run.modified_on,
        "CompletedOn": run.completed_on if ended else None,
        "JobRunState": state,
        "Arguments": run.arguments or None,
        "ErrorMessage": getattr(run, "error", None) if ended else None,
        "PredecessorRuns": [],
        "AllocatedCapacity": int(capacity(run)),
        "ExecutionTime": int(seconds),
        "Timeout": run.timeout,
        "MaxCapacity": capacity(run),
        "NotificationProperty": run.notification_property,
        "WorkerType": run.worker_type,
        "NumberOfWorkers": run.number_of_workers,
        "SecurityConfiguration": run.security_configuration,
        "LogGroupName": (run.arguments or {}).get("--custom-logGroup-prefix", LOG_PREFIX),
        "GlueVersion": getattr(run, "glue_version", GLUE_VERSION),
        "DPUSeconds": round(seconds * capacity(run), 3) if ended else None,
        "ExecutionClass": getattr(run, "execution_class", None),
    }
    return {name: value for name, value in facts.items() if value is not None}


def capacity(run: Any) -> float:
    """DPUs of the run: its workers', else what was asked for, else Glue's ten."""
    if run.worker_type and run.number_of_workers:
        return DPUS[run.worker_type] * int(run.number_of_workers)
    return float(run.max_capacity or run.allocated_capacity or 10)


def _seconds(run: Any) -> float:
    since: datetime | None = getattr(run, "running_since", None)
    return ((run.completed_on or _now()) - since).total_seconds() if since else 0.0


def _now() -> datetime:
    from moto.core.utils import utcnow

    now: datetime = utcnow()
    return now
