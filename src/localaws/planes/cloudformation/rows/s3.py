"""AWS::S3: buckets with their settings, and bucket policies."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.rows import s3_shapes
from localaws.planes.cloudformation.rows.base import Props, Row, changed, document, names, tag_list


@dataclass(frozen=True)
class Setting:
    """A property of a bucket that has an operation of its own."""

    put: str
    argument: str
    translate: Callable[[Any], Any]
    remove: str = ""
    empty: Any = None  # where nothing removes it: what it is put to instead


def _same(given: Any) -> Any:
    return given


SETTINGS = {
    "VersioningConfiguration": Setting(
        "put_bucket_versioning", "VersioningConfiguration", _same, empty={"Status": "Suspended"}
    ),
    "BucketEncryption": Setting(
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        s3_shapes.encryption,
        remove="delete_bucket_encryption",
    ),
    "PublicAccessBlockConfiguration": Setting(
        "put_public_access_block", "PublicAccessBlockConfiguration", _same, remove="delete_public_access_block"
    ),
    "OwnershipControls": Setting(
        "put_bucket_ownership_controls",
        "OwnershipControls",
        s3_shapes.ownership,
        remove="delete_bucket_ownership_controls",
    ),
    "LifecycleConfiguration": Setting(
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        s3_shapes.lifecycle,
        remove="delete_bucket_lifecycle",
    ),
    "CorsConfiguration": Setting("put_bucket_cors", "CORSConfiguration", s3_shapes.cors, remove="delete_bucket_cors"),
    "LoggingConfiguration": Setting("put_bucket_logging", "BucketLoggingStatus", s3_shapes.logging, empty={}),
    "NotificationConfiguration": Setting(
        "put_bucket_notification_configuration", "NotificationConfiguration", s3_shapes.notification, empty={}
    ),
    "AccelerateConfiguration": Setting(
        "put_bucket_accelerate_configuration",
        "AccelerateConfiguration",
        lambda given: {"Status": given["AccelerationStatus"]},
        empty={"Status": "Suspended"},
    ),
    "Tags": Setting(
        "put_bucket_tagging", "Tagging", lambda tags: {"TagSet": tag_list(tags)}, remove="delete_bucket_tagging"
    ),
}


def _create(ctx: Context, props: Props) -> str:
    s3, name = ctx.client("s3"), props["BucketName"]
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
    else:
        raise Refused(f"{name} already exists")  # CreateBucket itself would answer as if it had made it
    place = {} if ctx.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": ctx.region}}
    lock = {"ObjectLockEnabledForBucket": True} if props.get("ObjectLockEnabled") else {}
    s3.create_bucket(Bucket=name, **place, **lock)
    ctx.made(name)
    _update(ctx, name, props, {})
    return str(name)


def _update(ctx: Context, name: str, new: Props, old: Props) -> None:
    s3 = ctx.client("s3")
    for key, setting in SETTINGS.items():
        if not changed(new, old, key):
            continue
        if key in new:
            getattr(s3, setting.put)(Bucket=name, **{setting.argument: setting.translate(new[key])})
        elif setting.remove:
            getattr(s3, setting.remove)(Bucket=name)
        else:
            getattr(s3, setting.put)(Bucket=name, **{setting.argument: setting.empty})


def _attributes(ctx: Context, name: str, _: Props) -> dict[str, Any]:
    """Page "AWS::S3::Bucket", return values."""
    return {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "DualStackDomainName": f"{name}.s3.dualstack.{ctx.region}.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{ctx.region}.amazonaws.com",
        "WebsiteURL": f"http://{name}.s3-website-{ctx.region}.amazonaws.com",
    }


def _put_policy(ctx: Context, bucket: str, props: Props, _: Props | None = None) -> None:
    ctx.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(props["PolicyDocument"]))


def _create_policy(ctx: Context, props: Props) -> str:
    _put_policy(ctx, props["Bucket"], props)
    return ctx.made(props["Bucket"])


ROWS = [
    Row(
        "AWS::S3::Bucket",
        names(" ".join(SETTINGS)) | names("BucketName ObjectLockEnabled"),
        _create,
        lambda ctx, name, props: ctx.client("s3").delete_bucket(Bucket=name),
        _update,
        _attributes,
        name="BucketName",
        lower=True,
    ),
    Row(
        "AWS::S3::BucketPolicy",
        names("Bucket PolicyDocument"),
        _create_policy,
        lambda ctx, bucket, props: ctx.client("s3").delete_bucket_policy(Bucket=bucket),
        _put_policy,
    ),
]
