"""Tags say a thing once (page "PutObjectTagging")."""

from __future__ import annotations

from typing import Any


def apply() -> None:
    """Tags that say a thing twice are refused."""
    from moto.s3.responses import S3Response

    S3Response._tagging_from_xml = _told_once(S3Response._tagging_from_xml)


def _told_once(plain: Any) -> Any:
    def tagging_from_xml(self: Any) -> Any:
        from moto.s3.exceptions import DuplicateTagKeys
        from moto.s3.responses import xmltodict

        tags = ((xmltodict.parse(self.body).get("Tagging") or {}).get("TagSet") or {}).get("Tag") or []
        keys = [tag["Key"] for tag in (tags if isinstance(tags, list) else [tags])]
        if len(set(keys)) < len(keys):
            raise DuplicateTagKeys
        return plain(self)

    return tagging_from_xml
