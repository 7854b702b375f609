"""The rooms' templates as tests read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from awscli.customizations.cloudformation.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = [
    ROOT / "infra/bootstrap.yaml",
    ROOT / "infra/template.yaml",
    *(file for file in sorted(ROOT.glob("*/template.yaml")) if file.parent.name != "infra"),
]


def template(room: str) -> dict[str, Any]:
    """The room's template, intrinsic functions in their long form."""
    return load(ROOT / room / "template.yaml")


def load(file: Path) -> dict[str, Any]:
    """A template, intrinsic functions in their long form."""
    return dict(yaml_parse(file.read_text(encoding="utf-8")))


def of_type(document: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the resources of a type, by logical id."""
    found = document["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == kind}


def text(value: Any) -> Any:
    """A name as its template writes it, whatever function it stands in."""
    return next(iter(value.values())) if isinstance(value, dict) else value


def listed(value: Any) -> list[Any]:
    """A policy's value, which may be one or several."""
    return value if isinstance(value, list) else [value]


def walk(value: Any) -> Iterator[Any]:
    """The value and everything inside it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from walk(item)
