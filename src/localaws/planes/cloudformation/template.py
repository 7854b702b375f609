"""A template as text, as data, and whether it makes sense by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

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
POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain"),
}
NOT_EMULATED = {"Rules": "Rules", "Transform": "Transform"}
VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")


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
        _check_resource(name, resource)
    _check_types(resources, emulated)
    _check_references(template)
    _check_conditions(template)


def _check_resource(name: str, resource: Any) -> None:
    if not name.isalnum():
        raise Refused(f"Template format error: Resource name {name} is non alphanumeric.")
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise Refused(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")
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
    unrecognized = sorted(kind for kind in types - emulated if not schema.exists(kind))
    if unrecognized:
        raise Refused(f"Template format error: Unrecognized resource types: [{', '.join(unrecognized)}]")
    missing = sorted(types - emulated)
    if missing:
        raise Refused(f"localaws: NotImplemented: resource types [{', '.join(missing)}]")


def _check_references(template: Template) -> None:
    known = {*template["Resources"], *(template.get("Parameters") or {})}
    for section in ("Resources", "Outputs"):
        found = {name for name in references(template.get(section)) if not name.startswith("AWS::")}
        missing = sorted(found - known)
        if missing:
            names = ", ".join(missing)
            problem = f"Unresolved resource dependencies [{names}] in the {section} block of the template"
            raise Refused(f"Template format error: {problem}")


def _check_conditions(template: Template) -> None:
    known = set(template.get("Conditions") or {})
    for section in ("Resources", "Outputs"):
        for name, item in (template.get(section) or {}).items():
            condition = item.get("Condition")
            if condition is not None and condition not in known:
                raise Refused(f"Template format error: Unresolved condition dependency {condition} in {section} {name}")


def references(value: Any) -> set[str]:
    """Names that the value refers to by Ref, Fn::GetAtt, Fn::Sub or DependsOn."""
    if isinstance(value, list):
        return set().union(*(references(item) for item in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, item in value.items():
        if key == "Ref" and isinstance(item, str):
            found.add(item)
        elif key == "Fn::GetAtt":
            found.add(item.split(".")[0] if isinstance(item, str) else item[0])
            found |= references(item)
        elif key == "Fn::Sub":
            found |= _substituted(item)
        elif key == "DependsOn":
            found |= {item} if isinstance(item, str) else set(item)
        else:
            found |= references(item)
    return found


def _substituted(item: Any) -> set[str]:
    text, given = (item[0], item[1]) if isinstance(item, list) else (item, {})
    names = {name.strip().split(".")[0] for literal, name in VARIABLE.findall(text) if not literal}
    return (names - set(given)) | references(given)


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
        for needed in sorted(references(resources[name]) & set(resources), key=list(resources).index):
            visit(needed)
        path.pop()
        done.append(name)

    for name in resources:
        visit(name)
    return done
