"""Deleting in a bucket whose versioning is suspended.

moto deletes every version there; S3 deletes the null version only, and its place takes a delete marker. Page "Deleting
object versions from a versioning-suspended bucket".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localaws.mend import edit


@dataclass(frozen=True)
class Nothing:
    """What a delete marker is about that no version came before."""

    name: str


def apply() -> None:
    """A DELETE without a version adds a delete marker wherever versioning is enabled or suspended."""
    from moto.s3.models import S3Backend

    edit(S3Backend, "delete_object", "if not bucket.is_versioned:", "if not bucket.versioning_status:")
    S3Backend._set_delete_marker = _set_delete_marker


def mark(bucket: Any, latest: Any) -> Any:
    """The delete marker that is now the current version; a suspended bucket's is its null version."""
    from moto.s3.models import FakeDeleteMarker

    marker = FakeDeleteMarker(key=latest)
    if bucket.versioning_status == "Suspended":
        marker._version_id = "null"
        kept = [version for version in bucket.keys.getlist(latest.name, []) if version.version_id != "null"]
        bucket.keys.setlist(latest.name, [*kept, marker])
    else:
        bucket.keys[latest.name] = marker
    return marker


def _set_delete_marker(self: Any, bucket_name: str, key_name: str) -> Any:
    """Also for a key that was never there (page "DeleteObject")."""
    bucket = self.get_bucket(bucket_name)
    return mark(bucket, bucket.keys.get(key_name) or Nothing(key_name))
