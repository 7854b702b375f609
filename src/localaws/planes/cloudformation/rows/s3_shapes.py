"""Bucket settings as CloudFormation spells them, translated to what the S3 API takes."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.rows.base import Props, pick

LISTENERS = {
    "LambdaConfigurations": ("Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    "QueueConfigurations": ("Queue", "QueueConfigurations", "QueueArn"),
    "TopicConfigurations": ("Topic", "TopicConfigurations", "TopicArn"),
}


def encryption(given: Props) -> Props:
    """Page "AWS::S3::Bucket BucketEncryption"."""
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault", {"SSEAlgorithm": "AES256"}),
            **pick(rule, "BucketKeyEnabled"),
        }
        for rule in given["ServerSideEncryptionConfiguration"]
    ]
    return {"Rules": rules}


def ownership(given: Props) -> Props:
    """Page "AWS::S3::Bucket OwnershipControls"."""
    return {"Rules": [pick(rule, "ObjectOwnership") for rule in given["Rules"]]}


def logging(given: Props) -> Props:
    """Page "AWS::S3::Bucket LoggingConfiguration"."""
    return {
        "LoggingEnabled": {
            "TargetBucket": given.get("DestinationBucketName", ""),
            "TargetPrefix": given.get("LogFilePrefix", ""),
            **pick(given, "TargetObjectKeyFormat"),
        }
    }


def cors(given: Props) -> Props:
    """Page "AWS::S3::Bucket CorsRule"."""
    same = ("AllowedHeaders", "AllowedMethods", "AllowedOrigins")
    return {
        "CORSRules": [
            pick(rule, *same, ID="Id", ExposeHeaders="ExposedHeaders", MaxAgeSeconds="MaxAge")
            for rule in given["CorsRules"]
        ]
    }


def lifecycle(given: Props) -> Props:
    """Page "AWS::S3::Bucket Rule": one rule of the API for each.

    Raises:
        Refused: moto would drop what a rule says of newer versions to keep.
    """
    if "NewerNoncurrentVersions" in str(given):
        raise Refused("localaws: NotImplemented: NewerNoncurrentVersions in LifecycleConfiguration")
    return {"Rules": [_rule(place, rule) for place, rule in enumerate(given["Rules"], 1)]}


def _rule(place: int, rule: Props) -> Props:
    found: dict[str, Any] = {
        "ID": rule.get("Id", f"rule-{place}"),
        "Status": rule["Status"],
        "Filter": _filter(rule),
        **pick(rule, "AbortIncompleteMultipartUpload"),
    }
    expiration = pick(rule, "ExpiredObjectDeleteMarker", Days="ExpirationInDays", Date="ExpirationDate")
    if expiration:
        found["Expiration"] = expiration
    transitions = [*rule.get("Transitions", []), *([rule["Transition"]] if "Transition" in rule else [])]
    if transitions:
        found["Transitions"] = [
            pick(item, "StorageClass", Days="TransitionInDays", Date="TransitionDate") for item in transitions
        ]
    return {**found, **_noncurrent(rule)}


def _noncurrent(rule: Props) -> Props:
    found: Props = {}
    if "NoncurrentVersionExpiration" in rule:
        found["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    elif "NoncurrentVersionExpirationInDays" in rule:
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    single = [rule["NoncurrentVersionTransition"]] if "NoncurrentVersionTransition" in rule else []
    transitions = [*rule.get("NoncurrentVersionTransitions", []), *single]
    if transitions:
        found["NoncurrentVersionTransitions"] = [
            pick(item, "StorageClass", "NewerNoncurrentVersions", NoncurrentDays="TransitionInDays")
            for item in transitions
        ]
    return found


def _filter(rule: Props) -> Props:
    """One condition stands alone, several stand in `And` (page "LifecycleRuleFilter")."""
    sizes: Props = {name: int(rule[name]) for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan") if name in rule}
    tags = [pick(tag, "Key", "Value") for tag in rule.get("TagFilters", [])]
    prefix = {"Prefix": rule["Prefix"]} if "Prefix" in rule else {}
    if len(prefix) + len(tags) + len(sizes) > 1:
        return {"And": {**prefix, **({"Tags": tags} if tags else {}), **sizes}}
    if tags:
        return {"Tag": tags[0]}
    return {**prefix, **sizes} or {"Prefix": ""}


def notification(given: Props) -> Props:
    """Page "AWS::S3::Bucket NotificationConfiguration"."""
    found: Props = {}
    for name, (target, section, arn) in LISTENERS.items():
        listeners = [
            {arn: item[target], "Events": [item["Event"]], **_key_filter(item)} for item in given.get(name, [])
        ]
        if listeners:
            found[section] = listeners
    if given.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", "EventBridgeConfiguration" in given):
        found["EventBridgeConfiguration"] = {}
    return found


def _key_filter(item: Props) -> Props:
    if "Filter" not in item:
        return {}
    return {"Filter": {"Key": {"FilterRules": item["Filter"]["S3Key"]["Rules"]}}}
