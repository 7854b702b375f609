"""The points at which a process is killed: each mutating request of an undisturbed run, before and after its effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

#: What differs from run to run: ids, and numbers of attempts and files.
_CHANCE = re.compile(r"(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|\d+)")
_KEYS = {"leases": "table_name", "runs": "execution", "deliveries": "pk"}
_ONE_ITEM = {"PutItem": "Item", "UpdateItem": "Key", "DeleteItem": "Key"}
WHEN = ("before", "after")


@dataclass(frozen=True)
class Request:
    """One mutating request of the undisturbed run; `number` counts those that its rule fits, from 1."""

    scenario: str
    actor: str  # promote, plan, silver or gold
    caller: str
    service: str
    operation: str
    what: str
    number: int
    match: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.scenario} {self.actor} {self.service}:{self.operation} {self.what} #{self.number}"


@dataclass(frozen=True)
class Point:
    """A request, and what befalls whoever makes it: `kill` or `drop`, before or after the effect."""

    request: Request
    when: str
    fault: str = "kill"

    def __str__(self) -> str:
        return f"{self.request} {self.fault} {self.when}"

    def rule(self) -> dict[str, Any]:
        """The fault as localaws takes it."""
        request = self.request
        rule = {"service": request.service, "operation": request.operation, "caller": request.caller}
        told = {"match": dict(request.match)} if request.match else {}
        return {**rule, **told, "fault": self.fault, "when": self.when, "skip": request.number - 1}


def points(requests: Sequence[Request], fault: str = "kill") -> list[Point]:
    """Each request, before and after."""
    return [Point(request, when, fault) for request in requests for when in WHEN]


def requests(scenario: str, recorded: Sequence[Mapping[str, Any]], actors: Mapping[str, str]) -> list[Request]:
    """The requests of processes, in order, each with the rule that fits it and how many it fits before.

    `actors` tells for the name of a process whose it is.
    """
    found = [one for one in recorded if one["process"] and actors.get(one["process"])]
    return list(_numbered(scenario, found, actors))


def _numbered(scenario: str, found: Sequence[Mapping[str, Any]], actors: Mapping[str, str]) -> Iterator[Request]:
    for place, one in enumerate(found):
        what, match = _matched(one)
        before = [other for other in found[:place] if _same(one, other) and _fits(match, other)]
        yield Request(
            scenario=scenario,
            actor=actors[one["process"]],
            caller=one["caller"],
            service=one["service"],
            operation=one["operation"],
            what=what,
            number=len(before) + 1,
            match=match,
        )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name in ("caller", "service", "operation"))


def _matched(one: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """What the request is about, in the words of the list, and the parameters by which a rule knows it."""
    target: str = one["targets"][0] if one["targets"] else ""
    if one["service"] == "s3":
        bucket, _, key = target.removeprefix("s3://").partition("/")
        pattern = _CHANCE.sub("*", key)
        return f"{bucket}/{pattern}", {"Bucket": bucket, "Key": pattern}
    if one["service"] == "glue" and target.startswith("table/"):
        _, database, table = target.split("/")
        return f"{database}.{table}", {"DatabaseName": database, "TableInput.Name": table}
    if one["service"] == "dynamodb" and one["operation"] in _ONE_ITEM:
        table, _, key = target.partition(" ")
        name, pattern = _KEYS[table.rpartition("-")[2]], _CHANCE.sub("*", key.partition(" ")[0])
        path = f"{_ONE_ITEM[one['operation']]}.{name}.S"
        return f"{table} {pattern}", {"TableName": table, path: pattern}
    return _CHANCE.sub("*", " ".join(target.split()[:2])), {}


def _fits(match: Mapping[str, str], other: Mapping[str, Any]) -> bool:
    """Whether the rule of one request fits another, as the server will find."""
    _, its = _matched(other)
    literal = other["targets"][0] if other["targets"] else ""
    key = literal.removeprefix("s3://").partition("/")[2]
    known = its | ({"Key": key} if other["service"] == "s3" else {})
    return all(fnmatchcase(known.get(name, ""), pattern) for name, pattern in match.items())
