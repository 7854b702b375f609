"""The state of the stack on one page."""

from __future__ import annotations

from copperctl import show
from copperctl.aws import Aws
from copperline.contract import load_contracts
from copperline.files.deliveries import Deliveries


def tell(aws: Aws) -> None:
    """Executions, job runs and what is pending are printed."""
    show.say(f"{aws.instance.stack} at {aws.instance.endpoint}, process {aws.instance.pid}")
    _executions(aws)
    _job_runs(aws)
    _pending(aws)


def _executions(aws: Aws) -> None:
    rows = []
    for machine in ("MedallionArn", "PipelineArn"):
        listed = aws.client("stepfunctions").list_executions(stateMachineArn=aws.output(machine), maxResults=5)
        rows += [
            [item["executionArn"], item["status"], f"{item['startDate']:%H:%M:%S}"] for item in listed["executions"]
        ]
    show.table(["execution", "status", "started"], rows, title="Executions, newest first")


def _job_runs(aws: Aws) -> None:
    glue = aws.client("glue")
    names = [
        name for page in glue.get_paginator("get_jobs").paginate() for name in (job["Name"] for job in page["Jobs"])
    ]
    runs = [run for name in names for run in glue.get_job_runs(JobName=name, MaxResults=5)["JobRuns"]]
    runs.sort(key=lambda run: run["StartedOn"], reverse=True)
    rows = [[run["Id"], run["JobName"], run["JobRunState"], run.get("ExecutionTime", 0)] for run in runs[:10]]
    show.table(["job run", "job", "state", "seconds"], rows, title="Job runs, newest first", right=["seconds"])


def _pending(aws: Aws) -> None:
    deliveries = Deliveries(aws.client("dynamodb"), aws.instance.stack)
    rows = []
    for contract in load_contracts().silver():
        backlog = deliveries.backlog(contract.id)
        rows.append([contract.id, backlog.files, backlog.bytes])
    show.table(["table", "files", "bytes"], rows, title="Pending deliveries", right=["files", "bytes"])
