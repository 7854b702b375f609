"""The table of operations: what `docs/localaws/operations.json` says of each, and the pages that show it.

`python -m tests.localaws.operations` writes the tables into the pages anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session

FOLDER = Path(__file__).parents[2] / "docs/localaws"
STATUSES = {
    "real": "Real",
    "moto": "moto's",
    "refused": "Refused",
}
BEGIN, END = "<!-- operations: begin -->", "<!-- operations: end -->"
#: Where AWS's reference of a service is.
REFERENCES = {
    "athena": "athena/latest/APIReference/API_",
    "budgets": "aws-cost-management/latest/APIReference/API_budgets_",
    "cloudformation": "AWSCloudFormation/latest/APIReference/API_",
    "cloudwatch": "AmazonCloudWatch/latest/APIReference/API_",
    "dynamodb": "amazondynamodb/latest/APIReference/API_",
    "events": "eventbridge/latest/APIReference/API_",
    "glue": "glue/latest/webapi/API_",
    "iam": "IAM/latest/APIReference/API_",
    "kms": "kms/latest/APIReference/API_",
    "lambda": "lambda/latest/api/API_",
    "logs": "AmazonCloudWatchLogs/latest/APIReference/API_",
    "pipes": "eventbridge/latest/pipes-reference/API_",
    "s3": "AmazonS3/latest/API/API_",
    "scheduler": "scheduler/latest/APIReference/API_",
    "secretsmanager": "secretsmanager/latest/apireference/API_",
    "sns": "sns/latest/api/API_",
    "sqs": "AWSSimpleQueueService/latest/APIReference/API_",
    "stepfunctions": "step-functions/latest/apireference/API_",
    "sts": "STS/latest/APIReference/API_",
}

Table = dict[str, dict[str, dict[str, list[str]]]]


@cache
def table() -> Table:
    """Page → service → status → operations."""
    found: Table = json.loads((FOLDER / "operations.json").read_text())
    return found


def model(service: str) -> Any:
    """What botocore knows of the service."""
    return botocore.session.get_session().get_service_model(service)


def listed(service: str) -> dict[str, str]:
    """Operation → status, over all pages."""
    found: dict[str, str] = {}
    for services in table().values():
        for status, names in services.get(service, {}).items():
            found.update(dict.fromkeys(names, status))
    return found


def services() -> list[str]:
    """The services that a page tells of."""
    return sorted({service for found in table().values() for service in found})


def smallest(shape: Any, word: str, seen: tuple[str, ...] = ()) -> Any:
    """The smallest value that the shape takes: what is required, and no more; texts are made of the word."""
    if shape is None or shape.name in seen:
        return {}
    seen = (*seen, shape.name)
    if shape.type_name == "structure":
        return {name: smallest(shape.members[name], word, seen) for name in shape.required_members}
    if shape.type_name == "list":
        return [smallest(shape.member, word, seen)] if shape.metadata.get("min", 0) else []
    return _scalar(shape, word)


def _scalar(shape: Any, word: str) -> Any:
    kind, least = shape.type_name, max(1, shape.metadata.get("min", 1))
    if kind == "string":
        return shape.enum[0] if getattr(shape, "enum", None) else (word * least)[: max(least, len(word))]
    plain = {"map": {}, "boolean": True, "blob": b"x", "timestamp": 0}
    return plain.get(kind, least)


def rendered(page: str) -> str:
    """The section of the page that lists its operations."""
    lines = [BEGIN]
    for service, statuses in table()[page].items():
        lines += ["", f"**{service}**", "", "| | operations |", "|---|---|"]
        lines += [f"| {STATUSES[status]} | {_links(service, names)} |" for status, names in statuses.items() if names]
    return "\n".join([*lines, "", END])


def _links(service: str, names: list[str]) -> str:
    place = REFERENCES.get(service)
    if place is None:
        return ", ".join(names)
    return ", ".join(f"[{name}](https://docs.aws.amazon.com/{place}{name}.html)" for name in names)


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with operations, and what it should read."""
    for name in table():
        path = FOLDER / f"{name}.md"
        text = path.read_text()
        yield path, re.sub(f"{BEGIN}.*{END}", lambda _, name=name: rendered(name), text, flags=re.DOTALL)  # type: ignore[misc]


if __name__ == "__main__":
    for path, text in pages():
        path.write_text(text)
