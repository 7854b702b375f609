"""AWS::KMS as KMS tells it."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import GoneError, Read, only, tags
from localaws.planes.cloudformation.rows.base import Props, pick


def _key(ctx: Context, key: str, _: Props) -> Props:
    """A key that waits for its deletion is gone."""
    kms = ctx.client("kms")
    found = kms.describe_key(KeyId=key)["KeyMetadata"]
    if found["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
        raise GoneError
    rotation = kms.get_key_rotation_status(KeyId=key)
    return {
        **pick(found, "Description", "Enabled", "KeySpec", "KeyUsage", "MultiRegion"),
        "EnableKeyRotation": rotation["KeyRotationEnabled"],
        "KeyPolicy": kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"],
        "Tags": tags(kms.list_resource_tags(KeyId=key)["Tags"], "TagKey", "TagValue"),
    }


def _alias(ctx: Context, name: str, _: Props) -> Props:
    pages = ctx.client("kms").get_paginator("list_aliases").paginate()
    found = only(alias for page in pages for alias in page["Aliases"] if alias["AliasName"] == name)
    return pick(found, "AliasName", "TargetKeyId")


READS: dict[str, Read] = {"AWS::KMS::Alias": _alias, "AWS::KMS::Key": _key}
