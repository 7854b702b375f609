"""DynamoDB's attribute values and expressions, out of plain Python values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Item: TypeAlias = dict[str, Any]


def pack(value: Any) -> dict[str, Any]:
    """A value as DynamoDB writes it."""
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list() | tuple():
            return {"L": [pack(element) for element in value]}
    raise TypeError(f"DynamoDB values here are bool, int, str or lists of them, got {type(value).__name__}")


def unpack(value: Mapping[str, Any]) -> Any:
    """A value as Python writes it; numbers here are whole."""
    [(kind, content)] = value.items()
    if kind == "N":
        return int(content)
    return [unpack(element) for element in content] if kind == "L" else content


def item(values: Mapping[str, Any]) -> Item:
    """An item; what is None is not there."""
    return {name: pack(value) for name, value in values.items() if value is not None}


def plain(found: Mapping[str, Any]) -> dict[str, Any]:
    """An item's values."""
    return {name: unpack(value) for name, value in found.items()}


def update(key: Item, values: Mapping[str, Any], condition: str = "", **known: Any) -> dict[str, Any]:
    """The parameters of an update that sets the values; `known` are the values that the condition names with a colon.

    Attributes are named with a # in the condition, as half of DynamoDB's nouns are reserved words.
    """
    present = {name: value for name, value in values.items() if value is not None}
    parameters: dict[str, Any] = {
        "Key": key,
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :new_{name}" for name in present),
        "ExpressionAttributeValues": item({f":new_{name}": value for name, value in present.items()} | _marked(known)),
        "ExpressionAttributeNames": {f"#{name}": name for name in {*present, *_named(condition)}},
    }
    return parameters | ({"ConditionExpression": condition} if condition else {})


def conditional(condition: str, **known: Any) -> dict[str, Any]:
    """The parameters of a condition that stands alone."""
    names, values = {f"#{name}": name for name in _named(condition)}, item(_marked(known))
    parameters: dict[str, Any] = {"ConditionExpression": condition}
    parameters |= {"ExpressionAttributeNames": names} if names else {}
    return parameters | ({"ExpressionAttributeValues": values} if values else {})


def _marked(known: Mapping[str, Any]) -> dict[str, Any]:
    return {f":{name}": value for name, value in known.items()}


def _named(condition: str) -> list[str]:
    return re.findall(r"#(\w+)", condition)


def projection(only: str) -> dict[str, Any]:
    """The parameters that ask for these attributes, named with spaces between them; for all where none is named."""
    names = only.split()
    if not names:
        return {}
    return {
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
    }
