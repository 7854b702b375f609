"""The state of the stack on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from copperctl import job_runs, show
from copperctl.aws import Aws
from copperctl.execute import why
from copperctl.redrive import UNSUCCESSFUL, find
from copperline.contract import load_contracts
from copperline.files.deliveries import Deliveries
from copperline.files.held import HeldDeliveries

_MOST = 5  # executions of each machine


def tell(aws: Aws, option: str = "") -> None:
    """Executions, what failed and how to resume it, job runs and what is pending are printed.

    `option` is what the commands that are suggested need to find this instance.
    """
    show.say(f"{aws.instance.stack} at {aws.instance.endpoint}, process {aws.instance.pid}")
    _failures(aws, _executions(aws), option)
    _job_runs(aws)
    _pending(aws, option)
    _drift(aws, option)


def _executions(aws: Aws) -> list[dict[str, Any]]:
    states = aws.client("stepfunctions")
    found = [
        item
        for machine in ("MedallionArn", "PipelineArn")
        for item in states.list_executions(stateMachineArn=aws.output(machine), maxResults=_MOST)["executions"]
    ]
    found.sort(key=lambda item: item["startDate"], reverse=True)
    rows = [[_machine(item), item["name"], item["status"], _when(item["startDate"]), _took(item)] for item in found]
    columns = ["machine", "execution", "status", "started", "seconds"]
    show.table(columns, rows, title="Executions, newest first", right=["seconds"])
    return found


def _failures(aws: Aws, listed: list[dict[str, Any]], option: str) -> None:
    """A medallion that failed with its pipeline says nothing beside it."""
    for item in listed:
        if item["status"] not in UNSUCCESSFUL:
            continue
        described, is_pipeline = find(aws, item["executionArn"]), item["stateMachineArn"] == aws.output("PipelineArn")
        if not is_pipeline and described.get("error") == "FeedFailed":
            continue
        command = f"redrive {item['executionArn']}" if is_pipeline and _can_resume(described) else "run"
        show.say(f"{_machine(item)} {item['name']}: {why(described)}")
        show.say(f"  copperctl {command}{option}")


def _can_resume(described: dict[str, Any]) -> bool:
    return bool(described.get("redriveStatus", "REDRIVABLE") == "REDRIVABLE")


def _machine(item: dict[str, Any]) -> str:
    return str(item["stateMachineArn"]).rpartition("-")[2]


def _when(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def _took(item: dict[str, Any]) -> str:
    return f"{((item.get('stopDate') or datetime.now(UTC)) - item['startDate']).total_seconds():.1f}"


def _job_runs(aws: Aws) -> None:
    rows = [
        [
            show.short(run["Id"]),
            run["JobName"],
            run["JobRunState"],
            _when(run["StartedOn"]),
            run.get("ExecutionTime", 0),
        ]
        for run in job_runs.latest(aws, 10)
    ]
    columns = ["job run", "job", "state", "started", "seconds"]
    show.table(columns, rows, title="Job runs, newest first", right=["seconds"])


def _pending(aws: Aws, option: str) -> None:
    deliveries = Deliveries(aws.client("dynamodb"), aws.instance.stack)
    held = HeldDeliveries(aws.client("dynamodb"), aws.instance.stack)
    rows = []
    for contract in load_contracts().silver():
        backlog = deliveries.backlog(contract.id)
        rows.append([contract.id, backlog.files, backlog.bytes, held.count(contract.id)])
    columns = ["table", "files", "bytes", "held"]
    show.table(columns, rows, title="Pending deliveries, and those that a rollback holds", right=columns[1:])
    if any(row[-1] for row in rows):
        show.say(f"  copperctl run --held{option}")


def _drift(aws: Aws, option: str) -> None:
    """How the latest file of each table drifts from its contract; nothing where none does."""
    deliveries = Deliveries(aws.client("dynamodb"), aws.instance.stack)
    for contract in load_contracts().bronze():
        latest = deliveries.latest(contract.id)
        if latest is not None and latest.found.drift:
            show.say(f"{contract.id}: {latest.key}: {latest.note}")
            show.say(f"  copperctl contract diff {contract.id}{option}")
