"""Writers that sleep, writers that start at once, and services that fail: the tables are as if one had run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from copperctl.redrive import failed_pipelines
from tests.crash import states
from tests.crash.instances import Restored
from tests.crash.running import Outcome, Undisturbed, control, promote_and_plan
from tests.crash.states import State

SILVER = "silver.inventory,silver.ratings,silver.sales"
OVER = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR")
Make = Callable[[], Restored]

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.proof,
    pytest.mark.slow("runs jobs beside each other, or waits until a lease has run out"),
]


def start_job(stack: Restored, job: str = "batch", **arguments: str) -> str:
    given = {f"--{name}": value for name, value in arguments.items()}
    started = stack.aws.client("glue").start_job_run(JobName=f"{stack.instance.stack}-{job}", Arguments=given)
    return str(started["JobRunId"])


def look(stack: Restored, run: str, job: str = "batch") -> dict[str, Any]:
    found = stack.aws.client("glue").get_job_run(JobName=f"{stack.instance.stack}-{job}", RunId=run)
    return dict(found["JobRun"])


def ended(stack: Restored, run: str, job: str = "batch") -> dict[str, Any]:
    while (found := look(stack, run, job))["JobRunState"] not in OVER:
        time.sleep(0.2)
    return found


def the_same(stack: Restored, calm: Undisturbed) -> None:
    """An execution finds what is left to do, and then all is as if nothing had happened."""
    found = stack.run()
    assert found["status"] == "SUCCEEDED", found
    assert states.differences(states.whole(stack), calm.whole) == []
    assert states.branches(stack) == []


def publication(calm: Undisturbed, table: str) -> dict[str, Any]:
    """The request by which main of the table is moved."""
    number = calm.publications[table]
    database, _, name = table.partition(".")
    match = {"DatabaseName": f"*_{database}", "TableInput.Name": name}
    return {"service": "glue", "operation": "UpdateTable", "match": match, "skip": number - 1}


#: Of the transactions of a job, those that look at a lease mark deliveries.
MARK = {
    "service": "dynamodb",
    "operation": "TransactWriteItems",
    "match": {"TransactItems.ConditionCheck.TableName": "*-leases"},
}


@pytest.mark.parametrize("before", ["its publication", "its marks"])
def test_a_writer_that_sleeps_while_another_takes_over_writes_nothing_more(
    restored: Make, calm: Undisturbed, before: str
) -> None:
    stack = restored()
    promote_and_plan(stack, Outcome())
    rule = MARK if before == "its marks" else publication(calm, "silver.sales")
    control(stack, "faults", "POST", {**rule, "fault": "stop", "caller": "*-batch-job"})
    sleeper = start_job(stack, tables=SILVER)
    while not control(stack, "faults")["rules"][0]["applied"]:
        assert look(stack, sleeper)["JobRunState"] not in OVER, look(stack, sleeper)
        time.sleep(0.1)
    taker = ended(stack, start_job(stack, tables=SILVER))
    assert taker["JobRunState"] == "SUCCEEDED", taker.get("ErrorMessage")
    then = states.whole(stack)
    assert look(stack, sleeper)["JobRunState"] == "RUNNING"
    assert control(stack, "faults/continue", "POST")["continued"] == [sleeper]
    awake = ended(stack, sleeper)
    assert awake["JobRunState"] == "FAILED"
    assert awake["ErrorMessage"].partition(":")[2].strip().startswith(("LeaseLost", "StaleBranch")), awake
    assert states.differences(states.whole(stack), then) == []
    assert states.differences(without_gold(then), without_gold(calm.whole)) == []


def without_gold(state: State) -> State:
    """What silver comes to: its own tables, and what is told of them."""
    told = {
        part: Counter({one: n for one, n in things.items() if "gold." not in one}) for part, things in state.items()
    }
    return {part: things for part, things in told.items() if not part.startswith("gold.")}


def test_all_that_start_in_one_second_do_what_one_would_have_done(restored: Make, calm: Undisturbed) -> None:
    stack = restored()
    rule = {"service": "glue", "operation": "CreateTable", "caller": "*-batch-job", "fault": "kill"}
    control(stack, "faults", "POST", rule)
    broken = stack.run()
    assert broken["status"] == "FAILED"
    [child] = failed_pipelines(stack.aws, broken["executionArn"])
    redrive = stack.aws.client("stepfunctions").redrive_execution
    with ThreadPoolExecutor(4) as pool:
        executions = [pool.submit(stack.start) for _ in range(2)]
        console = pool.submit(start_job, stack, "silver-sales")
        pool.submit(redrive, executionArn=child).result()
    for arn in [child, *(execution.result() for execution in executions)]:
        assert stack.wait(arn)["status"] == "SUCCEEDED"
    assert ended(stack, console.result(), "silver-sales")["JobRunState"] in ("SUCCEEDED", "FAILED")
    the_same(stack, calm)


#: What goes wrong with named operations, once each, wherever it is asked for.
NAMED = [
    {"service": "s3", "operation": "CopyObject", "fault": "drop", "when": "after"},
    {"service": "s3", "operation": "PutObject", "fault": "throttle", "times": 3, "match": {"Bucket": "*-silver-*"}},
    {"service": "s3", "operation": "PutObject", "fault": "drop", "when": "after", "match": {"Bucket": "*-gold-*"}},
    {"service": "s3", "operation": "GetObject", "fault": "error", "times": 2, "caller": "*-promote"},
    {"service": "dynamodb", "operation": "TransactWriteItems", "fault": "error", "when": "after", "skip": 1},
    {"service": "dynamodb", "operation": "TransactWriteItems", "fault": "drop", "when": "after", "skip": 5},
    {"service": "dynamodb", "operation": "PutItem", "fault": "throttle", "times": 2},
    {"service": "dynamodb", "operation": "UpdateItem", "fault": "timeout", "seconds": 1},
    {"service": "glue", "operation": "UpdateTable", "fault": "error", "when": "before", "skip": 2},
    {"service": "glue", "operation": "UpdateTable", "fault": "drop", "when": "after", "skip": 4},
    {"service": "glue", "operation": "CreateTable", "fault": "throttle", "times": 2},
    {"service": "glue", "operation": "GetTable", "fault": "error", "times": 2, "skip": 3},
    {"service": "glue", "operation": "StartJobRun", "fault": "throttle"},
    {"service": "secretsmanager", "operation": "GetSecretValue", "fault": "error"},
]
#: By chance: of all that jobs and Lambdas ask for three in a hundred go wrong, each caller's by dice of its own.
BY_CHANCE = [
    {"service": "*", "probability": 0.005, "seed": 7, "caller": f"*-{caller}", **fault}
    for caller in ("promote", "plan", "batch-job")
    for fault in (
        {"fault": "throttle"},
        {"fault": "error"},
        {"fault": "error", "when": "after"},
        {"fault": "timeout", "seconds": 1},
        {"fault": "drop"},
        {"fault": "drop", "when": "after"},
    )
]


def test_services_that_fail_cost_time_and_nothing_else(restored: Make, calm: Undisturbed) -> None:
    """The run succeeds by its retries; or it fails, and what it left is finished by the next."""
    stack = restored()
    control(stack, "faults", "POST", NAMED + BY_CHANCE)
    for _ in range(4):
        status = stack.run()["status"]
        if status == "SUCCEEDED":
            break
    told = control(stack, "faults")["rules"]
    assert status == "SUCCEEDED", told
    assert sum(bool(rule["applied"]) for rule in told) >= len(NAMED), told
    control(stack, "faults", "DELETE")
    the_same(stack, calm)
