"""What Iceberg tables have published, read from the catalogue and their metadata files without an engine.

Source: Apache Iceberg, table specification version 2, "Table Metadata Fields".
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from copperline.files.copies import split_uri

#: The property of a gold snapshot's summary that tells what it was built from: JSON, each source's snapshot by its id.
BUILT_FROM = "copperline.built-from"
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Head:
    """The published snapshot of a table, and those that it was built from, as far as it tells."""

    snapshot: str
    built_from: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """Glue's, where each Iceberg table names its current metadata file; S3 is asked for a client only when read."""

    glue: Any
    s3: Callable[[], Any]

    def locations(self, database: str) -> dict[str, str]:
        """The metadata file of each Iceberg table of the database, by the table's name."""
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=database)
        try:
            tables = [table for page in pages for table in page["TableList"]]
        except self.glue.exceptions.EntityNotFoundException:
            return {}
        found = {table["Name"]: table.get("Parameters", {}).get("metadata_location") for table in tables}
        return {name: location for name, location in found.items() if location}

    def head(self, location: str) -> Head | None:
        """What readers of the table see; None where nothing is published yet."""
        return head_of(self.metadata(location))

    def metadata(self, location: str) -> dict[str, Any]:
        """The metadata file, whole."""
        bucket, key = split_uri(location)
        data = self.s3().get_object(Bucket=bucket, Key=key)["Body"].read()
        found: dict[str, Any] = json.loads(gzip.decompress(data) if data.startswith(GZIP) else data)
        return found


def head_of(metadata: Mapping[str, Any]) -> Head | None:
    """The head of branch main, with what the latest of its ancestors that tells says it was built from."""
    main = metadata.get("refs", {}).get("main", {}).get("snapshot-id", metadata.get("current-snapshot-id"))
    if main in (None, -1):
        return None
    told = (snapshot["summary"] for snapshot in _ancestry(metadata, main))
    built_from = next((summary[BUILT_FROM] for summary in told if BUILT_FROM in summary), "{}")
    return Head(str(main), {source: str(snapshot) for source, snapshot in json.loads(built_from).items()})


def _ancestry(metadata: Mapping[str, Any], snapshot_id: int | None) -> Iterator[Mapping[str, Any]]:
    by_id = {snapshot["snapshot-id"]: snapshot for snapshot in metadata.get("snapshots", [])}
    while snapshot_id in by_id:
        yield by_id[snapshot_id]
        snapshot_id = by_id[snapshot_id].get("parent-snapshot-id")
