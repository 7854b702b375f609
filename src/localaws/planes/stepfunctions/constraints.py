"""Members of requests that are out of bounds (AWS: Step Functions API Reference, ValidationException)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from localaws.planes.stepfunctions.services import operation


def apply() -> None:
    """A request with a member that is missing, too long, too large or none of its values is a ValidationException."""
    from moto.core.utils import camelcase_to_underscores
    from moto.stepfunctions.exceptions import ValidationException
    from moto.stepfunctions.responses import StepFunctionResponse

    plain = StepFunctionResponse.call_action

    def call_action(self: Any) -> Any:
        action = str(self._get_action())
        if found := list(problems(action, _body(self.body))):
            some = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: {'; '.join(found)}"

            def refuse() -> None:
                raise ValidationException(some)

            setattr(self, camelcase_to_underscores(action), refuse)
        return plain(self)

    StepFunctionResponse.call_action = call_action


def _body(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def problems(action: str, given: dict[str, Any]) -> Iterator[str]:
    """What the service's model does not allow, in AWS's words; members inside of others are left to the operation."""
    model = operation("stepfunctions", action)
    if model is None or model.input_shape is None:
        return
    for name in model.input_shape.required_members:
        if given.get(name) is None:
            yield f"Value null at '{name}' failed to satisfy constraint: Member must not be null"
    for name, shape in model.input_shape.members.items():
        if given.get(name) is not None and (limit := _limit(shape, given[name])) is not None:
            shown = given[name] if len(str(given[name])) <= 2000 else f"{str(given[name])[:2000]}..."
            yield f"Value '{shown}' at '{name}' failed to satisfy constraint: Member must {limit}"


def _limit(shape: Any, value: Any) -> str | None:
    bounds = shape.metadata
    if shape.type_name in ("integer", "long") and isinstance(value, int | float):
        return _outside("have value", bounds, value)
    if shape.type_name == "string" and isinstance(value, str):
        if bounds.get("enum") and value not in bounds["enum"]:
            return f"satisfy enum value set: [{', '.join(bounds['enum'])}]"
        return _outside("have length", bounds, len(value.encode()))
    return None


def _outside(what: str, bounds: dict[str, Any], size: float) -> str | None:
    if "max" in bounds and size > bounds["max"]:
        return f"{what} less than or equal to {bounds['max']}"
    if "min" in bounds and size < bounds["min"]:
        return f"{what} greater than or equal to {bounds['min']}"
    return None
