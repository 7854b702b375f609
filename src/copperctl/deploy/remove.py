"""A stack gone from its account, with or without its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from copperctl.deploy.account import Account
from copperctl.deploy.reasons import reasons
from copperctl.errors import DeploymentError
from copperline.errors import expected

ZONES = ("copper", "bronze", "silver", "gold", "archive", "results", "docs")


def delete(stack: str = "copperline", *, with_data: bool = False, environment: Mapping[str, str] | None = None) -> None:
    """Neither the stack nor its bootstrap stack is there any more.

    Raises:
        DeploymentError: a bucket holds data and `with_data` was not said, or CloudFormation could not delete something.
    """
    account = Account(environment)
    s3, cloudformation = account.client("s3"), account.client("cloudformation")
    number = account.client("sts").get_caller_identity()["Account"]
    for zone in ZONES:
        _empty(s3, f"{stack}-{zone}-{number}", allowed=with_data)
    _delete(cloudformation, stack)
    _empty(s3, f"{stack}-artifacts-{number}", allowed=True)
    _delete(cloudformation, f"{stack}-bootstrap")


def _empty(s3: Any, bucket: str, *, allowed: bool) -> None:
    for page in _versions(s3, bucket):
        if not allowed:
            raise DeploymentError(
                expected(bucket, "content", "nothing", "objects", "say that the data may go, or keep the stack")
            )
        s3.delete_objects(Bucket=bucket, Delete={"Objects": page, "Quiet": True})


def _versions(s3: Any, bucket: str) -> Iterator[list[dict[str, str]]]:
    """Every version and delete marker of the bucket, at most a thousand at a time; none where there is no bucket."""
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if found:
                yield [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise


def _delete(cloudformation: Any, stack: str) -> None:
    cloudformation.delete_stack(StackName=stack)
    try:
        waiter = cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=stack, WaiterConfig={"Delay": 5, "MaxAttempts": 360})
    except WaiterError as error:
        why = "; ".join(reasons(cloudformation, stack)) or "its events give no reason"
        raise DeploymentError(f"stack {stack}: {why}") from error
