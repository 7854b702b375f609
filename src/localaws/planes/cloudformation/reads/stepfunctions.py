"""AWS::StepFunctions as Step Functions tells it."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import GoneError, Read, tags, upper_first
from localaws.planes.cloudformation.rows.base import Props, pick

SETTINGS = ("loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")


def _machine(ctx: Context, arn: str, _: Props) -> Props:
    machines = ctx.client("stepfunctions")
    found = machines.describe_state_machine(stateMachineArn=arn)
    if found.get("status") == "DELETING":
        raise GoneError
    same = pick(found, StateMachineName="name", RoleArn="roleArn", StateMachineType="type")
    settings = {name: found[name] for name in SETTINGS if name in found}
    held = machines.list_tags_for_resource(resourceArn=arn)["tags"]
    return {
        **same,
        **upper_first(settings),
        "DefinitionString": found["definition"],
        "Tags": tags(held, "key", "value"),
    }


READS: dict[str, Read] = {"AWS::StepFunctions::StateMachine": _machine}
