"""The operations of the CloudFormation API, in place of moto's."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from localaws.planes.cloudformation import (
    change_sets,
    detection,
    members,
    outputs,
    requests,
    rollbacks,
    template,
    views,
)
from localaws.planes.cloudformation.errors import Refused, answer
from localaws.planes.cloudformation.pages import page
from localaws.planes.cloudformation.rows import ROWS
from localaws.planes.cloudformation.stacks import Stack

Asked = dict[str, Any]
Operation = Callable[[Any, Asked], Any]

#: Of moto's operations, those that rest on its own stacks and that nothing stands in for here.
NOT_EMULATED = (
    "create_stack_instances",
    "create_stack_set",
    "delete_stack_instances",
    "delete_stack_set",
    "describe_stack_instance",
    "describe_stack_set",
    "describe_stack_set_operation",
    "list_stack_instances",
    "list_stack_set_operation_results",
    "list_stack_set_operations",
    "list_stack_sets",
    "stop_stack_set_operation",
    "update_stack_instances",
    "update_stack_set",
    "cancel_update_stack",
    "set_stack_policy",
)


def apply() -> None:
    """moto answers CloudFormation's operations with ours."""
    from moto.cloudformation.responses import CloudFormationResponse

    CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER = {}  # for moto's own objects
    for name, operation in OPERATIONS.items():
        setattr(CloudFormationResponse, name, _action(_checked(operation)))
    for name in NOT_EMULATED:
        setattr(CloudFormationResponse, name, _action(functools.partial(_not_emulated, name)))


def _action(operation: Operation) -> Callable[[Any], Any]:
    def action(self: Any) -> Any:
        from moto.core.responses import ActionResult, EmptyResult

        try:
            found = operation(self.cloudformation_backend, dict(self.params))
        except Refused as error:
            raise answer(error) from error
        return EmptyResult() if found is None else ActionResult(found)

    return action


def _checked(operation: Operation) -> Operation:
    def checked(backend: Any, asked: Asked) -> Any:
        members.check(asked)
        return operation(backend, asked)

    return checked


def _not_emulated(name: str, _: Any, __: Asked) -> Any:
    title = "".join(part.capitalize() for part in name.split("_"))
    raise Refused(f"localaws: NotImplemented: {title}", "NotImplemented")


def _create_stack(backend: Any, asked: Asked) -> Asked:
    return {"StackId": requests.create_stack(backend, asked).stack_id}


def _update_stack(backend: Any, asked: Asked) -> Asked:
    return {"StackId": requests.update_stack(backend, asked).stack_id}


def _create_change_set(backend: Any, asked: Asked) -> Asked:
    found = change_sets.create(backend, asked)
    return {"Id": found.id, "StackId": found.stack_id}


def _delete_change_set(backend: Any, asked: Asked) -> None:
    try:
        found = change_sets.named(backend, asked)
    except Refused:
        return  # page "DeleteChangeSet": no error
    del backend.change_sets[found.id]


def _execute_change_set(backend: Any, asked: Asked) -> Asked:
    change_sets.execute(backend, asked)
    return {}


def _list_change_sets(backend: Any, asked: Asked) -> Asked:
    stack = requests.stack_asked_for(backend, asked)
    found = [item for item in backend.change_sets.values() if item.stack_id == stack.stack_id]
    return page(asked, "Summaries", [views.change_set_view(item) for item in found])


def _describe_stacks(backend: Any, asked: Asked) -> Asked:
    name = asked.get("StackName")
    found = [requests.stack_named(backend, name)] if name else _newest_first(backend.stacks.values())
    return page(asked, "Stacks", [views.stack_view(stack) for stack in found])


def _newest_first(stacks: Iterable[Stack]) -> list[Stack]:
    """As AWS lists them: no page says so, and moto's test of conditions, which was run against AWS, builds on it."""
    return sorted(stacks, key=lambda stack: stack.created, reverse=True)


def _list_stacks(backend: Any, asked: Asked) -> Asked:
    wanted = asked.get("StackStatusFilter") or []
    found = _newest_first([*backend.stacks.values(), *backend.deleted_stacks.values()])
    summaries = [views.stack_summary(stack) for stack in found if not wanted or stack.status in wanted]
    return page(asked, "StackSummaries", summaries)


