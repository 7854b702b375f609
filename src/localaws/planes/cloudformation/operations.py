"""Operations on whole stacks: create, update, delete, and how each of them ends."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

from localaws import state
from localaws.planes.cloudformation import outputs, template
from localaws.planes.cloudformation.deploy import Deployment, Failed
from localaws.planes.cloudformation.errors import Refused, said
from localaws.planes.cloudformation.removal import kept_on_rollback, remove
from localaws.planes.cloudformation.stacks import Definition, Resource, Stack, now

PATIENCE = 45.0  # seconds that a call waits for the end: less than a client's read timeout of 60
ROLLING_BACK = "{reason}Rollback requested by user."
STABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
_under_way: set[str] = set()
_starting = threading.Lock()


def backend_of(stack: Stack) -> Any:
    """moto's CloudFormation backend that holds the stack."""
    from moto.cloudformation.models import cloudformation_backends

    return cloudformation_backends[stack.account_id][stack.region]


def new_stack(backend: Any, name: str, definition: Definition) -> Stack:
    """A stack that nothing has been made for yet."""
    account, region = backend.account_id, backend.region_name
    stack_id = f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid.uuid4()}"
    return Stack(stack_id, name, account, region, definition)


def in_background(work: Callable[[], None], stack: Stack) -> None:
    """The work has begun, and mostly ended: on AWS every operation goes on after its call.

    A client's waiter asks at once and then twice a minute, so that a call that waits a little makes it fast.

    Raises:
        Refused: another operation on the stack is under way.
    """
    with _starting:
        if stack.stack_id in _under_way:
            raise Refused(f"Stack [{stack.name}] already has an operation in progress")
        _under_way.add(stack.stack_id)
    thread = threading.Thread(target=_guarded, args=(work, stack), name=f"stack-{stack.name}", daemon=True)
    thread.start()
    thread.join(PATIENCE)


def _guarded(work: Callable[[], None], stack: Stack) -> None:
    try:
        work()
    except Exception as error:
        stack.turn(_stuck(stack.status), f"localaws: {said(error)}")
        raise
    finally:
        _under_way.discard(stack.stack_id)
        state.changed()


def interrupted(backend: Any) -> None:
    """Stacks whose operation ended with the process before this one say so."""
    for stack in backend.stacks.values():
        if stack.busy:
            stack.turn(_stuck(stack.status), "localaws: the server was stopped during the operation")


def _stuck(status: str) -> str:
    if status.startswith("UPDATE_ROLLBACK"):
        return "UPDATE_ROLLBACK_FAILED"
    return f"{status.split('_', maxsplit=1)[0]}_FAILED"


def create(backend: Any, stack: Stack) -> None:
    """The stack is CREATE_COMPLETE, or rolled back and says why."""
    stack.turn("CREATE_IN_PROGRESS", "User Initiated")
    deployment: Deployment | None = None
    try:
        deployment = Deployment(backend, stack, stack.definition)
        deployment.run()
    except (Failed, Refused) as error:
        _failed_creation(backend, stack, deployment, str(error))
    else:
        stack.turn("CREATE_COMPLETE")


def _failed_creation(backend: Any, stack: Stack, deployment: Deployment | None, reason: str) -> None:
    if stack.on_failure == "DO_NOTHING":
        stack.turn("CREATE_FAILED", reason.strip())
        return
    stack.turn("ROLLBACK_IN_PROGRESS", ROLLING_BACK.format(reason=reason))
    whole = deployment is None or deployment.rollback()
    stack.turn("ROLLBACK_COMPLETE" if whole else "ROLLBACK_FAILED")
    if whole and stack.on_failure == "DELETE":
        delete(backend, stack)


def update(backend: Any, stack: Stack, definition: Definition) -> None:
    """The stack is UPDATE_COMPLETE with the new definition, or has its old one again and says why."""
    stack.updated = now()
    if stack.status in STABLE:
        stack.previous = stack.definition
    stack.turn("UPDATE_IN_PROGRESS", "User Initiated")
    deployment: Deployment | None = None
    try:
        deployment = Deployment(backend, stack, definition)
        deployment.run()
    except (Failed, Refused) as error:
        if stack.on_failure == "DO_NOTHING":
            stack.turn("UPDATE_FAILED", str(error).strip())
        elif deployment:
            roll_back(deployment, str(error))
        else:
            stack.turn("UPDATE_ROLLBACK_COMPLETE", str(error))
        return
    stack.turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    complete_update(deployment)


