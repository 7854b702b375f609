"""Stacks, events, resources and change sets as the API shows them."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation import capabilities, drift, outputs, parameters, template
from localaws.planes.cloudformation.stacks import Change, ChangeSet, Event, Resource, Stack

View = dict[str, Any]


def stack_view(stack: Stack) -> View:
    """Page "Stack". What there is none of is not there, but for tags and topics, whose lists are empty, as on AWS."""
    declared = template.parse(stack.definition.text) if stack.definition.text else {}
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "Description": stack.description,
        "Parameters": parameters.shown(declared, stack.definition.parameters) or None,
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "RollbackConfiguration": {},
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DisableRollback": stack.on_failure == "DO_NOTHING",
        "NotificationARNs": stack.notification_arns,
        "TimeoutInMinutes": stack.timeout_minutes,
        "Capabilities": stack.capabilities or None,
        "Outputs": [
            {"OutputKey": out.key, "OutputValue": out.value, "Description": out.description, "ExportName": out.export}
            for out in stack.outputs
        ]
        or None,
        "RoleARN": stack.role_arn,
        "Tags": pairs(stack.tags),
        "EnableTerminationProtection": stack.termination_protection,
        "ParentId": stack.parent_id,
        "RootId": stack.root_id,
        "DriftInformation": _stack_drift(stack),
    }


def stack_summary(stack: Stack) -> View:
    """Page "StackSummary"."""
    whole = stack_view(stack)
    same = ("StackId", "StackName", "CreationTime", "LastUpdatedTime", "DeletionTime", "StackStatus")
    more = ("StackStatusReason", "ParentId", "RootId", "DriftInformation")
    return {**{name: whole[name] for name in (*same, *more)}, "TemplateDescription": stack.description}


def event_view(event: Event) -> View:
    """Page "StackEvent"."""
    return {
        "StackId": event.stack_id,
        "EventId": event.id,
        "StackName": event.stack_name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": event.timestamp,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
    }


def resource_view(stack: Stack, resource: Resource) -> View:
    """Pages "StackResource", "StackResourceDetail" and "StackResourceSummary"."""
    return {
        "StackName": stack.name,
        "StackId": stack.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id or None,
        "ResourceType": resource.type,
        "Timestamp": resource.updated,
        "LastUpdatedTimestamp": resource.updated,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
        "DriftInformation": _resource_drift(resource),
    }


def _stack_drift(stack: Stack) -> View:
    """Page "StackDriftInformation"."""
    status, checked = drift.of_stack(stack)
    return {"StackDriftStatus": status, "LastCheckTimestamp": checked}


def _resource_drift(resource: Resource) -> View:
    """Page "StackResourceDriftInformation"."""
    if resource.drift is None:
        return {"StackResourceDriftStatus": "NOT_CHECKED"}
    return {"StackResourceDriftStatus": resource.drift.status, "LastCheckTimestamp": resource.drift.checked}


def change_view(change: Change) -> View:
    """Page "ResourceChange"."""
    found: View = {
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "PhysicalResourceId": change.physical_id,
        "ResourceType": change.type,
        "Replacement": change.replacement,
    }
    if change.action == "Modify":
        found["Scope"] = ["Properties"]
        found["Details"] = [{"Target": {"Attribute": "Properties", "Name": name}} for name in change.properties]
    return {"Type": "Resource", "ResourceChange": found}


def change_set_view(change_set: ChangeSet) -> View:
    """Pages "DescribeChangeSet" and "ChangeSetSummary"."""
    declared = template.parse(change_set.definition.text)
    return {
        "ChangeSetName": change_set.name,
        "ChangeSetId": change_set.id,
        "StackId": change_set.stack_id,
        "StackName": change_set.stack_name,
        "Description": change_set.description,
        "Parameters": parameters.shown(declared, change_set.definition.parameters),
        "CreationTime": change_set.created,
        "ExecutionStatus": change_set.execution_status,
        "Status": change_set.status,
        "StatusReason": change_set.reason,
        "NotificationARNs": change_set.notification_arns,
        "RollbackConfiguration": {},
        "Capabilities": change_set.capabilities,
        "Tags": pairs(change_set.definition.tags),
        "Changes": [change_view(change) for change in change_set.changes],
        "IncludeNestedStacks": False,
    }


def template_summary(text: str) -> View:
    """Pages "GetTemplateSummary" and "ValidateTemplate"."""
    found = template.parse(text)
    needed = capabilities.required(found) if "Resources" in found else []
    types = [resource["Type"] for resource in found.get("Resources", {}).values()]
    return {
        "Parameters": [_parameter(name, slot) for name, slot in (found.get("Parameters") or {}).items()],
        "Description": found.get("Description"),
        "Capabilities": needed or None,
        "CapabilitiesReason": f"The following resource(s) require capabilities: [{', '.join(types)}]"
        if needed
        else None,
        "ResourceTypes": list(dict.fromkeys(types)),
        "Version": found.get("AWSTemplateFormatVersion"),
    }


def _parameter(name: str, slot: View) -> View:
    default = slot.get("Default")
    allowed = slot.get("AllowedValues")
    return {
        "ParameterKey": name,
        "DefaultValue": None if default is None else str(default),
        "ParameterType": slot.get("Type", "String"),
        "NoEcho": str(slot.get("NoEcho", "")).lower() == "true",
        "Description": slot.get("Description"),
        "ParameterConstraints": {"AllowedValues": [str(value) for value in allowed]} if allowed else {},
    }


def export_view(export: outputs.Export) -> View:
    """Page "Export"."""
    return {"ExportingStackId": export.exporting_stack_id, "Name": export.name, "Value": export.value}


def pairs(tags: dict[str, str]) -> list[View]:
    """Tags as the API lists them."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]
