"""The life of a job run, from StartJobRun to its end: one thread a run."""

from __future__ import annotations

import contextlib
import copy
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

from localaws import endings, processes
from localaws.iam.trust import AccessDenied, may_assume
from localaws.planes.glue_jobs import model
from localaws.planes.glue_jobs.arguments import UnsupportedArgumentError, understand
from localaws.planes.glue_jobs.logs import LogStream
from localaws.planes.glue_jobs.prepare import LaunchError, log_streams, prepare
from localaws.planes.glue_jobs.process import Process, spawn
from localaws.planes.glue_jobs.verdict import verdict
from localaws.settings import current
from localaws.spark import SparkUnavailableError, class_data, class_path

GOING_DOWN = "localaws was stopped while the job ran"
FLUSH_SECONDS = 1.0
MANY_WORKERS = 4  # a job that is given more has much to do: Java may compile thoroughly

_lives: dict[str, Life] = {}  # not on moto's objects: those are saved, and a process cannot be


def start(run: Any, job: Any, *, account: str, region: str) -> None:
    """The run is on its way; answers at once."""
    _begin(Life(run, job, role=role_arn(job.role, account), region=region))


def stop(run_id: str) -> bool:
    """The run is STOPPING, if it was active: its processes end at once."""
    life = _lives.get(run_id)
    return life is not None and life.stop()


def stop_all() -> None:
    """No run is active, and none of their processes is alive."""
    lives = list(_lives.values())
    for life in lives:
        life.abandon()
    for life in lives:
        life.thread.join(timeout=10)


def fail_lost() -> None:
    """The runs of a loaded state that were active when it was saved have FAILED: their server is gone."""
    from moto.glue.models import glue_backends

    backends = (backend for account in glue_backends.values() for backend in account.values())
    runs = (run for backend in backends for job in backend.jobs.values() for run in job.job_runs)
    for run in list(runs):
        if run.status in model.ACTIVE:
            model.end(run, "STOPPED" if run.status == "STOPPING" else "FAILED", GOING_DOWN)


def sweep(state: Path) -> None:
    """No process and no file is left of runs that an earlier server started and did not end."""
    for folder in _home(state).glob("jr_*"):
        with contextlib.suppress(OSError, ValueError):
            leader = int((folder / "pid").read_text())
            if folder.name.encode() in Path(f"/proc/{leader}/cmdline").read_bytes():  # pids are used again
                processes.kill_session(leader)
        shutil.rmtree(folder, ignore_errors=True)


def _begin(life: Life) -> None:
    _lives[life.run.job_run_id] = life
    life.thread.start()


def role_arn(role: str, account: str) -> str:
    """Glue takes a role by name or by ARN (page "Job structure")."""
    return role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{role}"


class Life:
    """One run: what it is, its process once there is one, and who wants it to end."""

    def __init__(self, run: Any, job: Any, *, role: str, region: str) -> None:
        self.run, self.job, self.role, self.region = run, job, role, region
        self.command = dict(job.command)
        self.folder = _home(current().state) / run.job_run_id
        self.thread = threading.Thread(target=self._live, name=run.job_run_id, daemon=True)
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._fate: tuple[str, str | None] | None = None
        self._abandoned = False
        self._streams: list[LogStream] = []

    def stop(self) -> bool:
        """As BatchStopJobRun asks; False where the run has ended or somebody was quicker."""
        return self._doom("STOPPED", None)

    def abandon(self) -> None:
        """The server goes down: the run ends now, and nobody is there any more to take its logs."""
        self._abandoned = True
        self._doom("FAILED", GOING_DOWN)

    def _doom(self, state: str, error: str | None) -> bool:
        with self._lock:
            if self._fate is not None or self.run.status not in model.ACTIVE:
                return False
            self._fate = (state, error)
            if state == "STOPPED":
                self.run.status = "STOPPING"
            if self._process:
                self._process.kill()
            return True

    def _live(self) -> None:
        try:
            state, error = self._work()
        except (LaunchError, UnsupportedArgumentError, SparkUnavailableError) as wrong:
            state, error = "FAILED", str(wrong)
        except Exception as wrong:  # noqa: BLE001 - a run never stays RUNNING for a fault of ours
            state, error = "FAILED", f"localaws: {type(wrong).__name__}: {wrong}"
        try:
            self._flush(last=True)
            self._learn(state)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            with self._lock:
                model.end(self.run, *(self._fate or (state, error)))
            endings.announce()
            processes.gone(self.run.job_run_id)
            _lives.pop(self.run.job_run_id, None)
        self._retry()

    def _work(self) -> tuple[str, str | None]:
        self._take_role()
        (self.folder / "work").mkdir(parents=True)
        request = understand(self.run, self.command, self.job.name)
        self._streams = log_streams(
            request, self.run.job_run_id, role=self.role, region=self.region, folder=self.folder
        )
        small = int(self.run.number_of_workers or 0) <= MANY_WORKERS
        script, env = prepare(request, role=self.role, region=self.region, folder=self.folder, small=small)
        with self._lock:
            if self._fate:
                return self._fate
            self._process = spawn(script, request.argv, folder=self.folder, env=env)
            processes.begun(self.run.job_run_id, self._process.leader)
            model.running(self.run)
        return self._wait(self._process)

    def _take_role(self) -> None:
        try:
            may_assume(self.role, "glue.amazonaws.com")
        except AccessDenied as denied:
            raise LaunchError(f"LAUNCH ERROR | Glue cannot take the role {self.role}: {denied}") from None

    def _wait(self, process: Process) -> tuple[str, str | None]:
        deadline = time.monotonic() + self.run.timeout * 60.0
        while (code := process.wait(FLUSH_SECONDS)) is None:
            if time.monotonic() >= deadline:
                process.kill()
                return "TIMEOUT", f"Job run exceeded its timeout of {self.run.timeout} minutes"
            self._flush()
        process.kill()  # Java may take its time to go; whatever was to be kept is kept
        return verdict(code, self.folder)

    def _learn(self, state: str) -> None:
        """Later drivers start faster; whatever is in the way of that is not this run's affair."""
        if state != "SUCCEEDED":
            return
        try:
            class_data.learn(self.folder / "spark", class_path(), busy=lambda: bool(_lives))
        except (OSError, RuntimeError) as wrong:
            sys.stderr.write(f"localaws: no class data is shared: {wrong}\n")

    def _retry(self) -> None:
        """A failed run is followed by another attempt, as often as the job's MaxRetries says (page "Job structure")."""
        attempt = getattr(self.run, "attempt", 0) + 1
        if self.run.status != "FAILED" or self._abandoned or attempt > int(self.job.max_retries or 0):
            return
        again = copy.copy(self.run)
        again.attempt, again.previous_run_id = attempt, self.run.job_run_id
        again.job_run_id = f"{self.run.job_run_id.partition('_attempt_')[0]}_attempt_{attempt}"
        model.begin(again, self.job)
        self.job.job_runs.append(again)
        _begin(Life(again, self.job, role=self.role, region=self.region))

    def _flush(self, *, last: bool = False) -> None:
        if self._abandoned:
            return
        for stream in self._streams:
            stream.flush(last=last)


def _home(state: Path) -> Path:
    return state.resolve() / "glue" / "runs"
