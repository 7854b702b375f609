"""Physical resources go, with the events that tell it."""

from __future__ import annotations

from localaws.planes.cloudformation import drift, resolve
from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.errors import Refused, said
from localaws.planes.cloudformation.rows import ROWS
from localaws.planes.cloudformation.stacks import Resource, Stack

KEEPS = {"Retain", "RetainExceptOnCreate"}


def delete_resource(stack: Stack, resource: Resource, policy: str = "Delete") -> None:
    """The physical resource does not exist, unless its policy retains it.

    What is gone already (a policy with its bucket, say) counts as deleted.

    Raises:
        Refused: the service would not delete it; the event says why.
    """
    if policy in KEEPS:
        stack.tell(resource, "DELETE_SKIPPED")
        return
    stack.tell(resource, "DELETE_IN_PROGRESS")
    if resource.physical_id:
        _delete(stack, resource)
    stack.tell(resource, "DELETE_COMPLETE")


def _delete(stack: Stack, resource: Resource) -> None:
    context = Context(stack, resource.logical_id, resource.physical_id)
    try:
        ROWS[resource.type].delete(context, resource.physical_id, resolve.live(stack, resource.effective))
    except Exception as error:
        if drift.is_gone(error):
            return
        stack.tell(resource, "DELETE_FAILED", said(error))
        raise Refused(said(error)) from error


def remove(stack: Stack, resource: Resource, policy: str) -> None:
    """The same, and the stack does not know the resource any more."""
    delete_resource(stack, resource, policy)
    if stack.resources.get(resource.logical_id) is resource:
        del stack.resources[resource.logical_id]


def kept_on_rollback(stack: Stack, resource: Resource) -> str:
    """Page "DeletionPolicy attribute": RetainExceptOnCreate does not keep what a failed operation created."""
    gone = stack.retain_except_on_create or resource.deletion_policy == "RetainExceptOnCreate"
    return "Delete" if gone else resource.deletion_policy
