"""The operations on job runs: moto's, with real processes behind them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from localaws.planes.glue_catalog.errors import refusal
from localaws.planes.glue_jobs import model, runs

LONGEST_MINUTES = 7 * 24 * 60  # page "Job runs": Timeout
#: Parameters of StartJobRun that change what a run does, and that moto does not read.
REFUSED = ("JobRunQueuingEnabled", "ExecutionRoleSessionPolicy")
VERSIONS = ("5.0", model.GLUE_VERSION)  # both are Python 3.11 on Spark 3.5
_one_starter = threading.Lock()  # counting the active runs and adding one are one step


def apply() -> None:
    """Runs are started and stopped in the backend, so that every way into moto's Glue meets them."""
    from moto.glue.models import GlueBackend
    from moto.glue.responses import GlueResponse

    GlueBackend.start_job_run = _starting(GlueBackend.start_job_run)
    GlueBackend.batch_stop_job_run = batch_stop_job_run
    GlueResponse.batch_stop_job_run = _batch_stop_action
    GlueResponse.start_job_run = _start_action(GlueResponse.start_job_run)


def _starting(recorded: Callable[..., str]) -> Callable[..., str]:
    def start_job_run(
        self: Any,
        name: str,
        arguments: dict[str, str] | None = None,
        allocated_capacity: int | None = None,
        max_capacity: float | None = None,
        timeout: int | None = None,
        worker_type: str | None = None,
        *more: Any,
        **named: Any,
    ) -> str:
        """A run of the job has begun; answers its id (page "StartJobRun")."""
        job = self.get_job(name)
        _check(job, max_capacity, timeout, worker_type)
        with _one_starter:
            _check_room(job)
            run_id = recorded(
                self, name, arguments, allocated_capacity, max_capacity, timeout, worker_type, *more, **named
            )
            run = job.job_runs[-1]
            model.begin(run, job)
        runs.start(run, job, account=self.account_id, region=self.region_name)
        return run_id

    return start_job_run


def batch_stop_job_run(self: Any, name: str, run_ids: list[str]) -> dict[str, Any]:
    """Those of the runs that were active are STOPPING; the answer says which not (page "BatchStopJobRun")."""
    self.get_job(name)
    stopped, errors = [], []
    for run_id in run_ids:
        if runs.stop(run_id):
            stopped.append({"JobName": name, "JobRunId": run_id})
        else:
            errors.append({"JobName": name, "JobRunId": run_id, "ErrorDetail": _why_not(self, name, run_id)})
    return {"SuccessfulSubmissions": stopped, "Errors": errors}


def _why_not(backend: Any, name: str, run_id: str) -> dict[str, str]:
    known = {run.job_run_id: run for run in backend.get_job(name).job_runs}
    if run_id not in known:
        return {"ErrorCode": "EntityNotFoundException", "ErrorMessage": f"Job run {run_id} not found."}
    state = known[run_id].status
    return {"ErrorCode": "InvalidInputException", "ErrorMessage": f"Job run {run_id} is {state}: it cannot be stopped."}


def _check(job: Any, max_capacity: float | None, timeout: int | None, worker_type: str | None) -> None:
    kind, version = (job.command or {}).get("Name"), job.glue_version
    if kind != "glueetl":
        raise refusal("NotImplemented", f"localaws: job {job.name}: Command.Name: expected glueetl, got {kind}")
    if version and version not in VERSIONS:
        wanted = " or ".join(VERSIONS)
        raise refusal("NotImplemented", f"localaws: job {job.name}: GlueVersion: expected {wanted}, got {version}")
    if worker_type and max_capacity:
        message = "Please do not set Max Capacity if using Worker Type and Number of Workers."
        raise refusal("InvalidInputException", message)
    for given in (worker_type, job.worker_type):
        if given and given not in model.DPUS:
            message = f"job {job.name}: WorkerType: expected one of {', '.join(model.DPUS)}, got {given}"
            raise refusal("InvalidInputException", message)
    if timeout is not None and not 1 <= timeout <= LONGEST_MINUTES:
        message = f"job {job.name}: Timeout: expected 1 to {LONGEST_MINUTES} minutes, got {timeout}"
        raise refusal("InvalidInputException", message)


def _check_room(job: Any) -> None:
    """As many runs as MaxConcurrentRuns may be active (page "ExecutionProperty"); one that is stopping still is."""
    from moto.glue.exceptions import ConcurrentRunsExceededException

    active = sum(run.status in model.ACTIVE for run in job.job_runs)
    if active >= int(job.execution_property.get("MaxConcurrentRuns", 1)):
        raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for {job.name}")


def _start_action(plain: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def start_job_run(self: Any) -> Any:
        """moto's, with the ExecutionClass of the run, which moto leaves out; what else it leaves out is refused."""
        asked = self.parameters
        for name in REFUSED:
            if asked.get(name):
                raise refusal(
                    "NotImplemented", f"localaws: job {asked['JobName']}: StartJobRun does not emulate {name}"
                )
        kind = asked.get("ExecutionClass")
        if kind not in (None, *model.EXECUTION_CLASSES):
            wanted = " or ".join(model.EXECUTION_CLASSES)
            raise refusal("InvalidInputException", f"StartJobRun: ExecutionClass: expected {wanted}, got {kind}")
        answer = plain(self)
        if kind:
            self.glue_backend.get_job_run(asked["JobName"], answer.result["JobRunId"]).execution_class = kind
        return answer

    return start_job_run


def _batch_stop_action(self: Any) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult(self.glue_backend.batch_stop_job_run(self.parameters["JobName"], self.parameters["JobRunIds"]))
