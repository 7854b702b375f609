"""Parameters of a template and the values that a stack gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.template import Template

Values = dict[str, str]
SSM = "AWS::SSM::Parameter::Value<"


def values(template: Template, given: Values) -> Values:
    """The text that each parameter of the template has: what is given, else its default.

    Raises:
        Refused: one is given that the template does not have, has no value, or breaks its constraints.
    """
    declared: dict[str, dict[str, Any]] = template.get("Parameters") or {}
    extra = [name for name in given if name not in declared]
    if extra:
        raise Refused(f"Parameters: [{', '.join(extra)}] do not exist in the template")
    found = {name: _text(given.get(name, slot.get("Default"))) for name, slot in declared.items()}
    missing = [name for name, value in found.items() if value is None]
    if missing:
        raise Refused(f"Parameters: [{', '.join(missing)}] must have values")
    checked = {name: value for name, value in found.items() if value is not None}
    for name, value in checked.items():
        _check(name, value, declared[name])
    return checked


def resolved(template: Template, found: Values, ssm: Callable[[str], str]) -> dict[str, Any]:
    """What a Ref to each parameter gives: text, or a list of it; SSM parameters are looked up with `ssm`."""
    declared: dict[str, dict[str, Any]] = template.get("Parameters") or {}
    return {name: _value(value, declared[name].get("Type", "String"), ssm) for name, value in found.items()}


def shown(template: Template, found: Values) -> list[dict[str, str]]:
    """Parameters as DescribeStacks lists them: NoEcho ones are masked."""
    declared: dict[str, dict[str, Any]] = template.get("Parameters") or {}
    hidden = {name for name, slot in declared.items() if str(slot.get("NoEcho", "")).lower() == "true"}
    return [
        {"ParameterKey": name, "ParameterValue": "****" if name in hidden else value} for name, value in found.items()
    ]


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _value(value: str, kind: str, ssm: Callable[[str], str]) -> Any:
    if kind.startswith(SSM):
        return _value(ssm(value), kind.removeprefix(SSM).removesuffix(">"), ssm)
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [item.strip() for item in value.split(",")] if value else []
    return value


def _check(name: str, value: str, slot: dict[str, Any]) -> None:
    """Page "Parameters": the constraints of each, and the messages that break them."""
    items = value.split(",") if slot.get("Type") in {"CommaDelimitedList", "List<Number>"} else [value]
    told = slot.get("ConstraintDescription")
    for item in items:
        problem = _problem(item.strip() if len(items) > 1 else item, slot)
        if problem:
            raise Refused(f"Parameter '{name}' must {told if told and problem[1] else problem[0]}")


def _problem(value: str, slot: dict[str, Any]) -> tuple[str, bool] | None:
    """What the value must be and is not, and whether the template's own words may say it."""
    if slot.get("Type") in {"Number", "List<Number>"}:
        if not re.fullmatch(r"-?\d+(\.\d+)?", value):
            return "be a number", False
        return _range(float(value), slot, "Value", "be a number")
    if "AllowedValues" in slot and value not in [_text(allowed) for allowed in slot["AllowedValues"]]:
        return "be one of AllowedValues", True
    if "AllowedPattern" in slot and not re.fullmatch(slot["AllowedPattern"], value):
        return f"match pattern {slot['AllowedPattern']}", True
    return _range(len(value), slot, "Length", "contain")


def _range(size: float, slot: dict[str, Any], what: str, must: str) -> tuple[str, bool] | None:
    low, high = slot.get(f"Min{what}"), slot.get(f"Max{what}")
    unit = "" if what == "Value" else " characters"
    if "AllowedValues" in slot and what == "Value" and str(size) not in map(str, map(float, slot["AllowedValues"])):
        return "be one of AllowedValues", True
    if low is not None and size < float(low):
        return f"{must} at least {low}{unit}" if unit else f"be a number not less than {low}", True
    if high is not None and size > float(high):
        return f"{must} at most {high}{unit}" if unit else f"be a number not greater than {high}", True
    return None
