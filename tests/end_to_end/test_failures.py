"""A job killed in mid-run: one alert, a redrive that finishes, and nothing done twice. Other deaths: tests/crash."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copperctl.generate import Sample
from copperctl.redrive import failed_pipelines, redrive
from tests.end_to_end.judge import differences, oracle_of
from tests.end_to_end.stack import Stack

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow("runs the whole product, stops it half-way, and has it go on")]
Made = tuple[Path, Sample]


@pytest.fixture
def own(tmp_path: Path) -> Any:
    """An instance of the test's own."""
    stack = Stack(tmp_path / "instance")
    yield stack
    stack.down()


def kill_when(stack: Stack, ready: Callable[[list[dict[str, Any]]], dict[str, Any] | None]) -> str:
    """The first job run that `ready` names is dead; its id."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if run := ready(stack.job_runs()):
            pid = stack.state / "localaws/glue/runs" / run["Id"] / "pid"
            if pid.is_file():
                os.killpg(int(pid.read_text()), signal.SIGKILL)
                return str(run["Id"])
        time.sleep(0.05)
    raise AssertionError("no job run came to the point at which it was to be killed")


def silver_is_running(runs: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The first job run, once it runs."""
    return next((run for run in runs if run["JobRunState"] == "RUNNING"), None)


def gold_is_running(runs: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The second job run, once it runs: silver is published by then."""
    return next((run for run in runs[1:] if run["JobRunState"] == "RUNNING"), None)


def test_a_killed_job_is_redriven(own: Stack, sample: Made) -> None:
    folder, made = sample
    queue = own.subscribe("inbox")
    own.deliver(folder)
    execution = own.start()
    killed = kill_when(own, gold_is_running)
    assert own.wait(execution)["status"] == "FAILED"
    [alert] = own.messages(queue)
    assert killed in alert["Message"]
    assert "copperctl redrive" in alert["Message"]
    assert "silver.sales: read" in alert["Message"]
    [child] = failed_pipelines(own.aws, execution)
    assert redrive(own.aws, child).status == "SUCCEEDED"
    assert [run["JobRunState"] for run in own.job_runs()] == ["SUCCEEDED", "FAILED", "SUCCEEDED"]
    [recovery] = own.messages(queue)
    assert child in recovery["Message"]
    files = {table: next((folder / "zoop" / table).iterdir()) for table in made.rows}
    assert differences(own, oracle_of(own, files)) == {}
    counts = own.ask("SELECT table_name, count(*) AS n FROM rows GROUP BY table_name", "Ops")
    assert sorted(count for _, count in counts) == [1] * 6
    assert own.run()["status"] == "SUCCEEDED"
    assert len(own.job_runs()) == 3
