"""Which objects a target names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localaws.planes.glue_crawlers.globs import pattern


@dataclass(frozen=True)
class Item:
    """One object of S3."""

    bucket: str
    key: str
    size: int
    etag: str

    @property
    def folder(self) -> str:
        """The key up to its last slash, with it."""
        return self.key[: self.key.rfind("/") + 1]


@dataclass(frozen=True)
class Target:
    """An include path, what lies under it, and the patterns of what does not count, as tables name them."""

    bucket: str
    prefix: str
    items: tuple[Item, ...]
    exclusions: tuple[str, ...] = ()


def look(s3: Any, target: Mapping[str, Any]) -> Target:
    """The target's objects that have content and are not excluded, in the order of their keys.

    Its prefix is a folder's, or the key of one object. SampleSize takes the first so many of each folder (page
    "S3Target").
    """
    bucket, _, prefix = target["Path"].partition("://")[2].partition("/")
    if prefix and not prefix.endswith("/"):
        prefix = _folder_or_object(s3, bucket, prefix)
    globs: list[str] = target.get("Exclusions") or []
    excluded = [pattern(glob) for glob in globs]
    listed = (item for item in _listed(s3, bucket, prefix) if item.key == prefix or _is_folder(prefix))
    items = [item for item in listed if not _is_excluded(item.key[len(prefix) :], excluded)]
    named = tuple(f"s3://{bucket}/{prefix}{glob}" for glob in globs)
    return Target(bucket, prefix, tuple(_sampled(items, target.get("SampleSize"))), named)


def _listed(s3: Any, bucket: str, prefix: str) -> Iterator[Item]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", ()):
            if entry["Size"] and not entry["Key"].endswith("/"):
                yield Item(bucket, entry["Key"], entry["Size"], entry["ETag"])


def _folder_or_object(s3: Any, bucket: str, prefix: str) -> str:
    """An include path names a folder with or without its slash, or one object."""
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/", MaxKeys=1)
    return f"{prefix}/" if found.get("Contents") else prefix


def _is_folder(prefix: str) -> bool:
    return not prefix or prefix.endswith("/")


def _is_excluded(path: str, excluded: list[re.Pattern[str]]) -> bool:
    return any(expression.fullmatch(path) for expression in excluded)


def _sampled(items: list[Item], size: int | None) -> Iterator[Item]:
    taken: defaultdict[str, int] = defaultdict(int)
    for item in items:
        taken[item.folder] += 1
        if size is None or taken[item.folder] <= size:
            yield item
