"""A template as text, as data, and whether it makes sense by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from localaws.planes.cloudformation import references
from localaws.planes.cloudformation.errors import Refused

Template = dict[str, Any]

MAX_BODY = 51_200  # bytes of a TemplateBody; page "CloudFormation quotas"
SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
}
RESOURCE = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "Metadata",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
    "CreationPolicy",
}
OWN = "Custom::"  # page "AWS::CloudFormation::CustomResource": a type that the template's author names
POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain"),
}
NOT_EMULATED = {"Rules": "Rules", "Transform": "Transform"}


class _Loader(yaml.SafeLoader):
    """YAML with the short forms of the intrinsic functions; dates stay text, and a key stands once."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[dict[Any, Any]]:
    found: dict[Any, Any] = {}
    yield found
    loader.flatten_mapping(node)
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise Refused(f"Template format error: YAML not well-formed. (duplicate key {key!r})")
        found[key] = loader.construct_object(value_node, deep=True)


def _date(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_multi_constructor("!", _function)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def parse(text: str) -> Template:
    """The template as data.

    Raises:
        Refused: it is neither JSON nor YAML, or no mapping.
    """
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except json.JSONDecodeError as error:
        raise Refused(f"Template format error: JSON not well-formed. ({error})") from None
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        place = f" (line {where.line + 1}, column {where.column + 1})" if where else f" ({error})"
        raise Refused(f"Template format error: YAML not well-formed.{place}") from None
    if not isinstance(found, dict):
        raise Refused("Template format error: unsupported structure.")
    return found


def check(template: Template, emulated: set[str]) -> None:
    """The template is one that can be deployed here, as far as can be told without its parameters.

    Raises:
        Refused: a section, attribute, type, condition or reference in it is unknown; the message names it.
    """
    unknown = sorted(set(template) - SECTIONS)
    if unknown:
        raise Refused(f"Invalid template property or properties [{', '.join(unknown)}]")
    for section, name in NOT_EMULATED.items():
        if template.get(section):
            raise Refused(f"localaws: NotImplemented: template section {name}")
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise Refused("Template format error: At least one Resources member must be defined.")
    for name, resource in resources.items():
        _check_type(name, resource)
    _check_types(resources, emulated)  # before what is wrong within a resource that cannot be made in any case
    for name, resource in resources.items():
        _check_resource(name, resource)
    references.check(template)
    _check_functions(template)
    _check_conditions(template)


def _check_type(name: str, resource: Any) -> None:
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise Refused(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")


def _check_resource(name: str, resource: dict[str, Any]) -> None:
    if not name.isalnum():
        raise Refused(f"Template format error: Resource name {name} is non alphanumeric.")
    unknown = sorted(set(resource) - RESOURCE)
    if unknown:
        raise Refused(f"Invalid template resource property '{unknown[0]}' of resource {name}")
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        _check_policy(name, resource, attribute)
    for waits in ("CreationPolicy", "UpdatePolicy"):
        if waits in resource:
            raise Refused(f"localaws: NotImplemented: {waits} of resource {name}")


def _check_policy(name: str, resource: dict[str, Any], attribute: str) -> None:
    """Pages "DeletionPolicy attribute" and "UpdateReplacePolicy attribute"."""
    given, known = resource.get(attribute, "Delete"), POLICIES[attribute]
    if given == "Snapshot":
        raise Refused(f"Template error: resource type {resource['Type']} does not support deletion policy Snapshot")
    if given not in known:
        raise Refused(f"Template error: {attribute} of resource {name} must be one of {', '.join(known)}, not {given}")


def _check_types(resources: dict[str, Any], emulated: set[str]) -> None:
    from localaws.planes.cloudformation import schema

    types = {resource["Type"] for resource in resources.values()}
    unknown = {kind for kind in types - emulated if not kind.startswith(OWN)}
    unrecognized = sorted(kind for kind in unknown if not schema.exists(kind))
    if unrecognized:
        raise Refused(f"Template format error: Unrecognized resource types: [{', '.join(unrecognized)}]")
    missing = sorted(types - emulated)
    if missing:
        raise Refused(f"localaws: NotImplemented: resource types [{', '.join(missing)}]")


def _check_functions(template: Template) -> None:
    """What cannot be carried out is said before anything is made."""
    from localaws.planes.cloudformation import intrinsics

    known = {*intrinsics.FUNCTIONS, *intrinsics.CONDITIONS}
    sections = ("Mappings", "Conditions", "Resources", "Outputs")
    unknown = sorted(set().union(*(references.functions(template.get(section)) for section in sections)) - known)
    if unknown:
        raise Refused(f"localaws: NotImplemented: intrinsic function {', '.join(unknown)}")


def _check_conditions(template: Template) -> None:
    known = set(template.get("Conditions") or {})
    for section in ("Resources", "Outputs"):
        for name, item in (template.get(section) or {}).items():
            condition = item.get("Condition")
            if condition is not None and condition not in known:
                raise Refused(f"Template format error: Unresolved condition dependency {condition} in {section} {name}")


def order(template: Template) -> list[str]:
    """Logical names, each after those that it depends on; otherwise as written.

    Raises:
        Refused: resources wait for each other.
    """
    resources = template["Resources"]
    done: list[str] = []
    path: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in path:
            circle = ", ".join(path[path.index(name) :])
            raise Refused(f"Circular dependency between resources: [{circle}]")
        path.append(name)
        for needed in sorted(references.names(resources[name]) & set(resources), key=list(resources).index):
            visit(needed)
        path.pop()
        done.append(name)

    for name in resources:
        visit(name)
    return done
