"""What a request asks for and nothing carries out is refused by its name."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from localaws.planes.cloudformation import members
from localaws.planes.cloudformation.responses import OPERATIONS
from tests.localaws.cloudformation.conftest import Stacks
from tests.localaws.cloudformation.test_stacks import QUEUE

#: Members that an operation honours, or that only say how its answer is told.
HONOURED = {
    "Capabilities",
    "ChangeSetName",
    "ChangeSetType",
    "ClientRequestToken",
    "ClientToken",
    "DeletionMode",
    "Description",
    "DisableRollback",
    "EnableTerminationProtection",
    "ExportName",
    "LogicalResourceId",
    "LogicalResourceIds",
    "MaxResults",
    "NextToken",
    "OnFailure",
    "OnStackFailure",
    "Parameters",
    "PhysicalResourceId",
    "ResourcesToSkip",
    "RetainExceptOnCreate",
    "RetainResources",
    "RoleARN",
    "RollbackConfiguration",
    "StackDriftDetectionId",
    "StackName",
    "StackResourceDriftStatusFilters",
    "StackStatusFilter",
    "Tags",
    "TemplateBody",
    "TemplateStage",
    "TemplateURL",
    "TimeoutInMinutes",
    "UsePreviousTemplate",
}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_member_is_honoured_or_refused(operation: str) -> None:
    model = botocore.session.get_session().get_service_model("cloudformation")
    (name,) = [name for name in model.operation_names if xform_name(name) == operation]
    shape: Any = model.operation_model(name).input_shape
    assert set(shape.members if shape else {}) - HONOURED - members.REFUSED == set()


@pytest.mark.parametrize(
    ("operation", "given", "name"),
    [
        ("create_stack", {"StackPolicyBody": "{}"}, "StackPolicyBody"),
        ("create_stack", {"NotificationARNs": ["arn:aws:sns:us-east-1:123456789012:t"]}, "NotificationARNs"),
        ("create_stack", {"ResourceTypes": ["AWS::SQS::*"]}, "ResourceTypes"),
        (
            "create_stack",
            {"RollbackConfiguration": {"RollbackTriggers": [{"Arn": "a", "Type": "AWS::CloudWatch::Alarm"}]}},
            "RollbackConfiguration",
        ),
        ("update_stack", {"StackPolicyDuringUpdateBody": "{}"}, "StackPolicyDuringUpdateBody"),
        ("create_change_set", {"ChangeSetName": "c", "IncludeNestedStacks": True}, "IncludeNestedStacks"),
    ],
)
def test_what_is_not_carried_out_is_named(stacks: Stacks, operation: str, given: dict[str, Any], name: str) -> None:
    with pytest.raises(ClientError, match=f"NotImplemented: {name}"):
        getattr(stacks.api, operation)(StackName=stacks.name(), TemplateBody=stacks.text(QUEUE), **given)
    with pytest.raises(ClientError, match="does not exist"):
        stacks.describe()


@pytest.mark.parametrize(
    ("operation", "given", "name"),
    [
        ("set_stack_policy", {"StackPolicyBody": "{}"}, "SetStackPolicy"),
        ("cancel_update_stack", {}, "CancelUpdateStack"),
        ("delete_stack", {"DeletionMode": "FORCE_DELETE_STACK"}, "DeletionMode"),
    ],
)
def test_an_operation_that_is_not_there_is_named(
    stacks: Stacks, operation: str, given: dict[str, Any], name: str
) -> None:
    stacks.create(QUEUE)
    with pytest.raises(ClientError, match=f"NotImplemented: {name}"):
        getattr(stacks.api, operation)(StackName=stacks.name(), **given)
    assert stacks.status() == "CREATE_COMPLETE"
