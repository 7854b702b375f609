"""What accepted files have shown for the first time: tables, partitions and schemas that crawlers catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from copperline.files.dynamo import Table
from copperline.files.findings import FoundColumn
from copperline.files.records import written

ZONES = ("copper", "bronze")
LATEST = "latest"
#: A sort key ends at 1024 bytes (DynamoDB quotas), as long as a key of S3 may be; folders above this go by their hash.
LONGEST_PLACE = 400


@dataclass(frozen=True)
class Sighting:
    """A schema at a place that a crawler catalogues."""

    zone: str
    feed: str
    table: str
    partition: str
    fingerprint: str

    @property
    def key(self) -> tuple[str, str]:
        """The key of its item."""
        return latest_key(self.zone, self.feed)[0], f"{self.table}/{self.partition}/{self.fingerprint}"


def latest_key(zone: str, feed: str) -> tuple[str, str]:
    """The key of the item that tells when something of a zone of a feed was new."""
    return f"discovery#{zone}#{feed}", LATEST


def sightings(feed: str, copper_key: str, bronze_key: str, columns: Iterable[FoundColumn]) -> tuple[Sighting, ...]:
    """What one accepted file shows, in copper and in bronze."""
    text = "\n".join(f"{column.name}\t{column.type}" for column in columns)
    fingerprint = sha256(text.encode()).hexdigest()[:12]
    return tuple(
        Sighting(zone, feed, _place(folder), _place(partition), fingerprint)
        for zone, key in (("copper", copper_key), ("bronze", bronze_key))
        for folder, _, partition in [key.rpartition("/")[0].partition("/")[2].partition("/")]
    )


def _place(folder: str) -> str:
    name = folder.encode()
    return (folder if len(name) <= LONGEST_PLACE else sha256(name).hexdigest()) or "-"


class Discoveries:
    """What was seen so far, remembered for as long as the process lives."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: set[tuple[str, str]] = set()

    def unknown(self, seen: Iterable[Sighting]) -> list[Sighting]:
        """Those of the sightings that nobody has recorded."""
        fresh = [sighting for sighting in seen if sighting.key not in self._known]
        self._known |= self._table.batch_get([sighting.key for sighting in fresh], "pk sk").keys() if fresh else set()
        return [sighting for sighting in fresh if sighting.key not in self._known]

    def record(self, new: Iterable[Sighting], found_at: datetime) -> list[dict[str, Any]]:
        """The actions that record the sightings, for the transaction that accepts the file they come from.

        `found_at` must be later than the file's copies, so that a crawl which began after it has seen the file.
        """
        actions: list[dict[str, Any]] = []
        for sighting in new:
            pk, sk = sighting.key
            at = {"found_at": written(found_at)}
            actions += [self._table.put({"pk": pk, "sk": sk, **at}), self._table.change(pk, LATEST, at)]
        return actions

    def recorded(self, new: Iterable[Sighting]) -> None:
        """The transaction went through."""
        self._known |= {sighting.key for sighting in new}
