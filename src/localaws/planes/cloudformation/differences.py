"""Where what a resource is differs from what its template says (page "PropertyDifference").

Only what the template says is compared: what it leaves to defaults may be anything. Lists are compared in order where
the type's schema does not say that their order means nothing. In a policy it never does (page "IAM JSON policy
elements: Statement"); in other free documents it may: the choices of a state machine are tried one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from localaws.planes.cloudformation import schema
from localaws.planes.cloudformation.schema import Props
from localaws.planes.cloudformation.stacks import Difference

#: What a schema would say of a policy and all within it.
POLICY: schema.Schema = {"insertionOrder": False}
POLICY |= {"items": POLICY, "additionalProperties": POLICY}
DYNAMIC = "{{resolve:"  # what a dynamic reference stands for is never kept, so that it cannot be compared


def between(kind: str, expected: Props, actual: Props) -> list[Difference]:
    """What differs between the properties that the template gives and those that the resource has."""
    whole = schema.of(kind)
    found = (_at(name, expected[name], actual.get(name), whole, whole) for name in expected)
    return [difference for differences in found for difference in differences]


def _at(path: str, expected: Any, actual: Any, part: Any, root: schema.Schema) -> Iterator[Difference]:
    """The differences of a member, whose name ends the path, of the part."""
    inner = schema.resolved(schema.member(path.rpartition("/")[2], part, root), root) if part else {}
    yield from _compare("/" + path, expected, actual, inner, root)


def _compare(path: str, expected: Any, actual: Any, part: Any, root: schema.Schema) -> Iterator[Difference]:
    expected, actual = _structured(expected, actual), _structured(actual, expected)
    if actual is None:
        if not _empty(expected):
            yield Difference(path, _text(expected), "null", "REMOVE")
    elif isinstance(expected, dict) and isinstance(actual, dict):
        part = POLICY if "Statement" in expected and _free(part, root) else part
        for name, value in expected.items():
            yield from _at(f"{path[1:]}/{name}", value, actual.get(name), part, root)
        more = [name for name in actual if name not in expected] if _free(part, root) else []
        yield from (Difference(f"{path}/{name}", "null", _text(actual[name]), "ADD") for name in more)
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _lists(path, expected, actual, part, root)
    elif not _same(expected, actual):
        yield Difference(path, _text(expected), _text(actual), "NOT_EQUAL")


def _lists(path: str, expected: list[Any], actual: list[Any], part: Any, root: schema.Schema) -> Iterator[Difference]:
    items = schema.resolved(part.get("items", {}), root)
    left, extra = list(enumerate(expected)), list(enumerate(actual))
    if _unordered(part):
        left, extra = _unmatched(left, extra, items, root)
    for (place, wanted), (_, found) in zip(left, extra, strict=False):
        yield from _compare(f"{path}/{place}", wanted, found, items, root)
    paired = min(len(left), len(extra))
    for place, wanted in left[paired:]:
        yield Difference(f"{path}/{place}", _text(wanted), "null", "REMOVE")
    for place, found in extra[paired:]:
        yield Difference(f"{path}/{place}", "null", _text(found), "ADD")


def _unmatched(
    expected: list[tuple[int, Any]], actual: list[tuple[int, Any]], items: Any, root: schema.Schema
) -> tuple[list[tuple[int, Any]], list[tuple[int, Any]]]:
    """What is left when each expected item was paired with an actual one that does not differ from it."""
    missing, left = [], list(actual)
    for place, wanted in expected:
        same = next((one for one in left if not any(_compare("", wanted, one[1], items, root))), None)
        if same is None:
            missing.append((place, wanted))
        else:
            left.remove(same)
    return missing, left


def _free(part: Any, root: schema.Schema) -> bool:
    """The schema names no members: in a policy or a map of arguments, one more is a difference."""
    return not any("properties" in one for one in [part, *schema.options(part, root)])


def _unordered(part: Any) -> bool:
    return part.get("insertionOrder") is False or bool(part.get("uniqueItems"))


def _structured(value: Any, other: Any) -> Any:
    """A JSON text as data where the other side is data, or a text too; one thing as a list where the other is one."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[") and DYNAMIC not in value:
        with suppress(json.JSONDecodeError):
            value = json.loads(value)
    if isinstance(other, list) and not isinstance(value, list) and value is not None:
        return [value]
    return value


def _same(expected: Any, actual: Any) -> bool:
    if expected == actual or DYNAMIC in str(expected) or _number(expected, actual):
        return True
    one, other = _plain(expected), _plain(actual)
    if one == other:
        return True
    whole = other.startswith("arn:") and not one.startswith("arn:")  # a service may tell the ARN of what has a name
    return whole and bool(one) and other.endswith((f"/{one}", f":{one}"))


def _number(one: Any, other: Any) -> bool:
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False


def _plain(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _empty(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, list | dict | str) and not value)


def _text(value: Any) -> str:
    return json.dumps(value, default=str) if isinstance(value, dict | list) else _plain(value)
