"""The requests that go on with a rollback, or begin one."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation import operations, requests
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.stacks import Resource, Stack


def continue_update_rollback(backend: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """ContinueUpdateRollback: the rollback that failed has been tried again, without what is to be skipped.

    Raises:
        Refused: the stack's rollback has not failed, or a resource to skip is not one that could not be rolled back.
    """
    stack = requests.stack_asked_for(backend, asked)
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise Refused(f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back.")
    skipped = [_skipped(backend, stack, name) for name in asked.get("ResourcesToSkip") or []]
    stack.role_arn = asked.get("RoleARN") or stack.role_arn
    operations.in_background(lambda: operations.continue_rollback(backend, stack, skipped), stack)
    return {}


def rollback_stack(backend: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """RollbackStack: a stack that failed without a rollback is as it was when it last was stable, or is empty.

    Raises:
        Refused: the stack has not failed.
    """
    stack = requests.stack_asked_for(backend, asked)
    if stack.status not in {"CREATE_FAILED", "UPDATE_FAILED"}:
        raise Refused(f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back.")
    stack.role_arn = asked.get("RoleARN") or stack.role_arn
    stack.retain_except_on_create = bool(asked.get("RetainExceptOnCreate"))
    if stack.previous is None:
        operations.in_background(lambda: operations.undo_creation(stack), stack)
    else:
        operations.in_background(lambda: operations.continue_rollback(backend, stack, []), stack)
    return {"StackId": stack.stack_id}


def _skipped(backend: Any, stack: Stack, name: str) -> tuple[Stack, Resource]:
    """The resource of the stack, or of one that it embeds: `NestedStackName.ResourceLogicalID`; with who holds it."""
    owner, _, logical_id = name.rpartition(".")
    holder = requests.live_stack(backend, owner) if owner else stack
    if holder is not None and stack.stack_id not in {holder.stack_id, holder.root_id}:
        holder = None  # another's stack
    resource = holder.resources.get(logical_id) if holder else None
    if holder is None or resource is None or resource.attempted is None:
        raise Refused(f"ResourcesToSkip: {name} is not in the UPDATE_FAILED state because of a rollback that failed")
    return holder, resource
