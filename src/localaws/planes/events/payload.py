"""What a target gets of an event (AWS: "Amazon EventBridge input transformation")."""

from __future__ import annotations

import json
import re
from typing import Any

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")


def payload(target: dict[str, Any], event: dict[str, Any], rule_arn: str) -> str:
    """The text that the target gets: its constant, a part of the event, a transformed one or the whole event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(select(target["InputPath"], event))
    if "InputTransformer" in target:
        return transform(target["InputTransformer"], event, rule_arn)
    return json.dumps(event)


def select(path: str, event: dict[str, Any]) -> Any:
    """The value at the path; None where there is none."""
    from jsonpath_ng import ext

    parsed = ext.parse(path)  # type: ignore[attr-defined]
    found = [match.value for match in parsed.find(event)]
    return found[0] if found else None


def transform(transformer: dict[str, Any], event: dict[str, Any], rule_arn: str) -> str:
    """The template with its placeholders filled: as text inside of quotes, as JSON outside; absent ones are empty."""
    values = {name: select(path, event) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    values |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": event.get("time"),
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }
    template = str(transformer["InputTemplate"])

    def fill(match: re.Match[str]) -> str:
        if match[1] not in values:
            return match[0]
        return _filled(values[match[1]], quoted=_inside_quotes(template, match.start()))

    return _PLACEHOLDER.sub(fill, template)


def _filled(value: Any, *, quoted: bool) -> str:
    if value is None:
        return "" if quoted else '""'
    if not quoted:
        return json.dumps(value)
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text)[1:-1]


def _inside_quotes(template: str, position: int) -> bool:
    quotes = re.findall(r'(?<!\\)"', template[:position])
    return len(quotes) % 2 == 1
