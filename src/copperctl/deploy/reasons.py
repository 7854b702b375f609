"""Why a stack is not what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

#: What CloudFormation says of a resource that failed only because another one did.
ECHOES = ("Resource creation cancelled", "Resource update cancelled", "The following resource(s) failed to")


def reasons(cloudformation: Any, stack: str) -> list[str]:
    """`resource: reason` of every failure in the latest operation of the stack and its nested stacks, latest first."""
    return list(dict.fromkeys(_reasons(cloudformation, stack)))


def _reasons(cloudformation: Any, stack: str) -> Iterator[str]:
    for event in _latest_operation(cloudformation, stack):
        nested, own = event.get("PhysicalResourceId", ""), event.get("StackId")
        if not event["ResourceStatus"].endswith("_FAILED"):
            continue
        if event["ResourceType"] == "AWS::CloudFormation::Stack" and nested not in ("", own):
            yield from _reasons(cloudformation, nested)
        reason = event.get("ResourceStatusReason", "no reason given")
        if not reason.startswith(ECHOES):
            yield f"{event['LogicalResourceId']}: {reason}"


def _latest_operation(cloudformation: Any, stack: str) -> Iterator[dict[str, Any]]:
    try:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    except (BotoCoreError, ClientError):  # the stack never came to be, or nobody can be asked: the reason is elsewhere
        return
    for event in events:
        yield event
        if event.get("ResourceStatusReason") == "User Initiated":
            return
