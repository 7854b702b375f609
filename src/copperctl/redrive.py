"""A failed execution, resumed from the state that failed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from copperctl.aws import Aws
from copperctl.execute import Outcome, follow
from copperctl.history import last_id
from copperctl.telling import parsed
from copperctl.watch import Watch
from copperline.errors import UsageError, expected

UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")
_NEW_RUN = "start a new run with `copperctl run`: what is unfinished is still planned"


def failed_pipelines(aws: Aws, execution: str = "") -> list[str]:
    """The failed executions of pipeline: the one named, those that the named medallion started, or the newest.

    An execution is named by its ARN or by its name alone.

    Raises:
        UsageError: there is no such execution, or none that failed.
    """
    if not execution:
        listed = aws.client("stepfunctions").list_executions(stateMachineArn=aws.output("PipelineArn"), maxResults=100)
        failed = [item["executionArn"] for item in listed["executions"] if item["status"] in UNSUCCESSFUL][:1]
        if not failed:
            raise UsageError(expected("redrive", "pipeline", "an execution that failed", "none", _NEW_RUN))
        return failed
    described = find(aws, execution)
    if described["stateMachineArn"] == aws.output("PipelineArn"):
        return [_failed(described)]
    watch = Watch(aws, described["executionArn"])
    watch.look()
    failed = [arn for arn in watch.children() if find(aws, arn)["status"] in UNSUCCESSFUL]
    if not failed:
        raise UsageError(expected("redrive", execution, "an execution with a failed pipeline", "none", _NEW_RUN))
    return failed


def find(aws: Aws, execution: str) -> dict[str, Any]:
    """The description of an execution of either machine.

    Raises:
        UsageError: there is none of that name.
    """
    states = aws.client("stepfunctions")
    machines = [aws.output(name).replace(":stateMachine:", ":execution:") for name in ("PipelineArn", "MedallionArn")]
    for arn in [execution] if ":" in execution else [f"{machine}:{execution}" for machine in machines]:
        try:
            found: dict[str, Any] = states.describe_execution(executionArn=arn)
        except (states.exceptions.ExecutionDoesNotExist, states.exceptions.InvalidArn):
            continue
        return found
    remedy = "`copperctl status` shows those that are"
    raise UsageError(expected("redrive", "execution", "an ARN or a name", f"{execution}, which is not there", remedy))


def redrive(aws: Aws, arn: str) -> Outcome:
    """The execution has gone on from the state that failed, to its end, and what it did is printed.

    Raises:
        RunFailed: it failed again.
    """
    before = last_id(aws, arn)
    execution = parsed(find(aws, arn).get("input")).get("execution", "")
    began = aws.client("stepfunctions").redrive_execution(executionArn=arn).get("redriveDate", datetime.now(UTC))
    return follow(aws, arn, began=began, after=before, execution=str(execution))


def _failed(described: dict[str, Any]) -> str:
    arn, status = str(described["executionArn"]), described["status"]
    if status not in UNSUCCESSFUL:
        raise UsageError(expected("redrive", arn, "an execution that failed", status, _NEW_RUN))
    return arn
