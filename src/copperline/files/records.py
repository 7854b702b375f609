"""What DynamoDB knows of a delivery, as typed records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256 as hash_of
from typing import Any

from copperline.contract import CORRECTIONS
from copperline.files.findings import Finding, FoundColumn

CLAIMED, ACCEPTED, REPEATED, REFUSED = "claimed", "accepted", "repeated", "refused"
PUBLISHED = "published"
#: The table under which a file that fits no contract is accounted for.
UNROUTED = "ops.files"
NOTHING = Finding()
#: An item ends at 400 KB (DynamoDB quotas); a stranger's schema may not fill it.
MOST_COLUMNS, MOST_NAME, MOST_DRIFT, MOST_TEXT = 500, 100, 50, 4000


def moment(text: str) -> datetime:
    """The moment that `written` wrote."""
    return datetime.fromisoformat(text)


def written(at: datetime) -> str:
    """The moment in UTC to the microsecond, always as long, so that texts sort as moments do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def delivery_id(delivered_at: datetime, key: str, version_id: str) -> str:
    """The name of a delivery: it sorts by the moment, and tells apart what was claimed in the same one."""
    own = hash_of(b"\0".join((key.encode(), version_id.encode()))).hexdigest()
    return f"{written(delivered_at)}-{own[:12]}"


@dataclass(frozen=True)
class Claim:
    """A version of a copper object, and how far it has come.

    `uri` is where its bytes go, set once that is decided: a claim that has it and is still `claimed` waits for its
    copies alone. `closed` means that nothing is left to do, the alert and the tag included.
    """

    key: str
    version_id: str
    delivery: str
    delivered_at: datetime
    size: int
    state: str = CLAIMED
    closed: bool = False
    sha256: str = ""
    uri: str = ""
    table: str = ""
    reason: str = ""
    detail: str = ""
    remedy: str = ""
    found: Finding = NOTHING

    @property
    def reserved(self) -> bool:
        """Whether its content is its own, and only the copies are missing."""
        return self.state == CLAIMED and bool(self.uri)

    @property
    def ingest_date(self) -> date:
        """The day of its delivery, UTC."""
        return self.delivered_at.date()

    def item(self) -> dict[str, Any]:
        """The item that keeps it."""
        values = {
            "pk": copper(self.key),
            "sk": self.version_id,
            "delivery": self.delivery,
            "delivered_at": written(self.delivered_at),
            "size": self.size,
            "state": self.state,
        }
        return values | self.outcome()

    def outcome(self) -> dict[str, Any]:
        """What a decision adds to its item."""
        values = {
            "state": self.state,
            "sha256": self.sha256,
            "bronze_uri": self.uri,
            "table": self.table,
            "reason": self.reason,
            "detail": self.detail[:MOST_TEXT],
            "remedy": self.remedy,
        }
        return {name: value for name, value in values.items() if value} | found_values(self.found)


def copper(key: str) -> str:
    """The partition of a copper key's claims."""
    return f"copper#{key}"


def claim_of(item: Mapping[str, Any]) -> Claim:
    """The claim that an item keeps."""
    return Claim(
        key=item["pk"].removeprefix("copper#"),
        version_id=item["sk"],
        delivery=item["delivery"],
        delivered_at=moment(item["delivered_at"]),
        size=item["size"],
        state=item["state"],
        closed=item.get("closed", False),
        sha256=item.get("sha256", ""),
        uri=item.get("bronze_uri", ""),
        table=item.get("table", ""),
        reason=item.get("reason", ""),
        detail=item.get("detail", ""),
        remedy=item.get("remedy", ""),
        found=finding_of(item),
    )


@dataclass(frozen=True)
class Pending:
    """A delivery that waits for one of the tables that read it; all a job needs to read and to account for it.

    `state` is accepted (read it), repeated (the same bytes came before) or refused (account for it alone).
    `found` is what the file said of itself: columns, rows where it tells, drift.
    """

    delivery: str
    delivered_at: datetime
    uri: str
    key: str
    version_id: str
    size: int
    sha256: str
    bronze: str
    state: str = ACCEPTED
    reason: str = ""
    detail: str = ""
    found: Finding = NOTHING

    @property
    def corrects(self) -> bool:
        """Whether it holds what people say of rejected rows, and no rows of its own."""
        return self.bronze.partition(".")[0] == CORRECTIONS

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.key.rpartition("/")[2]

    @property
    def ingest_date(self) -> date:
        """The day of its delivery, UTC."""
        return self.delivered_at.date()

    @property
    def note(self) -> str:
        """What people should know of it: why it is not read, or else how it drifts from its contract; often nothing."""
        why = ": ".join(text for text in (self.reason, self.detail) if text)
        return why or (f"drift: {'; '.join(self.found.drift)}" if self.found.drift else "")

    @property
    def rows(self) -> int | None:
        """How many rows the file says it has, where its format tells."""
        return self.found.rows

    def item(self, pk: str) -> dict[str, Any]:
        """The item that keeps it in a partition."""
        return {
            "pk": pk,
            "sk": self.delivery,
            "delivered_at": written(self.delivered_at),
            "ingest_date": str(self.ingest_date),
            "uri": self.uri,
            "key": self.key,
            "name": self.name,
            "version_id": self.version_id,
            "size": self.size,
            "sha256": self.sha256,
            "bronze": self.bronze,
            "state": self.state,
            "reason": self.reason or None,
            "detail": self.detail[:MOST_TEXT] or None,
            **found_values(self.found),
        }


def pending_of(item: Mapping[str, Any]) -> Pending:
    """The record that an item keeps."""
    return Pending(
        delivery=item["sk"],
        delivered_at=moment(item["delivered_at"]),
        uri=item["uri"],
        key=item["key"],
        version_id=item["version_id"],
        size=item["size"],
        sha256=item["sha256"],
        bronze=item["bronze"],
        state=item["state"],
        reason=item.get("reason", ""),
        detail=item.get("detail", ""),
        found=finding_of(item),
    )


def waiting(claim: Claim) -> Pending:
    """What a decided claim leaves for the tables that read it."""
    return Pending(
        delivery=claim.delivery,
        delivered_at=claim.delivered_at,
        uri=claim.uri,
        key=claim.key,
        version_id=claim.version_id,
        size=claim.size,
        sha256=claim.sha256,
        bronze=claim.table,
        state=claim.state,
        reason=claim.reason,
        detail=claim.detail,
        found=claim.found,
    )


def found_values(found: Finding) -> dict[str, Any]:
    """A finding as attributes; of a schema that is wider than any table's, its first columns."""
    columns = [[item.name[:MOST_NAME], item.type, item.nested] for item in found.columns[:MOST_COLUMNS]]
    drift = [sentence[: 2 * MOST_NAME] for sentence in found.drift[:MOST_DRIFT]]
    if len(found.drift) > MOST_DRIFT:
        drift.append(f"and {len(found.drift) - MOST_DRIFT} more")
    values = {"columns": json.dumps(columns, ensure_ascii=False), "rows": found.rows, "drift": drift}
    return {name: value for name, value in values.items() if value not in ("[]", [], None)}


def finding_of(item: Mapping[str, Any]) -> Finding:
    """The finding that the attributes tell."""
    columns = tuple(FoundColumn(name, kind, nested) for name, kind, nested in json.loads(item.get("columns", "[]")))
    return Finding(columns, item.get("rows"), tuple(item.get("drift", ())))