def _events(backend: Any, asked: Asked) -> Asked:
    stack = requests.stack_asked_for(backend, asked)
    return page(asked, "StackEvents", [views.event_view(event) for event in reversed(stack.events)])


def _resource(backend: Any, asked: Asked) -> Asked:
    stack, name = requests.stack_asked_for(backend, asked), asked["LogicalResourceId"]
    if name not in stack.resources:
        raise Refused(f"Resource {name} does not exist for stack {stack.name}")
    return {"StackResourceDetail": views.resource_view(stack, stack.resources[name])}


def _resources(backend: Any, asked: Asked) -> Asked:
    physical, name = asked.get("PhysicalResourceId"), asked.get("LogicalResourceId")
    if physical:
        stack = next((found for found in list(backend.stacks.values()) if _holds(found, physical)), None)
        if stack is None:
            raise Refused(f"Stack for {physical} does not exist")
    else:
        stack = requests.stack_asked_for(backend, asked)
    found = [item for item in list(stack.resources.values()) if name in {None, item.logical_id}]
    return {"StackResources": [views.resource_view(stack, item) for item in found]}


def _holds(stack: Any, physical: str) -> bool:
    return any(resource.physical_id == physical for resource in list(stack.resources.values()))


def _resource_summaries(backend: Any, asked: Asked) -> Asked:
    stack = requests.stack_asked_for(backend, asked)
    found = [views.resource_view(stack, item) for item in list(stack.resources.values())]
    return page(asked, "StackResourceSummaries", found)


def _get_template(backend: Any, asked: Asked) -> Asked:
    if asked.get("ChangeSetName"):
        text = change_sets.named(backend, asked).definition.text
    else:
        text = requests.stack_asked_for(backend, asked).definition.text
    return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}


def _get_template_summary(backend: Any, asked: Asked) -> Asked:
    if asked.get("StackName"):
        return views.template_summary(requests.stack_asked_for(backend, asked).definition.text)
    return views.template_summary(requests.template_text(asked, backend.region_name))


def _validate_template(backend: Any, asked: Asked) -> Asked:
    text = requests.template_text(asked, backend.region_name)
    found = template.parse(text)
    template.check(found, set(ROWS))
    template.order(found)
    return views.template_summary(text)


def _list_exports(backend: Any, asked: Asked) -> Asked:
    return page(asked, "Exports", [views.export_view(export) for export in backend.exports.values()])


def _list_imports(backend: Any, asked: Asked) -> Asked:
    name = asked["ExportName"]
    found = outputs.importers(backend, name)
    if not found:
        raise Refused(f"Export '{name}' is not imported by any stack.")
    return page(asked, "Imports", found)


def _protect(backend: Any, asked: Asked) -> Asked:
    stack = requests.stack_asked_for(backend, asked)
    stack.termination_protection = bool(asked["EnableTerminationProtection"])
    return {"StackId": stack.stack_id}


def _get_stack_policy(backend: Any, asked: Asked) -> Asked:
    """A stack without a policy has none to tell (page "GetStackPolicy"); SetStackPolicy is refused."""
    requests.stack_asked_for(backend, asked)
    return {}


OPERATIONS: dict[str, Operation] = {
    "continue_update_rollback": rollbacks.continue_update_rollback,
    "create_change_set": _create_change_set,
    "create_stack": _create_stack,
    "delete_change_set": _delete_change_set,
    "delete_stack": requests.delete_stack,
    "describe_stack_drift_detection_status": detection.status,
    "describe_stack_resource_drifts": detection.drifts,
    "detect_stack_drift": detection.detect,
    "detect_stack_resource_drift": detection.detect_resource,
    "describe_change_set": lambda backend, asked: views.change_set_view(change_sets.named(backend, asked)),
    "describe_stack_events": _events,
    "describe_stack_resource": _resource,
    "describe_stack_resources": _resources,
    "describe_stacks": _describe_stacks,
    "execute_change_set": _execute_change_set,
    "get_stack_policy": _get_stack_policy,
    "get_template": _get_template,
    "get_template_summary": _get_template_summary,
    "list_change_sets": _list_change_sets,
    "list_exports": _list_exports,
    "list_imports": _list_imports,
    "list_stack_resources": _resource_summaries,
    "list_stacks": _list_stacks,
    "rollback_stack": rollbacks.rollback_stack,
    "update_stack": _update_stack,
    "update_termination_protection": _protect,
    "validate_template": _validate_template,
}
