"""What the operations on stacks do before the work itself: checks, and finding what is meant."""

from __future__ import annotations

import re
from typing import Any

from localaws.planes.cloudformation import capabilities, conditional, operations, parameters, plan, resolve, template
from localaws.planes.cloudformation.errors import Refused, unknown_stack
from localaws.planes.cloudformation.nested import fetch
from localaws.planes.cloudformation.parameters import Values
from localaws.planes.cloudformation.rows import ROWS
from localaws.planes.cloudformation.stacks import ChangeSet, Definition, Stack

UPDATABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED"}
NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


def live_stack(backend: Any, name: str) -> Stack | None:
    """The stack that has this name or id and is not deleted."""
    for stack in list(backend.stacks.values()):
        if name in {stack.stack_id, stack.name}:
            found: Stack = stack
            return found
    return None


def stack_named(backend: Any, name: str) -> Stack:
    """The stack with this name, or with this id even when it is deleted.

    Raises:
        Refused: there is none.
    """
    found = live_stack(backend, name) or backend.deleted_stacks.get(name)
    if found is None:
        raise unknown_stack(name)
    stack: Stack = found
    return stack


def stack_asked_for(backend: Any, asked: dict[str, Any]) -> Stack:
    """The stack that the request names.

    Raises:
        Refused: it names none, or one that is not there.
    """
    if not asked.get("StackName"):
        raise Refused(
            "1 validation error detected: Value at 'stackName' failed to satisfy constraint: Member must not be null"
        )
    return stack_named(backend, asked["StackName"])


def template_text(asked: dict[str, Any], region: str, before: Stack | None = None) -> str:
    """The template that a request gives: its body, the object at its URL, or the one that the stack has."""
    body, url, previous = asked.get("TemplateBody"), asked.get("TemplateURL"), asked.get("UsePreviousTemplate")
    if previous and (body or url):
        raise Refused("You cannot specify both usePreviousTemplate and Template Body/Template URL.")
    if body and url:
        raise Refused("You cannot specify both Template Body and Template URL.")
    if body:
        if len(body.encode()) > template.MAX_BODY:
            raise Refused(
                f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have"
                f" length less than or equal to {template.MAX_BODY}"
            )
        return str(body)
    if url:
        return fetch(url, region)
    if previous and before is not None:
        return before.definition.text
    raise Refused("Either Template URL or Template Body must be specified.")


def definition(asked: dict[str, Any], region: str, before: Stack | None = None) -> Definition:
    """The checked definition that a request gives, with what it takes over from the stack before.

    Raises:
        Refused: the template, a parameter or a missing capability is at fault.
    """
    text = template_text(asked, region, before)
    found = template.parse(text)
    template.check(found, set(ROWS))
    template.order(found)
    old = before.definition if before else Definition("", {}, {})
    values = parameters.values(found, _given(asked.get("Parameters") or [], old.parameters))
    capabilities.check(found, asked.get("Capabilities") or [])
    tags = {tag["Key"]: tag["Value"] for tag in asked.get("Tags") or []}
    return Definition(text, values, tags or dict(old.tags))


def _given(asked: list[dict[str, Any]], before: Values) -> Values:
    found: Values = {}
    for parameter in asked:
        name = parameter["ParameterKey"]
        if not parameter.get("UsePreviousValue"):
            found[name] = parameter.get("ParameterValue", "")
        elif parameter.get("ParameterValue"):
            raise Refused(
                f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true and non empty value"
                " for a parameter"
            )
        elif name in before:
            found[name] = before[name]
    return found


def check_name(name: str) -> None:
    """The name is one that a stack or change set may have."""
    if not NAME.fullmatch(name):
        raise Refused(
            f"1 validation error detected: Value '{name}' failed to satisfy constraint: Member must satisfy regular"
            " expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )


def check_conditional(backend: Any, stack: Stack, wanted: Definition) -> None:
    """The definition can be carried out with its parameters, whose values decide what is made.

    Raises:
        Refused: what is made refers to what is not, or a parameter is not in the parameter store.
    """
    conditional.check(resolve.scope(backend, stack, template.parse(wanted.text), wanted, stack.resources))


def check_updatable(stack: Stack) -> None:
    """Nothing stands in the way of an update.

    Raises:
        Refused: something is going on, or the stack can only be deleted.
    """
    if stack.status not in UPDATABLE:
        raise Refused(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def configure(stack: Stack, asked: dict[str, Any]) -> None:
    """The stack has what a request says beside its definition."""
    stack.capabilities = asked.get("Capabilities") or stack.capabilities
    stack.role_arn = asked.get("RoleARN") or stack.role_arn
    stack.retain_except_on_create = bool(asked.get("RetainExceptOnCreate"))
    disabled = asked.get("DisableRollback")
    stack.on_failure = asked.get("OnFailure") or ("DO_NOTHING" if disabled else "ROLLBACK")


def create_stack(backend: Any, asked: dict[str, Any]) -> Stack:
    """A new stack, whose creation has begun."""
    name = asked["StackName"]
    check_name(name)
    if live_stack(backend, name):
        raise Refused(f"Stack [{name}] already exists", "AlreadyExistsException")
    stack = operations.new_stack(backend, name, definition(asked, backend.region_name))
    configure(stack, asked)
    check_conditional(backend, stack, stack.definition)
    stack.termination_protection = bool(asked.get("EnableTerminationProtection"))
    stack.timeout_minutes = asked.get("TimeoutInMinutes")
    backend.stacks[stack.stack_id] = stack
    operations.in_background(lambda: operations.create(backend, stack), stack)
    return stack


def update_stack(backend: Any, asked: dict[str, Any]) -> Stack:
    """The stack, whose update has begun.

    Raises:
        Refused: among others when the update would change nothing.
    """
    stack = stack_named(backend, asked["StackName"])
    wanted = definition(asked, stack.region, stack)
    check_updatable(stack)
    configure(stack, asked)
    check_conditional(backend, stack, wanted)
    if not plan.differs(backend, stack, wanted):
        raise Refused("No updates are to be performed.")
    for other in change_sets_of(backend, stack):
        if other.execution_status == "AVAILABLE":
            other.execution_status = "OBSOLETE"  # page "ExecutionStatus": the stack is not the one it was made for
    operations.in_background(lambda: operations.update(backend, stack, wanted), stack)
    return stack


def delete_stack(backend: Any, asked: dict[str, Any]) -> None:
    """The deletion of the stack has begun; one that is not there is no error (page "DeleteStack")."""
    stack = live_stack(backend, asked["StackName"])
    if stack is None:
        return
    if stack.busy:
        raise Refused(f"Stack [{stack.name}] cannot be deleted while in status {stack.status}")
    if stack.termination_protection:
        raise Refused(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    retain = tuple(asked.get("RetainResources") or ())
    stack.role_arn = asked.get("RoleARN") or stack.role_arn
    operations.in_background(lambda: operations.delete(backend, stack, retain), stack)


def change_sets_of(backend: Any, stack: Stack) -> list[ChangeSet]:
    """The change sets of the stack that have not been executed."""
    return [found for found in backend.change_sets.values() if found.stack_id == stack.stack_id]