def complete_update(deployment: Deployment) -> None:
    """What the update has made superfluous is deleted."""
    deployment.finish()
    deployment.stack.previous = None
    deployment.stack.turn("UPDATE_COMPLETE")


def roll_back(deployment: Deployment, reason: str) -> None:
    """The stack is UPDATE_ROLLBACK_COMPLETE with its old definition, or UPDATE_ROLLBACK_FAILED."""
    stack = deployment.stack
    stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", reason or None)
    if deployment.rollback():
        stack.previous = None
        stack.turn("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        stack.turn("UPDATE_ROLLBACK_COMPLETE")
    else:
        stack.turn("UPDATE_ROLLBACK_FAILED", _not_back(stack))


def _not_back(stack: Stack) -> str | None:
    failed = [name for name, resource in stack.resources.items() if resource.attempted is not None]
    return f"The following resource(s) failed to update: [{', '.join(failed)}]. " if failed else None


def continue_rollback(backend: Any, stack: Stack, skipped: list[tuple[Stack, Resource]]) -> None:
    """The stack is UPDATE_ROLLBACK_COMPLETE: what a rollback could not bring back is as it was, or is skipped.

    Page "Continue rolling back an update": a skipped resource counts as it was, whatever it is.
    """
    stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
    for holder, resource in skipped:
        resource.attempted = None
        holder.tell(resource, "UPDATE_COMPLETE")
    try:
        deployment = Deployment(backend, stack, stack.previous or stack.definition, back=True)
        deployment.run()
    except (Failed, Refused) as error:
        stack.turn("UPDATE_ROLLBACK_FAILED", str(error))
        return
    stack.turn("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    deployment.finish()
    stack.previous = None
    stack.turn("UPDATE_ROLLBACK_COMPLETE")


def undo_creation(stack: Stack) -> None:
    """The stack is ROLLBACK_COMPLETE: nothing that its creation made is left but what is retained."""
    stack.turn("ROLLBACK_IN_PROGRESS", "User Initiated")
    made = [stack.resources[name] for name in _backwards(stack)]
    gone = [_gone(stack, resource, kept_on_rollback(stack, resource)) for resource in made]
    stack.turn("ROLLBACK_COMPLETE" if all(gone) else "ROLLBACK_FAILED")


def delete(backend: Any, stack: Stack, retain: tuple[str, ...] = ()) -> None:
    """The stack and its resources are gone, or it is DELETE_FAILED and says which are not."""
    stack.turn("DELETE_IN_PROGRESS", "User Initiated")
    try:
        outputs.withdraw(backend, stack)
    except Refused as error:
        stack.turn("DELETE_FAILED", str(error))
        return
    failed = [name for name in _backwards(stack) if not _removed(stack, name, retain)]
    if failed:
        stack.turn("DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}]. ")
        return
    stack.turn("DELETE_COMPLETE")
    stack.deleted = now()
    backend.stacks.pop(stack.stack_id, None)
    backend.deleted_stacks[stack.stack_id] = stack


def _backwards(stack: Stack) -> list[str]:
    """Resources, each before those that it depends on."""
    found = template.parse(stack.definition.text) if stack.definition.text else {}
    order = template.order(found) if found else []
    extra = [name for name in stack.resources if name not in order]
    return [name for name in reversed([*extra, *order]) if name in stack.resources]


def _removed(stack: Stack, name: str, retain: tuple[str, ...]) -> bool:
    resource = stack.resources[name]
    return _gone(stack, resource, "Retain" if name in retain else resource.deletion_policy)


def _gone(stack: Stack, resource: Resource, policy: str) -> bool:
    try:
        remove(stack, resource, policy)
    except Refused:
        return False
    return True


def cause(stack: Stack) -> str:
    """What first went wrong in the stack's last operation, in the words of its events."""
    failures = [event for event in stack.events if event.status.endswith("_FAILED") and event.reason]
    started = max((place for place, event in enumerate(stack.events) if event.reason == "User Initiated"), default=0)
    recent = [event for event in stack.events[started:] if event in failures]
    first = recent[0] if recent else failures[0] if failures else None
    return f"{first.logical_id}: {first.reason}" if first else stack.reason or stack.status
