"""What a new definition would change in a stack, without changing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localaws.planes.cloudformation import outputs, resolve, schema, template
from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.intrinsics import UNKNOWN, Made, Planned, Scope
from localaws.planes.cloudformation.rows import ROWS
from localaws.planes.cloudformation.rows.base import Props
from localaws.planes.cloudformation.stacks import Change, Definition, Resource, Stack


class _Unsettled(dict[str, Any]):
    """Attributes of a resource that is about to change: each may be another afterwards."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, _: str) -> str:
        return UNKNOWN


class _Changing:
    """Stands in a plan for a resource that keeps its id and may change its attributes."""

    def __init__(self, resource: Resource) -> None:
        self.physical_id = resource.physical_id
        self.type = resource.type
        self.attributes: dict[str, Any] = _Unsettled()


def changes(backend: Any, stack: Stack, definition: Definition) -> list[Change]:
    """The resources that would be added, modified and removed, in the order of their dependencies."""
    return list(_changes(backend, stack, definition, {})[0])


def differs(backend: Any, stack: Stack, definition: Definition) -> bool:
    """The definition would change a resource, an output or the tags of the stack."""
    found, scope = _changes(backend, stack, definition, {})
    if list(found) or definition.tags != stack.tags:
        return True
    try:
        return outputs.evaluate(scope) != stack.outputs
    except Refused:
        return True


def _changes(backend: Any, stack: Stack, definition: Definition, view: dict[str, Made]) -> tuple[list[Change], Scope]:
    text = template.parse(definition.text)
    scope = resolve.scope(backend, stack, text, definition, view)
    wanted = [name for name in template.order(text) if scope.wanted(name)]
    found = [change for name in wanted for change in _change(stack, definition, scope, view, name)]
    removed = [old for name, old in stack.resources.items() if name not in wanted]
    return [*found, *(Change("Remove", old.logical_id, old.physical_id, old.type) for old in removed)], scope


def _change(stack: Stack, definition: Definition, scope: Scope, view: dict[str, Made], name: str) -> Iterator[Change]:
    item = scope.template["Resources"][name]
    old = stack.resources.get(name)
    if old is None:
        view[name] = Planned()
        yield Change("Add", name, None, item["Type"])
        return
    view[name] = old
    new = resolve.properties(scope, definition, name)
    untouched = new == old.properties and old.attempted is None
    if untouched and not ROWS[old.type].drifted(Context(stack, name, old.physical_id), old.physical_id, new):
        return
    replacement = _replacement(old, new)
    view[name] = Planned() if replacement == "True" else _Changing(old)
    different = sorted(key for key in {*new, *old.properties} if new.get(key) != old.properties.get(key))
    yield Change("Modify", name, old.physical_id, old.type, replacement, different)


def _replacement(old: Resource, new: Props) -> str:
    if ROWS[old.type].update is None:
        return "True"
    effective = {**old.generated, **new}
    paths = schema.replaces(old.type, old.effective, effective)
    if not paths:
        return "False"
    unsure = all(UNKNOWN in str(effective.get(path.split(".")[0])) for path in paths)
    return "Conditional" if unsure else "True"
