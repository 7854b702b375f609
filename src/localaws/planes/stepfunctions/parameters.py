"""Parameters and results of tasks: their members in PascalCase, in plain JSON.

AWS: "Learning to use AWS service SDK integrations" ("PascalCase") and "Integrating services".
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from localaws.planes.stepfunctions.services import operation


def to_request(value: Any, shape: Any, at: str = "Parameters") -> Any:
    """The value with boto's member names; a member that is not text where text is wanted becomes its JSON.

    Raises:
        ValueError: a member that the action does not have.
    """
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {_loose(member): member for member in shape.members}
        result = {}
        for key, item in value.items():
            name = names.get(_loose(key))
            if name is None:
                raise ValueError(f"The field '{key}' in {at} is not supported by Step Functions")
            result[name] = to_request(item, shape.members[name], key)
        return result
    if shape.type_name == "list" and isinstance(value, list):
        return [to_request(item, shape.member, at) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: to_request(item, shape.value, key) for key, item in value.items()}
    if shape.type_name == "string" and not isinstance(value, str):
        return json.dumps(value)
    if shape.type_name == "blob" and not isinstance(value, bytes):
        return value.encode() if isinstance(value, str) else json.dumps(value, separators=(",", ":")).encode()
    return value


def from_response(value: Any, shape: Any, cased: Any) -> Any:
    """The value with members in PascalCase; what a map holds keeps its names, as in DynamoDB items."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            cased(key): from_response(item, shape.members[key], cased) if key in shape.members else item
            for key, item in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [from_response(item, shape.member, cased) for item in value]
    return value


def plain(value: Any, *, milliseconds: bool) -> Any:
    """The value as JSON can hold it: moments as epoch milliseconds (optimized integrations) or else in ISO 8601."""
    if isinstance(value, dict):
        return {key: plain(item, milliseconds=milliseconds) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, milliseconds=milliseconds) for item in value]
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000) if milliseconds else iso(value)
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        return _text(value)
    return value


def iso(moment: datetime) -> str:
    """A moment as Step Functions writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_sdk(task: Any) -> bool:
    """Whether the task is an AWS SDK integration, not an optimized one."""
    return bool(task.resource.service_name == "aws-sdk")


def apply() -> None:
    """Every service integration goes through `to_request`, `from_response` and `plain`."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service,
        state_task_service_glue,
        state_task_service_sfn,
    )

    task = state_task_service.StateTaskService
    task._normalise_parameters = _normalise_parameters
    task._normalise_response = _normalise_response
    for module in (state_task_service_glue, state_task_service_sfn):
        module.to_json_str = _cause  # a failed job run or execution is the Cause, as JSON


def _normalise_parameters(
    self: Any, parameters: dict[str, Any], boto_service_name: str | None = None, service_action_name: str | None = None
) -> None:
    model = operation(boto_service_name or self.resource.api_name, service_action_name or self.resource.api_action)
    if model is not None and model.input_shape is not None:
        _replace(parameters, to_request(parameters, model.input_shape))


def _normalise_response(
    self: Any, response: Any, boto_service_name: str | None = None, service_action_name: str | None = None
) -> None:
    if not isinstance(response, dict):
        return
    model = operation(boto_service_name or self.resource.api_name, service_action_name or self.resource.api_action)
    value = response
    if model is not None and model.output_shape is not None:
        value = from_response(value, model.output_shape, self._to_sfn_cased)
    _replace(response, plain(value, milliseconds=not is_sdk(self)))


def _cause(value: Any, separators: tuple[str, str] | None = None) -> str:
    return json.dumps(plain(value, milliseconds=True), separators=separators, default=str)


def _replace(old: dict[str, Any], new: dict[str, Any]) -> None:
    old.clear()
    old.update(new)


def _loose(name: str) -> str:
    return name.replace("_", "").lower()


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
