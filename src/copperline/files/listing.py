"""What lies in copper, version by version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, order=True)
class Version:
    """A version of an object; versions sort in the order of delivery, as far as S3 tells it.

    S3 tells seconds. Within one, keys go by their names, and the versions of a key by their age.
    """

    modified: datetime
    key: str
    age: int
    version_id: str
    size: int


def versions(s3: Any, bucket: str, prefix: str = "") -> Iterator[Version]:
    """Every version of every object whose key begins with the prefix, also those overwritten or deleted since.

    A key that ends in a slash and has no content is a folder that a console made, and no file. Versions of a key are
    listed newest first (Amazon S3 API reference, ListObjectVersions).
    """
    place = 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Versions", []):
            place += 1
            if found["Size"] or not found["Key"].endswith("/"):
                yield Version(found["LastModified"], found["Key"], -place, found["VersionId"], found["Size"])
