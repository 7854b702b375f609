"""Glue job runs that really run: the script from S3, in a process of its own, as the job's role."""

from __future__ import annotations

from localaws import state
from localaws.planes.glue_jobs import api, model, runs
from localaws.settings import Settings
from localaws.spark import class_data


def apply(settings: Settings) -> None:
    """StartJobRun, GetJobRun(s) and BatchStopJobRun tell of real processes (page "Job runs")."""
    model.apply()
    api.apply()
    state.on_load(runs.fail_lost)


def start(settings: Settings) -> None:
    """Nothing is left on the machine of runs that a killed server had started."""
    class_data.start()
    runs.sweep(settings.state)


def stop() -> None:
    """No job run has a process any more, and nothing is made for later ones."""
    runs.stop_all()
    class_data.stop()


def reset() -> None:
    """No job run has a process any more."""
    runs.stop_all()
