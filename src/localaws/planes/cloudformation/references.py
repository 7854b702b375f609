"""What a template refers to, and whether that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from localaws.planes.cloudformation.errors import Refused

VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")
UNRESOLVED = "Unresolved resource dependencies [{}] in the {} block of the template"


def names(value: Any) -> set[str]:
    """Names that the value refers to by Ref, Fn::GetAtt, Fn::Sub or DependsOn."""
    found: set[str] = set()
    for key, item in members(value):
        if key == "Ref" and isinstance(item, str):
            found.add(item)
        elif key == "Fn::GetAtt" and item:
            found.add(item.split(".")[0] if isinstance(item, str) else item[0])
        elif key == "Fn::Sub":
            found |= _substituted(item)
        elif key == "DependsOn":
            found |= {item} if isinstance(item, str) else set(item)
    return found


def attributes(value: Any) -> set[tuple[str, str]]:
    """Resource and attribute of each Fn::GetAtt whose attribute the template gives as text."""
    given = [item for key, item in members(value) if key == "Fn::GetAtt"]
    pairs = [item.split(".", 1) if isinstance(item, str) else item for item in given]
    texts = [pair for pair in pairs if len(pair) > 1 and all(isinstance(part, str) for part in pair)]
    return {(pair[0], ".".join(pair[1:])) for pair in texts}


def functions(value: Any) -> set[str]:
    """Names of the intrinsic functions in the value."""
    return {key for key, _ in members(value) if isinstance(key, str) and key.startswith("Fn::")}


def members(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every key and what it holds, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from members(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key, item
            yield from members(item)


def check(template: dict[str, Any]) -> None:
    """Whatever the template refers to is in it, and its resources have the attributes that it asks for.

    Raises:
        Refused: something is not there; in CloudFormation's words.
    """
    known = {*template["Resources"], *(template.get("Parameters") or {})}
    for section in ("Resources", "Outputs"):
        asked = attributes(template.get(section))
        undefined = sorted({name for name, _ in asked} - set(template["Resources"]))
        if undefined:
            raise Refused(f"Template error: instance of Fn::GetAtt references undefined resource {undefined[0]}")
        missing = {name for name in names(template.get(section)) if not name.startswith("AWS::")} - known
        if missing:
            raise Refused("Template format error: " + UNRESOLVED.format(", ".join(sorted(missing)), section))
        for name, attribute in sorted(asked):
            _check_attribute(name, template["Resources"][name]["Type"], attribute)


def _check_attribute(name: str, kind: str, attribute: str) -> None:
    """Page "Fn::GetAtt": what a type returns is among its schema's properties; a nested stack returns its outputs."""
    from localaws.planes.cloudformation import schema

    if attribute.split(".", maxsplit=1)[0] not in {*schema.of(kind)["properties"], "Outputs"}:
        raise Refused(f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt")


def _substituted(item: Any) -> set[str]:
    """Of a Fn::Sub: what its text names; what is given beside the text is no reference."""
    text, given = (item[0], item[1]) if isinstance(item, list) else (item, {})
    found = {name.strip().split(".")[0] for literal, name in VARIABLE.findall(text) if not literal}
    return found - set(given)
