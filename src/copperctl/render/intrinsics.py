"""CloudFormation's intrinsic functions, and YAML as people would write it by hand."""

from __future__ import annotations

import re
from typing import Any

import yaml


class Ref(str):
    """`!Ref name`."""

    __slots__ = ()


class Sub(str):
    """`!Sub text`, with `${…}` in it."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Block style, unsorted (we sort), lists indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


def _sub(dumper: yaml.SafeDumper, value: Sub) -> yaml.ScalarNode:
    return dumper.represent_scalar("!Sub", str(value), style="|" if "\n" in value else '"')


def _ref(dumper: yaml.SafeDumper, value: Ref) -> yaml.ScalarNode:
    return dumper.represent_scalar("!Ref", str(value), style="")


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Sub, _sub)
_Dumper.add_representer(Ref, _ref)


def dump(resources: dict[str, Any]) -> str:
    """The resources as lines of a template: two spaces in, by name, a blank line between them."""
    return "\n".join(_one(name, resources[name]) for name in sorted(resources))


def _one(name: str, resource: Any) -> str:
    text = yaml.dump({name: resource}, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)
    bare = re.sub(r"!Ref '(\w+)'", r"!Ref \1", text)  # PyYAML quotes every tagged scalar
    return "".join(f"  {line}".rstrip() + "\n" for line in bare.splitlines())


def logical_id(*words: str) -> str:
    """Words, hyphens and underscores as one name in capitals, as CloudFormation wants its ids."""
    parts = "-".join(words).replace("_", "-").replace(".", "-").split("-")
    return "".join(part[:1].upper() + part[1:] for part in parts)
