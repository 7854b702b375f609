"""Change sets: made, found and executed."""

from __future__ import annotations

import uuid
from typing import Any

from localaws.planes.cloudformation import operations, plan, requests
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.stacks import Change, ChangeSet, Definition, Stack

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def create(backend: Any, asked: dict[str, Any]) -> ChangeSet:
    """A change set: AVAILABLE, or FAILED where it would change nothing."""
    name, kind = asked["ChangeSetName"], asked.get("ChangeSetType") or "UPDATE"
    requests.check_name(name)
    if kind not in {"CREATE", "UPDATE"}:
        raise Refused(f"localaws: NotImplemented: ChangeSetType {kind}")
    stack = _stack_to_create(backend, asked) if kind == "CREATE" else requests.stack_named(backend, asked["StackName"])
    if kind == "UPDATE":
        requests.check_updatable(stack)
    if any(other.name == name for other in requests.change_sets_of(backend, stack)):
        raise Refused(f"ChangeSet {name} already exists", "AlreadyExistsException")
    wanted = requests.definition(asked, backend.region_name, stack)
    set_id = f"arn:aws:cloudformation:{stack.region}:{stack.account_id}:changeSet/{name}/{uuid.uuid4()}"
    found = ChangeSet(set_id, name, kind, stack.stack_id, stack.name, wanted, asked.get("Description"))
    found.capabilities, found.role_arn = asked.get("Capabilities") or [], asked.get("RoleARN")
    found.on_failure = asked.get("OnStackFailure")
    requests.configure(stack, asked)
    requests.check_conditional(backend, stack, wanted)
    backend.stacks[stack.stack_id] = stack
    found.changes = _planned(backend, stack, found)
    backend.change_sets[set_id] = found
    return found


def _stack_to_create(backend: Any, asked: dict[str, Any]) -> Stack:
    name = asked["StackName"]
    requests.check_name(name)
    stack = requests.live_stack(backend, name)
    if stack is None:
        stack = operations.new_stack(backend, name, Definition("", {}, {}))
        stack.turn("REVIEW_IN_PROGRESS", "User Initiated")
    if stack.status != "REVIEW_IN_PROGRESS":
        change_set = asked["ChangeSetName"]
        raise Refused(f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set}].")
    return stack


def _planned(backend: Any, stack: Stack, change_set: ChangeSet) -> list[Change]:
    try:
        found = plan.changes(backend, stack, change_set.definition)
        empty = change_set.kind == "UPDATE" and not plan.differs(backend, stack, change_set.definition)
        problem = NO_CHANGES if empty else None
    except Refused as error:
        found, problem = [], str(error)
    if problem:
        change_set.status, change_set.execution_status, change_set.reason = "FAILED", "UNAVAILABLE", problem
    return found


def named(backend: Any, asked: dict[str, Any]) -> ChangeSet:
    """The change set with this id, or with this name in the stack.

    Raises:
        Refused: there is none.
    """
    name, stack = asked["ChangeSetName"], asked.get("StackName")
    for found in backend.change_sets.values():
        if name == found.id or (name == found.name and stack in {found.stack_name, found.stack_id}):
            change_set: ChangeSet = found
            return change_set
    raise Refused(f"ChangeSet [{name}] does not exist", "ChangeSetNotFound")


def execute(backend: Any, asked: dict[str, Any]) -> None:
    """The change set is being executed; it and the others of its stack are used up then."""
    change_set = named(backend, asked)
    if change_set.execution_status == "OBSOLETE":
        raise Refused(
            f"ChangeSet [{change_set.id}] cannot be executed in its current execution status of [OBSOLETE]",
            "InvalidChangeSetStatus",
        )
    if change_set.execution_status != "AVAILABLE":
        raise Refused(
            f"ChangeSet [{change_set.id}] cannot be executed in its current status of [{change_set.status}]",
            "InvalidChangeSetStatus",
        )
    stack = requests.stack_named(backend, change_set.stack_id)
    if change_set.kind == "UPDATE":
        requests.check_updatable(stack)
    requests.configure(stack, {**asked, "Capabilities": change_set.capabilities, "RoleARN": change_set.role_arn})
    if change_set.on_failure:
        stack.on_failure = change_set.on_failure
    for other in requests.change_sets_of(backend, stack):
        del backend.change_sets[other.id]
    if change_set.kind == "CREATE":
        stack.definition = change_set.definition
        operations.in_background(lambda: operations.create(backend, stack), stack)
    else:
        operations.in_background(lambda: operations.update(backend, stack, change_set.definition), stack)
