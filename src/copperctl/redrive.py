"""A failed execution, resumed from the state that failed."""

from __future__ import annotations

from copperctl.aws import Aws
from copperctl.execute import Outcome, RunFailed
from copperctl.show import Clock, say
from copperctl.watch import Watch
from copperline.errors import UsageError

UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")


def failed_pipelines(aws: Aws, arn: str = "") -> list[str]:
    """The failed executions of pipeline: the one named, those that the named medallion started, or the newest's.

    Raises:
        UsageError: none of them failed.
    """
    if arn and f":{_machine(aws.output('PipelineArn'))}:" in arn:
        return [arn]
    listed = aws.client("stepfunctions").list_executions(stateMachineArn=aws.output("PipelineArn"), maxResults=100)
    failed = [item["executionArn"] for item in listed["executions"] if item["status"] in UNSUCCESSFUL]
    if arn:
        failed = [child for child in Watch(aws, arn, say).children() if child in failed]
    if not failed:
        raise UsageError(
            f"{arn or 'pipeline'}: no failed execution is there to redrive; start a new run with `copperctl run`"
        )
    return failed if arn else failed[:1]


def redrive(aws: Aws, arn: str) -> Outcome:
    """The execution has gone on from the state that failed, to its end.

    Raises:
        RunFailed: it failed again.
    """
    clock = Clock()
    aws.client("stepfunctions").redrive_execution(executionArn=arn)
    described = Watch(aws, arn, lambda text: say(f"{clock}  {text}")).until_it_ends()
    say(f"{described['status']} after {clock.seconds:.1f} s: {arn}")
    if described["status"] != "SUCCEEDED":
        raise RunFailed(f"{described.get('error', described['status'])}: {described.get('cause', 'see its history')}")
    return Outcome(arn, described["status"], clock.seconds, ())


def _machine(arn: str) -> str:
    return arn.rpartition(":")[2]
