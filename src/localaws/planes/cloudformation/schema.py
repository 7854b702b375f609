"""AWS's own schema of each resource type: names, types, and what a change of a property means.

The schemas are the ones that AWS publishes in its CloudFormation registry, as cfn-lint ships them
(page "Resource type schema"; user guide of the CloudFormation CLI).
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from localaws.planes.cloudformation.errors import Refused

Schema = dict[str, Any]
Props = dict[str, Any]


def _folder() -> Path:
    """Where cfn-lint keeps the schemas; its code, which takes long to import, is not needed."""
    found = find_spec("cfnlint")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("localaws needs the package cfn-lint for the schemas of CloudFormation's resource types")
    return Path(found.submodule_search_locations[0]) / "data/schemas"


@cache
def _index() -> dict[str, str]:
    text = (_folder() / "providers/us-east-1.json").read_text()
    found: dict[str, str] = json.loads(text)
    return found


def exists(kind: str) -> bool:
    """AWS knows the resource type."""
    return kind in _index()


@cache
def of(kind: str) -> Schema:
    """The schema of a resource type."""
    text = (_folder() / f"resources/{_index()[kind]}.json").read_text()
    found: Schema = json.loads(text)
    return found


@cache
def create_only(kind: str) -> tuple[tuple[str, ...], ...]:
    """Paths of properties that cannot be changed in place: a change of them replaces the resource."""
    names = ("createOnlyProperties", "conditionalCreateOnlyProperties")
    found = [pointer for name in names for pointer in of(kind).get(name, [])]
    return tuple(tuple(pointer.removeprefix("/properties/").split("/")) for pointer in found)


def replaces(kind: str, old: Props, new: Props) -> list[str]:
    """Properties whose change from `old` to `new` needs a new physical resource."""
    return [".".join(path) for path in create_only(kind) if _at(old, path) != _at(new, path)]


def _at(props: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(props, dict):
            return None
        props = props.get(name)
    return props


@cache
def tag_style(kind: str) -> str:
    """How the type takes tags: `list` of Key and Value, `map`, or `` when it takes none."""
    schema = of(kind)
    tagging = schema.get("tagging") or {}
    if not tagging.get("taggable", "Tags" in schema["properties"]) or "Tags" not in schema["properties"]:
        return ""
    kinds = resolved(schema["properties"]["Tags"], schema).get("type", "array")
    return "list" if "array" in kinds else "map"


def resolved(part: Any, root: Schema) -> Schema:
    """The part of the schema that a reference means, or the part itself."""
    while isinstance(part, dict) and "$ref" in part:
        found: Any = root
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part if isinstance(part, dict) else {}


def coerce(kind: str, props: Props) -> Props:
    """The properties with texts as numbers and booleans, and the other way round, where the schema says so.

    Templates may write `"20"`, `20`, `"true"` and `true` at will.
    """
    schema = of(kind)
    found: Props = _coerced(props, schema, schema)
    return found


def _coerced(value: Any, part: Any, root: Schema) -> Any:
    part = resolved(part, root)
    if isinstance(value, dict):
        return {name: _coerced(item, member(name, part, root), root) for name, item in value.items()}
    if isinstance(value, list):
        known = [part, *options(part, root)]
        items: Any = next((found["items"] for found in known if "items" in found), {})
        return [_coerced(item, items, root) for item in value]
    types = part.get("type") or [found["type"] for found in options(part, root) if isinstance(found.get("type"), str)]
    return _scalar(value, [types] if isinstance(types, str) else types)


def options(part: Schema, root: Schema) -> list[Schema]:
    """The parts of which one, or all, hold as well."""
    return [resolved(found, root) for name in ("oneOf", "anyOf", "allOf") for found in part.get(name, [])]


def member(name: str, part: Schema, root: Schema) -> Any:
    """What the schema says of the member of this name; nothing where it says nothing."""
    for found in [part, *options(part, root)]:
        if name in found.get("properties", {}):
            return found["properties"][name]
        for pattern, member in found.get("patternProperties", {}).items():
            if _matches(pattern, name):
                return member
        if isinstance(found.get("additionalProperties"), dict):
            return found["additionalProperties"]
    return {}


def _scalar(value: Any, types: list[str]) -> Any:
    if isinstance(value, str) and "string" not in types:
        return _from_text(value, types)
    if isinstance(value, bool) and "boolean" not in types and "string" in types:
        return "true" if value else "false"
    if isinstance(value, int | float) and not isinstance(value, bool) and "string" in types:
        return str(value) if not ({"number", "integer"} & set(types)) else value
    if isinstance(value, float) and "integer" in types and value.is_integer():
        return int(value)
    return value


def _from_text(text: str, types: list[str]) -> Any:
    if "boolean" in types and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if "integer" in types and re.fullmatch(r"-?\d+", text):
        return int(text)
    if "number" in types and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    return text


@cache
def _matcher(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # AWS's patterns are Java's or JavaScript's
        return None


def _matches(pattern: str, text: str) -> bool:
    found = _matcher(pattern)
    return found is None or found.search(text) is not None


@cache
def _validator(kind: str) -> Any:
    return _checker()(of(kind))


@cache
def _checker() -> Any:
    from jsonschema import Draft7Validator, ValidationError, validators

    def pattern(_: Any, wanted: str, text: Any, __: Any) -> Any:
        if isinstance(text, str) and not _matches(wanted, text):
            yield ValidationError(f"{text!r} does not match pattern {wanted}")

    extend: Any = validators.extend
    return extend(Draft7Validator, {"pattern": pattern})


def validate(kind: str, name: str, props: Props) -> None:
    """The properties fit the schema.

    Raises:
        Refused: they do not; the message lists each place and what is wrong there, in CloudFormation's words.
    """
    found = [_told(error) for error in _validator(kind).iter_errors(props)]
    read_only = [f"#: extraneous key [{top}] is not permitted" for top in _read_only(kind) if top in props]
    if found or read_only:
        lines = "\n".join(sorted({*found, *read_only}))
        raise Refused(f"Properties validation failed for resource {name} with message:\n{lines}")


@cache
def write_only(kind: str) -> tuple[tuple[str, ...], ...]:
    """Paths of properties that nobody can read back: values of secrets, code; those within lists are left out."""
    pointers = [pointer.removeprefix("/properties/") for pointer in of(kind).get("writeOnlyProperties", [])]
    return tuple(tuple(pointer.split("/")) for pointer in pointers if "*" not in pointer)


@cache
def _read_only(kind: str) -> tuple[str, ...]:
    pointers = [pointer.removeprefix("/properties/") for pointer in of(kind).get("readOnlyProperties", [])]
    return tuple(pointer for pointer in pointers if "/" not in pointer)


def _told(error: Any) -> str:
    place = "/".join(["#", *(str(step) for step in error.absolute_path)])
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {})
        patterns = error.schema.get("patternProperties", {})
        extra = [key for key in error.instance if key not in known and not any(_matches(p, key) for p in patterns)]
        return f"{place}: extraneous key [{', '.join(extra)}] is not permitted"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{place}: required key [{', '.join(missing)}] not found"
    return f"{place}: {error.message}"
