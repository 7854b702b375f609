"""A row says how one resource type is created, changed and deleted through the service's own API."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localaws.planes.cloudformation.context import Context

Props = dict[str, Any]
Create = Callable[[Context, Props], str]
Update = Callable[[Context, str, Props, Props], None]
Delete = Callable[[Context, str, Props], None]
Attributes = Callable[[Context, str, Props], dict[str, Any]]


def _none(_: Context, __: str, ___: Props) -> dict[str, Any]:
    return {}


def _same(props: Props) -> Props:
    return props


def _never(_: Context, __: str, ___: Props) -> bool:
    return False


@dataclass(frozen=True)
class Row:
    """How one resource type lives.

    `create` answers the physical id, which is what Ref gives; `update` gets the id, the new properties and the
    old ones, and without it every change is a replacement; `attributes` are what Fn::GetAtt gives.
    `name` is the property that CloudFormation makes up when it is left out. Properties that are not in `honours`
    are refused, since nothing here would come of them.
    """

    type: str
    honours: frozenset[str]
    create: Create
    delete: Delete
    update: Update | None = None
    attributes: Attributes = _none
    name: str = ""
    name_limit: int = 63
    lower: bool = False  # a generated name is in lower case
    normalize: Callable[[Props], Props] = _same  # spellings that mean the same become one
    drifted: Callable[[Context, str, Props], bool] = _never  # it would change although its properties do not


def names(text: str) -> frozenset[str]:
    """Property names, separated by spaces."""
    return frozenset(text.split())


def pick(props: Props, *names: str, **renamed: str) -> Props:
    """The properties of these names that are there; `new="Old"` renames."""
    found = {name: props[name] for name in names if name in props}
    return {**found, **{new: props[old] for new, old in renamed.items() if old in props}}


def document(value: Any) -> str:
    """A JSON document as text, whether the template has it as text or as data."""
    return value if isinstance(value, str) else json.dumps(value)


def as_data(value: Any) -> Any:
    """A JSON document as data, whether the template has it as text or as data."""
    return json.loads(value) if isinstance(value, str) else value


def tag_map(tags: Any) -> dict[str, str]:
    """Tags as a mapping, from either style."""
    if isinstance(tags, dict):
        return dict(tags)
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def tag_list(tags: Any, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as a list of pairs, from either style."""
    return [{key: name, value: text} for name, text in tag_map(tags).items()]


def retag(
    new: Props, old: Props, add: Callable[[dict[str, str]], object], remove: Callable[[list[str]], object]
) -> None:
    """The tags of the resource are the new ones."""
    after, before = tag_map(new.get("Tags")), tag_map(old.get("Tags"))
    gone = [name for name in before if name not in after]
    if gone:
        remove(gone)
    if after and after != before:
        add(after)


def changed(new: Props, old: Props, *names: str) -> bool:
    """Any of these properties differs."""
    return any(new.get(name) != old.get(name) for name in names)


def lower_first(value: Any, deep: bool = True) -> Any:
    """The names of members with a small first letter, as some APIs spell what CloudFormation capitalizes."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower_first(item) if deep else item for name, item in value.items()}
    return [lower_first(item) for item in value] if isinstance(value, list) else value
