from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from copperctl.asl import PLACEHOLDER, lint, machines, problems
from copperctl.render.jobs import BATCH_RUNS
from tests.support.templates import ROOT, of_type, template, text

NAMES = ("medallion", "pipeline")
#: What must never be repeated by itself: bad input, a failed audit, a wrong name.
NEVER_RETRIED = {
    "States.ALL",
    "States.TaskFailed",
    "States.Timeout",
    "Glue.InvalidInputException",
    "Glue.EntityNotFoundException",
}
State = dict[str, Any]


def definition(name: str) -> dict[str, Any]:
    return dict(json.loads((ROOT / f"statemachine/{name}.asl.json").read_text()))


def states(name: str) -> Iterator[tuple[str, State]]:
    for _, machine in machines(definition(name)):
        yield from machine["States"].items()


def tasks(name: str) -> list[tuple[str, State]]:
    return [(title, state) for title, state in states(name) if state["Type"] == "Task"]


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_is_sound(name: str) -> None:
    assert problems(definition(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_follows_the_schema_of_the_language(name: str) -> None:
    assert lint(definition(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_placeholders_are_what_the_template_fills_in(name: str) -> None:
    machine = of_type(template("statemachine"), "AWS::StepFunctions::StateMachine")[name.capitalize()]
    used = PLACEHOLDER.findall((ROOT / f"statemachine/{name}.asl.json").read_text())
    assert set(used) == set(machine["DefinitionSubstitutions"])


@pytest.mark.parametrize("name", NAMES)
def test_every_task_ends_in_time(name: str) -> None:
    assert [title for title, state in tasks(name) if "TimeoutSeconds" not in state] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_retried_is_named_and_spread_out(name: str) -> None:
    for title, state in tasks(name):
        for retrier in state["Retry"]:
            assert retrier["JitterStrategy"] == "FULL", title
            assert not NEVER_RETRIED & set(retrier["ErrorEquals"]), title


def test_a_failed_pipeline_can_be_redriven() -> None:
    assert [title for title, state in states("pipeline") if state["Type"] == "Fail" or "Catch" in state] == []


def test_a_run_that_ended_wrong_is_raised_by_a_task_and_starts_again_when_redriven() -> None:
    jobs = {title: state for title, state in tasks("pipeline") if state["Resource"].endswith("startJobRun.sync")}
    everything = dict(states("pipeline"))
    assert len(jobs) == 3
    for title, job in jobs.items():
        judged = everything[job["Next"]]
        assert [choice["StringEquals"] for choice in judged["Choices"]] == ["SUCCEEDED"]
        raising = everything[judged["Default"]]
        assert (raising["Type"], raising["Next"]) == ("Task", title)


def test_job_runs_retry_capacity_and_trouble_apart() -> None:
    for _, state in tasks("pipeline"):
        if state["Resource"].endswith("startJobRun.sync"):
            capacity, trouble = ([*retrier["ErrorEquals"]] for retrier in state["Retry"])
            assert capacity == ["Glue.ConcurrentRunsExceededException", "Glue.ResourceNumberLimitExceededException"]
            assert not set(capacity) & set(trouble)


def test_jobs_are_told_their_tables_by_name() -> None:
    for _, state in tasks("pipeline"):
        if state["Resource"].endswith("startJobRun.sync"):
            assert state["Parameters"]["Arguments"] == {"--tables.$": "$.tables", "--execution.$": "$.execution"}


def test_the_batch_job_may_run_as_often_as_both_machines_ask() -> None:
    def widest(name: str) -> int:
        return max(state["MaxConcurrency"] for _, state in states(name) if state["Type"] == "Map")

    assert widest("medallion") * widest("pipeline") <= BATCH_RUNS


def test_one_alert_a_failure() -> None:
    """What medallion fails with by itself was alerted by itself; the rule leaves it out."""
    fails = {state["Error"] for _, state in states("medallion") if state["Type"] == "Fail"}
    rules = of_type(template("statemachine"), "AWS::Events::Rule")
    (unless,) = rules["RunBroke"]["EventPattern"]["detail"]["error"]
    assert set(unless["anything-but"]) == fails == {"FeedFailed", "RunFailed"}


def test_nothing_is_scheduled_unless_said() -> None:
    parameters = template("infra")["Parameters"]
    assert parameters["ScheduleState"]["Default"] == "DISABLED"
    assert parameters["ScheduleExpression"]["Default"] == "rate(20 minutes)"


def test_logs_hold_no_data() -> None:
    for machine in of_type(template("statemachine"), "AWS::StepFunctions::StateMachine").values():
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_no_definition_names_a_table_or_a_feed() -> None:
    """A new table needs no edit of a state machine: none is named there."""
    contracts = {re.sub(r"\.odcs\.yaml$", "", file.name) for file in ROOT.glob("contracts/*/*.odcs.yaml")}
    for name in NAMES:
        words = set(re.findall(r"[a-z_]+", json.dumps([state for _, state in states(name)])))
        assert not words & contracts, name


def test_machines_are_named_after_the_stack() -> None:
    found = of_type(template("statemachine"), "AWS::StepFunctions::StateMachine")
    assert {text(machine["StateMachineName"]) for machine in found.values()} == {f"${{Name}}-{name}" for name in NAMES}
