"""Every command of the runbook, on an instance whose silver job was killed twice."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from copperctl.generate import Sample
from copperctl.redrive import failed_pipelines
from tests.end_to_end.stack import Stack
from tests.end_to_end.test_failures import kill_when, silver_is_running

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for line in block.splitlines()
]

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow("does what the runbook says to runs that failed")]


def run(stack: Stack, command: str, known: dict[str, str]) -> str:
    """What the command printed, with the words in capitals replaced; an error ends the test."""
    for word, value in known.items():
        command = re.sub(rf"\b{word}\b", value, command)
    if "copperctl " in command:
        command = f"{command} --state {stack.state}" if "doctor" not in command else command
    path = {"PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    environment = stack.instance.environment() | path
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def test_the_commands_do_what_the_page_says(stack: Stack, sample: tuple[Path, Sample]) -> None:
    stack.deliver(sample[0])
    execution = stack.start()
    known = {"RUN": kill_when(stack, silver_is_running), "MEDALLION": stack.aws.output("MedallionArn")}
    stack.wait(execution)
    [known["EXECUTION"]] = failed_pipelines(stack.aws, execution)
    said = {command: run(stack, command, known) for command in COMMANDS[:6]}
    assert known["EXECUTION"] in said[".venv/bin/copperctl status"]
    assert all("FAILED" in said[command] for command in COMMANDS[3:5])
    run(stack, COMMANDS[6], known)
    kill_when(stack, another_is_running(known["RUN"]))
    assert stack.wait(known["EXECUTION"])["status"] == "FAILED"
    assert "SUCCEEDED after" in run(stack, COMMANDS[7], known)
    for command in COMMANDS[8:]:
        if "SNAPSHOT" in command:
            layer = command.split("--database ")[1].title()
            known["SNAPSHOT"] = str(stack.ask('SELECT snapshot_id FROM "sales$refs"', layer)[0][0])
        said[command] = run(stack, command, known)
    assert len(said) == len(COMMANDS) - 2


def another_is_running(first: str) -> Any:
    """Picks a running job run that is not the first one."""
    return lambda runs: next((run for run in runs if run["Id"] != first and run["JobRunState"] == "RUNNING"), None)
