"""What a lifecycle configuration says (page "Lifecycle configuration elements")."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

DAY = 86_400
_ACTIONS = (
    "Expiration",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
    "Transition",
    "NoncurrentVersionTransition",
)
#: What the answer calls the elements that occur several times.
_SEVERAL = {
    "Transition": "Transitions",
    "NoncurrentVersionTransition": "NoncurrentVersionTransitions",
}


class RuleError(ValueError):
    """S3 does not take the configuration: its error code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Rule:
    """One rule; what it does not say is None."""

    name: str
    enabled: bool
    prefix: str
    tags: tuple[tuple[str, str], ...]
    larger_than: int | None
    smaller_than: int | None
    days: int | None
    date: float | None
    expired_marker: bool
    noncurrent_days: int | None
    newer_noncurrent: int
    abort_days: int | None

    @classmethod
    def of(cls, element: Mapping[str, Any]) -> Rule:
        """The rule that the parsed XML element is.

        Raises:
            RuleError: S3 would not take it.
        """
        expiration, noncurrent = (element.get(name) or {} for name in ("Expiration", "NoncurrentVersionExpiration"))
        abort, where = element.get("AbortIncompleteMultipartUpload") or {}, _filter(element)
        rule = cls(
            name=element["ID"],
            enabled=element["Status"] == "Enabled",
            prefix=where.get("Prefix") or element.get("Prefix") or "",
            tags=tuple((tag["Key"], tag.get("Value") or "") for tag in _list(where.get("Tag"))),
            larger_than=_number(where, "ObjectSizeGreaterThan", least=0),
            smaller_than=_number(where, "ObjectSizeLessThan"),
            days=_number(expiration, "Days"),
            date=_date(expiration.get("Date")),
            expired_marker=str(expiration.get("ExpiredObjectDeleteMarker")).lower() == "true",
            noncurrent_days=_number(noncurrent, "NoncurrentDays"),
            newer_noncurrent=_number(noncurrent, "NewerNoncurrentVersions") or 0,
            abort_days=_number(abort, "DaysAfterInitiation"),
        )
        rule._check(element)
        return rule

    def selects(self, key: str, size: int, tags: Mapping[str, str]) -> bool:
        """Whether the rule is about an object of this kind."""
        large = self.larger_than is None or size > self.larger_than
        small = self.smaller_than is None or size < self.smaller_than
        return key.startswith(self.prefix) and large and small and all(tags.get(k) == v for k, v in self.tags)

    def selects_marker(self, key: str) -> bool:
        """Whether the rule is about a delete marker, which has neither tags nor a size."""
        plain = not self.tags and self.larger_than is None and self.smaller_than is None
        return plain and key.startswith(self.prefix)

    def expires(self, since: float) -> float | None:
        """When an object that came at that moment expires; None if never."""
        return self.date if self.date is not None else _midnight(since, self.days)

    def noncurrent_expires(self, since: float, newer: int) -> float | None:
        """When a version expires that stopped being the current one then, with so many newer noncurrent ones."""
        return _midnight(since, self.noncurrent_days) if newer >= self.newer_noncurrent else None

    def aborts(self, since: float) -> float | None:
        """When a multipart upload that began then is aborted."""
        return _midnight(since, self.abort_days)

    def _check(self, element: Mapping[str, Any]) -> None:
        if not any(element.get(action) for action in _ACTIONS):
            raise RuleError("InvalidRequest", "At least one action needs to be specified in a rule")
        if self.tags and (self.abort_days or self.expired_marker):
            name = "AbortIncompleteMultipartUpload" if self.abort_days else "ExpiredObjectDeleteMarker"
            raise RuleError("InvalidRequest", f"{name} cannot be specified with Tags")
        if self.newer_noncurrent and "Filter" not in element:
            raise RuleError("InvalidRequest", "NewerNoncurrentVersions element can only be used in Lifecycle V2")


def with_names(elements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The elements, of which each has an ID of its own; one without is given one.

    Raises:
        RuleError: two have the same.
    """
    named = [{**element, "ID": element.get("ID") or uuid.uuid4().hex} for element in elements]
    if len({element["ID"] for element in named}) < len(named):
        raise RuleError("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule")
    return named


def described(element: Mapping[str, Any]) -> dict[str, Any]:
    """The rule as GetBucketLifecycleConfiguration answers it."""
    answer = {_SEVERAL.get(name, name): _list(value) if name in _SEVERAL else value for name, value in element.items()}
    if "Prefix" in answer:
        answer["Prefix"] = answer["Prefix"] or ""
    if "Filter" in answer:
        answer["Filter"] = _described_filter(element["Filter"] or {})
    return answer


def _described_filter(element: Mapping[str, Any]) -> dict[str, Any]:
    where = dict(element)
    if "Prefix" in where:
        where["Prefix"] = where["Prefix"] or ""  # an empty element is None to the parser
    if both := where.get("And"):
        where["And"] = {name: value for name, value in _described_filter(both).items() if name != "Tag"}
        where["And"]["Tags"] = _list(both.get("Tag"))
    return where


def _filter(element: Mapping[str, Any]) -> Mapping[str, Any]:
    where = element.get("Filter") or {}
    return where.get("And") or where


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _number(element: Mapping[str, Any], name: str, least: int = 1) -> int | None:
    given = element.get(name)
    if given is None:
        return None
    if not str(given).isdecimal() or int(given) < least:
        raise RuleError("InvalidArgument", f"'{name}' must be a positive integer, got {given}")
    return int(given)


def _date(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RuleError("MalformedXML", f"'Date' must be an ISO 8601 date, got {text}") from None
    seconds = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    if seconds % DAY:
        raise RuleError("InvalidArgument", f"'Date' must be at midnight GMT, got {text}")
    return seconds


def _midnight(since: float, days: int | None) -> float | None:
    """So many days later, and then the next midnight (the page's "Based on an object's age")."""
    return None if days is None else math.ceil((since + days * DAY) / DAY) * DAY


def rules_of(bucket: Any) -> Iterator[Rule]:
    """The enabled rules of moto's bucket."""
    return (rule for rule in bucket.__dict__.get("lifecycle_rules", ()) if rule.enabled)
