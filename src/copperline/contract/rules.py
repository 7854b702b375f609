"""Row rules out of a contract's own words: required, logicalTypeOptions and quality become one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from copperline.contract.model import Rule
from copperline.errors import ContractError, expected

#: What `logicalTypeOptions` may hold, and the reason of a value that breaks it.
OPTIONS = {
    "minimum": "out_of_range",
    "maximum": "out_of_range",
    "minLength": "bad_length",
    "maxLength": "bad_length",
    "pattern": "malformed",
}
#: `quality` entries of type custom that the engine `copperline` implements.
CUSTOM = ("not_after_delivery",)


def rules_of(item: Mapping[str, Any], file: str) -> tuple[Rule, ...]:
    """The rules of one property, in the order: required, options, quality.

    Raises:
        ContractError: the property asks for a check that does not exist; nothing is passed over in silence.
    """
    return tuple(_rules(item, f"{file}: {item['name']}"))


def _rules(item: Mapping[str, Any], place: str) -> Iterator[Rule]:
    name = item["name"]
    quality = item.get("quality", [])
    if item.get("required"):
        named = [entry["name"] for entry in quality if entry.get("metric") == "nullValues"]
        yield Rule("required", named[0] if named else f"{name}_missing")
    for option, value in item.get("logicalTypeOptions", {}).items():
        if option not in OPTIONS:
            raise ContractError(
                expected(place, "logicalTypeOptions", f"one of {', '.join(OPTIONS)}", option, "use one of them")
            )
        yield Rule(option, f"{name}_{OPTIONS[option]}", {"value": value})
    for entry in quality:
        yield from _quality(entry, place, required=bool(item.get("required")))


def _quality(entry: Mapping[str, Any], place: str, *, required: bool) -> Iterator[Rule]:
    if entry.get("type") == "custom" and entry.get("engine") == "copperline":
        if entry["implementation"] not in CUSTOM:
            raise ContractError(
                expected(
                    place, "implementation", f"one of {', '.join(CUSTOM)}", entry["implementation"], "use one of them"
                )
            )
        yield Rule(entry["implementation"], entry["name"])
    elif entry.get("metric") == "nullValues":
        if not required:
            raise ContractError(expected(place, "metric nullValues", "required: true beside it", "no", "add it"))
    elif entry.get("metric") == "invalidValues" and set(entry.get("arguments", {})) <= {"validValues", "reference"}:
        yield Rule("valid_values", entry["name"], entry["arguments"])
    else:
        got = entry.get("metric") or entry.get("type")
        raise ContractError(
            expected(
                place,
                "quality",
                "nullValues, invalidValues or a custom check of engine copperline",
                got,
                "use one of them",
            )
        )
