"""The operations that detect drift and tell what was found."""

from __future__ import annotations

import uuid
from typing import Any

from localaws import state
from localaws.planes.cloudformation import drift, requests
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.pages import page
from localaws.planes.cloudformation.stacks import Detection, Drift, Resource, Stack

Asked = dict[str, Any]
View = dict[str, Any]

#: Page "Detect unmanaged configuration changes …": the states of a stack in which drift can be detected.
STEADY = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"}
KEPT = 10  # detections of a stack whose end can be asked for


def detect(backend: Any, asked: Asked) -> View:
    """DetectStackDrift: the resources that can be read, or those that are named, have been compared."""
    stack = _steady(requests.stack_asked_for(backend, asked))
    named = asked.get("LogicalResourceIds") or []
    for name in named:
        _resource(stack, name)
    looked_at = [
        resource
        for resource in list(stack.resources.values())
        if drift.can_be_read(resource.type) and (not named or resource.logical_id in named)
    ]
    for resource in looked_at:
        drift.check(stack, resource)
    detection = _told(looked_at)
    stack.detections = (*stack.detections, detection)[-KEPT:]
    state.changed()
    return {"StackDriftDetectionId": detection.id}


def status(backend: Any, asked: Asked) -> View:
    """DescribeStackDriftDetectionStatus."""
    wanted = asked["StackDriftDetectionId"]
    for stack in [*backend.stacks.values(), *backend.deleted_stacks.values()]:
        for detection in stack.detections:
            if detection.id == wanted:
                return _detection_view(stack, detection)
    raise Refused(f"Drift detection with id {wanted} does not exist")


def detect_resource(backend: Any, asked: Asked) -> View:
    """DetectStackResourceDrift."""
    stack = _steady(requests.stack_asked_for(backend, asked))
    resource = _resource(stack, asked["LogicalResourceId"])
    if not drift.can_be_read(resource.type):
        raise Refused(f"Drift detection is not supported for resource type {resource.type}")
    drift.check(stack, resource)
    state.changed()
    assert resource.drift is not None
    return {"StackResourceDrift": drift_view(stack, resource, resource.drift)}


def drifts(backend: Any, asked: Asked) -> View:
    """DescribeStackResourceDrifts: resources that were checked, of the statuses that are asked for."""
    stack = requests.stack_asked_for(backend, asked)
    wanted = asked.get("StackResourceDriftStatusFilters") or []
    found = [
        drift_view(stack, resource, resource.drift)
        for resource in list(stack.resources.values())
        if resource.drift is not None and (not wanted or resource.drift.status in wanted)
    ]
    return page(asked, "StackResourceDrifts", found)


def drift_view(stack: Stack, resource: Resource, found: Drift) -> View:
    """Page "StackResourceDrift"."""
    return {
        "StackId": stack.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "ExpectedProperties": found.expected or None,
        "ActualProperties": found.actual or None,
        "PropertyDifferences": [
            {
                "PropertyPath": one.path,
                "ExpectedValue": one.expected,
                "ActualValue": one.actual,
                "DifferenceType": one.kind,
            }
            for one in found.differences
        ],
        "StackResourceDriftStatus": found.status,
        "DriftStatusReason": found.reason,
        "Timestamp": found.checked,
    }


def _told(looked_at: list[Resource]) -> Detection:
    """What the detection found of what it looked at: what an earlier one found of other resources is not its own."""
    whole, _ = drift.of_all(looked_at)
    found = [resource.drift for resource in looked_at if resource.drift is not None]
    drifted = sum(one.status in ("MODIFIED", "DELETED") for one in found)
    reasons = tuple(one.reason for one in found if one.status == "UNKNOWN" and one.reason)
    return Detection(str(uuid.uuid4()), whole, drifted, reasons)


def _detection_view(stack: Stack, detection: Detection) -> View:
    return {
        "StackId": stack.stack_id,
        "StackDriftDetectionId": detection.id,
        "StackDriftStatus": detection.status,
        "DetectionStatus": "DETECTION_FAILED" if detection.reasons else "DETECTION_COMPLETE",
        "DetectionStatusReason": "; ".join(detection.reasons) or None,
        "DriftedStackResourceCount": detection.drifted,
        "Timestamp": detection.started,
    }


def _steady(stack: Stack) -> Stack:
    if stack.status not in STEADY:
        raise Refused(f"Drift detection cannot be performed while stack [{stack.name}] is in {stack.status} state")
    return stack


def _resource(stack: Stack, name: str) -> Resource:
    if name not in stack.resources:
        raise Refused(f"Resource {name} does not exist for stack {stack.name}")
    return stack.resources[name]
