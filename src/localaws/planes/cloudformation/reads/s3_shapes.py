"""Bucket settings as the S3 API tells them, translated to CloudFormation's spelling (the way back of rows)."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.rows.base import Props, pick
from localaws.planes.cloudformation.rows.s3_shapes import LISTENERS


def encryption(found: Props) -> Props:
    """Page "AWS::S3::Bucket BucketEncryption"."""
    rules = found["ServerSideEncryptionConfiguration"]["Rules"]
    default = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    return {"ServerSideEncryptionConfiguration": [pick(rule, "BucketKeyEnabled", **default) for rule in rules]}


def logging(found: Props) -> Props | None:
    """Page "AWS::S3::Bucket LoggingConfiguration"."""
    on = found.get("LoggingEnabled")
    if not on:
        return None
    return pick(on, "TargetObjectKeyFormat", DestinationBucketName="TargetBucket", LogFilePrefix="TargetPrefix")


def cors(found: Props) -> Props:
    """Page "AWS::S3::Bucket CorsRule"."""
    same = ("AllowedHeaders", "AllowedMethods", "AllowedOrigins")
    renamed = {"Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {"CorsRules": [pick(rule, *same, **renamed) for rule in found["CORSRules"]]}


def lifecycle(found: Props) -> Props:
    """Page "AWS::S3::Bucket Rule"."""
    return {"Rules": [_rule(rule) for rule in found["Rules"]]}


def _rule(rule: Props) -> Props:
    expiration = rule.get("Expiration", {})
    noncurrent = rule.get("NoncurrentVersionTransitions", [])
    days = {"TransitionInDays": "Days", "TransitionDate": "Date"}
    lists: dict[str, Any] = {
        "Transitions": [pick(one, "StorageClass", **days) for one in rule.get("Transitions", [])],
        "NoncurrentVersionTransitions": [
            pick(one, "StorageClass", "NewerNoncurrentVersions", TransitionInDays="NoncurrentDays")
            for one in noncurrent
        ],
    }
    return {
        **pick(rule, "Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration", Id="ID"),
        **pick(expiration, "ExpiredObjectDeleteMarker", ExpirationInDays="Days", ExpirationDate="Date"),
        **{name: items for name, items in lists.items() if items},
        **_filter(rule.get("Filter", {})),
    }


def _filter(found: Props) -> Props:
    whole = {**found, **found.get("And", {})}
    tags = whole.get("Tags", [whole["Tag"]] if "Tag" in whole else [])
    sizes = {name: str(whole[name]) for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan") if name in whole}
    return {**({"TagFilters": tags} if tags else {}), **pick(whole, "Prefix"), **sizes}


def notification(found: Props) -> Props:
    """Page "AWS::S3::Bucket NotificationConfiguration": one listener for each event."""
    told: Props = {}
    for name, (target, section, arn) in LISTENERS.items():
        listeners = [
            {target: item[arn], "Event": event, **_key_filter(item)}
            for item in found.get(section, [])
            for event in item["Events"]
        ]
        if listeners:
            told[name] = listeners
    if "EventBridgeConfiguration" in found:
        told["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return told


def _key_filter(item: Props) -> Props:
    rules = item.get("Filter", {}).get("Key", {}).get("FilterRules")
    return {"Filter": {"S3Key": {"Rules": rules}}} if rules else {}
