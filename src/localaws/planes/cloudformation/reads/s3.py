"""AWS::S3 as S3 tells it: each setting has an operation of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads import s3_shapes
from localaws.planes.cloudformation.reads.base import Read, asked
from localaws.planes.cloudformation.rows.base import Props, pick


@dataclass(frozen=True)
class Setting:
    """How a setting of a bucket is asked for, what S3 says where there is none, and CloudFormation's spelling of it."""

    ask: str
    answer: Callable[[Any], Any]
    none: str = ""


SETTINGS = {
    "VersioningConfiguration": Setting("get_bucket_versioning", lambda found: pick(found, "Status")),
    "BucketEncryption": Setting(
        "get_bucket_encryption", s3_shapes.encryption, "ServerSideEncryptionConfigurationNotFoundError"
    ),
    "PublicAccessBlockConfiguration": Setting(
        "get_public_access_block",
        lambda found: found["PublicAccessBlockConfiguration"],
        "NoSuchPublicAccessBlockConfiguration",
    ),
    "OwnershipControls": Setting(
        "get_bucket_ownership_controls", lambda found: found["OwnershipControls"], "OwnershipControlsNotFoundError"
    ),
    "LifecycleConfiguration": Setting(
        "get_bucket_lifecycle_configuration", s3_shapes.lifecycle, "NoSuchLifecycleConfiguration"
    ),
    "CorsConfiguration": Setting("get_bucket_cors", s3_shapes.cors, "NoSuchCORSConfiguration"),
    "LoggingConfiguration": Setting("get_bucket_logging", s3_shapes.logging),
    "NotificationConfiguration": Setting("get_bucket_notification_configuration", s3_shapes.notification),
    "AccelerateConfiguration": Setting(
        "get_bucket_accelerate_configuration", lambda found: pick(found, AccelerationStatus="Status")
    ),
    "Tags": Setting("get_bucket_tagging", lambda found: found["TagSet"], "NoSuchTagSet"),
    "ObjectLockEnabled": Setting(
        "get_object_lock_configuration",
        lambda found: found["ObjectLockConfiguration"]["ObjectLockEnabled"] == "Enabled",
        "ObjectLockConfigurationNotFoundError",
    ),
}


def _bucket(ctx: Context, name: str, props: Props) -> Props:
    """The settings that the template gives: asking for each of the others would only take time."""
    s3 = ctx.client("s3")
    s3.head_bucket(Bucket=name)
    found: Props = {"BucketName": name}
    for key in SETTINGS.keys() & props.keys():
        setting = SETTINGS[key]
        answer = asked(getattr(s3, setting.ask), setting.none, Bucket=name)
        told = {part: value for part, value in answer.items() if part != "ResponseMetadata"}
        found[key] = setting.answer(told) if told else None
    return found


def _policy(ctx: Context, bucket: str, _: Props) -> Props:
    return {"Bucket": bucket, "PolicyDocument": ctx.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]}


READS: dict[str, Read] = {"AWS::S3::Bucket": _bucket, "AWS::S3::BucketPolicy": _policy}
