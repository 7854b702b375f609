"""Objects in S3, with the rights of the caller."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import ClientError

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.keys import Keys

_DENIED = ("403", "AccessDenied", "AccessDeniedException")


@dataclass(frozen=True)
class Object:
    """An object: where it is, how big, and which version of its bytes."""

    uri: str
    size: int
    etag: str


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of s3://bucket/key."""
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not bucket:
        raise QueryError("HIVE_METASTORE_ERROR", f"Table location is no s3:// URI: {uri}")
    return bucket, key


def body(keys: Keys, uri: str) -> bytes:
    """All bytes of an object."""
    bucket, key = split(uri)
    try:
        found: bytes = keys.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise failure(error, uri) from error
    return found


def listed(keys: Keys, location: str) -> list[Object]:
    """The objects under a location that hold data: hidden ones and empty ones are left out, as by Athena."""
    bucket, prefix = split(location)
    prefix = prefix if not prefix or prefix.endswith("/") else prefix + "/"
    pages = keys.client("s3").get_paginator("list_objects_v2")
    try:
        found = [each for page in pages.paginate(Bucket=bucket, Prefix=prefix) for each in page.get("Contents", [])]
    except ClientError as error:
        raise failure(error, location) from error
    return [
        Object(f"s3://{bucket}/{each['Key']}", each["Size"], each["ETag"])
        for each in found
        if each["Size"] and not _hidden(each["Key"][len(prefix) :])
    ]


def _hidden(path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.split("/"))


def failure(error: ClientError, place: str) -> QueryError:
    """The error that Athena shows for one of S3."""
    code = error.response["Error"]["Code"]
    message = error.response["Error"].get("Message", "")
    if code in _DENIED:
        return QueryError(
            "PERMISSION_DENIED", f"Access Denied (Service: Amazon S3; Status Code: 403): {place}. {message}".strip()
        )
    if code in ("NoSuchBucket", "NoSuchKey", "404"):
        return QueryError("HIVE_CANNOT_OPEN_SPLIT", f"{code}: {place}")
    return QueryError("HIVE_FILESYSTEM_ERROR", f"{code}: {message} ({place})")
