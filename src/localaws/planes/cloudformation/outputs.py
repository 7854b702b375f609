"""Outputs of stacks and the exports among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.intrinsics import Scope
from localaws.planes.cloudformation.stacks import Output, Stack


@dataclass
class Export:
    """A value that other stacks import."""

    exporting_stack_id: str
    name: str
    value: str


def evaluate(scope: Scope) -> list[Output]:
    """The outputs whose condition holds.

    Raises:
        Refused: one refers to what is not there, or is no text.
    """
    found = []
    for key, item in (scope.template.get("Outputs") or {}).items():
        if "Condition" in item and not scope.condition(item["Condition"]):
            continue
        value = scope.value(item.get("Value"))
        if isinstance(value, dict | list) or value is None:
            raise Refused(
                "Template format error: The Value field of every Outputs member must evaluate to a String"
                f" (output {key})."
            )
        export = item.get("Export")
        name = scope.value(export["Name"]) if export else None
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        found.append(Output(key, text, item.get("Description"), name))
    return found


def publish(backend: Any, stack: Stack, scope: Scope) -> None:
    """The stack has its outputs and the region its exports.

    Raises:
        Refused: an export belongs to another stack, or another stack imports one that would change or go.
    """
    found = evaluate(scope)
    wanted = {output.export: output.value for output in found if output.export}
    for name, value in wanted.items():
        other = backend.exports.get(name)
        if other is not None and other.exporting_stack_id != stack.stack_id:
            raise Refused(f"Export with name {name} is already exported by stack {_name(other.exporting_stack_id)}")
        if other is not None and other.value != value:
            _unused(backend, name, "updated")
    for name in _own(backend, stack) - set(wanted):
        _unused(backend, name, "deleted")
    stack.outputs, stack.imports = found, set(scope.imports)
    _replace(backend, stack)


def restore(backend: Any, stack: Stack, before: Stack) -> None:
    """Outputs, imports and exports are what they were before."""
    stack.outputs, stack.imports = before.outputs, before.imports
    _replace(backend, stack)


def withdraw(backend: Any, stack: Stack) -> None:
    """The stack exports nothing any more.

    Raises:
        Refused: another stack imports from it.
    """
    for name in _own(backend, stack):
        _unused(backend, name, "deleted")
    for name in _own(backend, stack):
        del backend.exports[name]


def importers(backend: Any, name: str) -> list[str]:
    """Names of the stacks that import the export."""
    return [stack.name for stack in list(backend.stacks.values()) if name in stack.imports]


def _replace(backend: Any, stack: Stack) -> None:
    for name in _own(backend, stack):
        del backend.exports[name]
    for output in stack.outputs:
        if output.export:
            backend.exports[output.export] = Export(stack.stack_id, output.export, output.value)


def _own(backend: Any, stack: Stack) -> set[str]:
    return {name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id}


def _unused(backend: Any, name: str, how: str) -> None:
    users = importers(backend, name)
    if users:
        raise Refused(f"Export {name} cannot be {how} as it is in use by {', '.join(users)}")


def _name(stack_id: str) -> str:
    return stack_id.split("/")[1]
