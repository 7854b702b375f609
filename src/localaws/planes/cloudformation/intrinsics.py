"""Intrinsic functions, conditions and pseudo parameters (page "Intrinsic function reference")."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.references import VARIABLE
from localaws.planes.cloudformation.template import Template

NO_VALUE: Any = object()  # what AWS::NoValue gives: the property is not there
UNKNOWN = "\x00known after deployment"  # in a plan: what an id will be that does not exist yet


class Made(Protocol):
    """A resource that exists, as far as references to it go."""

    physical_id: str
    attributes: dict[str, Any]
    type: str


class Planned:
    """Stands in a plan for a resource that does not exist yet."""

    def __init__(self) -> None:
        self.physical_id = UNKNOWN
        self.type = ""
        self.attributes: dict[str, Any] = {}


@dataclass
class Scope:
    """All that a value in a template can refer to."""

    template: Template
    parameters: dict[str, Any]
    pseudo: dict[str, Any]
    resources: Mapping[str, Made]
    exports: Mapping[str, str]
    imports: set[str] = field(default_factory=set)  # names of exports that were read
    _conditions: dict[str, bool] = field(default_factory=dict)

    def condition(self, name: str) -> bool:
        """The named condition holds.

        Raises:
            Refused: the template has no such condition.
        """
        if name not in self._conditions:
            declared = self.template.get("Conditions") or {}
            if name not in declared:
                raise Refused(f"Template error: unresolved condition dependency {name}")
            self._conditions[name] = self.holds(declared[name])
        return self._conditions[name]

    def holds(self, expression: Any) -> bool:
        """A condition function is true (page "Condition functions")."""
        (function, given), *_ = expression.items() if isinstance(expression, dict) else ((None, expression),)
        if function == "Condition":
            return self.condition(given)
        if function == "Fn::Equals":
            left, right = (self.value(side) for side in given)
            return bool(_plain(left) == _plain(right))
        if function == "Fn::Not":
            return not self.holds(given[0])
        if function == "Fn::And":
            return all(self.holds(item) for item in given)
        if function == "Fn::Or":
            return any(self.holds(item) for item in given)
        raise Refused(f"Template error: {function or given} is not a condition function")

    def wanted(self, name: str) -> bool:
        """The resource has no condition, or its condition holds."""
        condition = self.template["Resources"][name].get("Condition")
        return condition is None or self.condition(condition)

    def value(self, given: Any) -> Any:
        """The value with every function in it carried out; members that are AWS::NoValue are left out."""
        if isinstance(given, list):
            items = [self.value(item) for item in given]
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(given, dict):
            return given
        if len(given) == 1:
            name, argument = next(iter(given.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        found = {name: self.value(item) for name, item in given.items()}
        return {name: item for name, item in found.items() if item is not NO_VALUE}

    def _call(self, name: str, argument: Any) -> Any:
        function = FUNCTIONS.get(name)
        if function is None:
            raise Refused(f"localaws: NotImplemented: intrinsic function {name}")
        try:
            return function(self, argument)
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise Refused(
                f"Template error: every {name} object must have valid arguments: {argument!r} ({error})"
            ) from None

    def ref(self, name: str) -> Any:
        """What Ref gives for a pseudo parameter, a parameter or a resource."""
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        if name in self.resources:
            return self.resources[name].physical_id
        raise Refused(
            f"Template format error: Unresolved resource dependencies [{name}] in the Resources block of the template"
        )

    def attribute(self, name: str, attribute: str) -> Any:
        """What Fn::GetAtt gives.

        Raises:
            Refused: there is no such resource, or it has no such attribute.
        """
        if name not in self.resources:
            raise Refused(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
        made = self.resources[name]
        if made.physical_id == UNKNOWN:
            return UNKNOWN
        if attribute not in made.attributes:
            raise Refused(f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt")
        return made.attributes[attribute]


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _text(value: Any) -> str:
    if isinstance(value, dict | list) or value is NO_VALUE:
        raise ValueError(f"expected a text, got {value!r}")
    return str(_plain(value))


def _get_att(scope: Scope, argument: Any) -> Any:
    name, attribute = argument.split(".", 1) if isinstance(argument, str) else (argument[0], _path(scope, argument[1:]))
    return scope.attribute(name, attribute)


def _path(scope: Scope, steps: list[Any]) -> str:
    return ".".join(_text(scope.value(step)) for step in steps)


def _sub(scope: Scope, argument: Any) -> str:
    text, given = (argument[0], scope.value(argument[1])) if isinstance(argument, list) else (argument, {})

    def found(match: Any) -> str:
        literal, name = match[1], match[2].strip()
        if literal:
            return f"${{{match[2]}}}"
        if name in given:
            return _text(given[name])
        target, _, attribute = name.partition(".")
        return _text(scope.attribute(target, attribute) if attribute else scope.ref(name))

    return str(VARIABLE.sub(found, text))


def _join(scope: Scope, argument: Any) -> str:
    items = scope.value(argument[1])
    if items == UNKNOWN:
        return UNKNOWN
    if not isinstance(items, list):
        raise TypeError("the second argument is a list")
    return str(argument[0]).join(_text(item) for item in items)


def _split(scope: Scope, argument: Any) -> Any:
    text = _text(scope.value(argument[1]))
    return UNKNOWN if UNKNOWN in text else text.split(argument[0])


def _select(scope: Scope, argument: Any) -> Any:
    items = scope.value(argument[1])
    return UNKNOWN if items == UNKNOWN else items[int(scope.value(argument[0]))]


def _if(scope: Scope, argument: Any) -> Any:
    name, then, otherwise = argument
    return scope.value(then if scope.condition(name) else otherwise)


def _find_in_map(scope: Scope, argument: Any) -> Any:
    found: Any = scope.template.get("Mappings") or {}
    for key in argument:
        step = _text(scope.value(key))
        if step not in found:
            raise Refused(f"Template error: Unable to get mapping for {'::'.join(map(str, argument))}")
        found = found[step]
    return found


def _import_value(scope: Scope, argument: Any) -> Any:
    name = _text(scope.value(argument))
    if UNKNOWN in name:
        return UNKNOWN
    if name not in scope.exports:
        raise Refused(f"No export named {name} found.")
    scope.imports.add(name)
    return scope.exports[name]


def _base64(scope: Scope, argument: Any) -> str:
    return base64.b64encode(_text(scope.value(argument)).encode()).decode()


def _get_azs(scope: Scope, argument: Any) -> list[str]:
    region = scope.value(argument) or scope.pseudo["AWS::Region"]
    return [f"{region}{letter}" for letter in "abc"]


#: Page "Condition functions"; Fn::If gives a value, and is among the others.
CONDITIONS = {"Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"}
FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Ref": lambda scope, argument: scope.ref(argument),
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import_value,
    "Fn::Base64": _base64,
    "Fn::GetAZs": _get_azs,
}
