"""What `aws-sdk:<service>:<action>` names, in boto's words and in those of error names.

AWS: "Learning to use AWS service SDK integrations". Service names are the packages of the AWS SDK for Java 2.x.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name

_SESSION = botocore.session.Session()

#: Packages whose name is not boto's name without hyphens.
_BOTO_NAMES = {
    "applicationautoscaling": "application-autoscaling",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "eventbridge": "events",
    "sfn": "stepfunctions",
    "states": "stepfunctions",
}


@cache
def boto_name(service: str) -> str:
    """boto's name of a service that a definition names; unchanged when there is none."""
    name = service.lower()
    if name in _BOTO_NAMES:
        return _BOTO_NAMES[name]
    known: dict[str, str] = {candidate.replace("-", ""): candidate for candidate in _SESSION.get_available_services()}
    return known.get(name, service)


@cache
def operation(service: str, action: str) -> Any:
    """botocore's model of an action, whatever its spelling; None when the service or the action does not exist."""
    if boto_name(service) not in _SESSION.get_available_services():
        return None
    model = _SESSION.get_service_model(boto_name(service))
    wanted = action.replace("_", "").lower()
    return next((model.operation_model(name) for name in model.operation_names if name.lower() == wanted), None)


@cache
def error_prefix(service: str) -> str:
    """The part of an error name before its dot, as the Java SDK names its client: DynamoDb, RedshiftData, Sfn."""
    if boto_name(service) not in _SESSION.get_available_services():
        return service
    service_id = str(_SESSION.get_service_model(boto_name(service)).service_id)
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+\d*|\d+", service_id)
    return "".join(word[:1].upper() + word[1:].lower() for word in words)


def apply() -> None:
    """Services and actions are found by their Java names; one that does not exist refuses the definition."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service,
        state_task_service_aws_sdk,
        state_task_service_unsupported,
    )

    task = state_task_service.StateTaskService
    task._get_boto_service_name = lambda self, name=None: boto_name(name or self.resource.api_name)
    task._get_boto_service_action = _action
    sdk = state_task_service_aws_sdk.StateTaskServiceAwsSdk
    sdk._normalise_service_error_name = staticmethod(error_prefix)
    sdk._validate_service_integration_is_supported = _refuse_unknown
    state_task_service_unsupported.StateTaskServiceUnsupported._validate_service_integration_is_supported = _refuse


def _action(self: Any, service_action_name: str | None = None) -> str:
    action = service_action_name or self.resource.api_action
    model = operation(self.resource.api_name, action)
    return str(xform_name(model.name)) if model else action


def _refuse_unknown(self: Any) -> None:
    if operation(self.resource.api_name, self.resource.api_action) is None:
        raise ValueError(
            f"The resource provided {self.resource.resource_arn} is not recognized. "
            "The value is not a valid resource ARN, or the resource is not available in this region."
        )


def _refuse(self: Any) -> None:
    raise ValueError(
        f"NotImplemented: localaws does not emulate the optimized integration {self.resource.resource_arn}; "
        f"use arn:aws:states:::aws-sdk:{self.resource.service_name}:… and poll"
    )
