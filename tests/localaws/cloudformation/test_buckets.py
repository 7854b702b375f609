"""AWS::S3::Bucket, each setting as S3 itself tells it (page "AWS::S3::Bucket" and its property pages)."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloudformation.conftest import Stacks

#: What the template says, the S3 operation that tells it, and what that answers.
SETTINGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "encryption": (
        "BucketEncryption: {ServerSideEncryptionConfiguration: [{BucketKeyEnabled: true,"
        " ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: alias/aws/s3}}]}",
        "get_bucket_encryption",
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": "alias/aws/s3",
                        },
                        "BucketKeyEnabled": True,
                    }
                ]
            }
        },
    ),
    "versioning": ("VersioningConfiguration: {Status: Enabled}", "get_bucket_versioning", {"Status": "Enabled"}),
    "public access": (
        "PublicAccessBlockConfiguration:"
        " {BlockPublicAcls: true, BlockPublicPolicy: 'true', IgnorePublicAcls: true, RestrictPublicBuckets: false}",
        "get_public_access_block",
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": False,
            }
        },
    ),
    "ownership": (
        "OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}",
        "get_bucket_ownership_controls",
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    ),
    "tags": ("Tags: [{Key: a, Value: b}]", "get_bucket_tagging", {"TagSet": [{"Key": "a", "Value": "b"}]}),
    "eventbridge": (
        "NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}",
        "get_bucket_notification_configuration",
        {"EventBridgeConfiguration": {}},
    ),
    "cors": (
        "CorsConfiguration: {CorsRules: [{AllowedMethods: [GET], AllowedOrigins: ['*'], MaxAge: 3}]}",
        "get_bucket_cors",
        {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3}]},
    ),
}
RULES: dict[str, tuple[str, dict[str, Any]]] = {
    "a tag": (
        "{Id: x, Status: Enabled, ExpirationInDays: 14, TagFilters: [{Key: done, Value: 'true'}]}",
        {"Filter": {"Tag": {"Key": "done", "Value": "true"}}, "Expiration": {"Days": 14}},
    ),
    "prefix and tag": (
        "{Id: x, Status: Enabled, Prefix: a/, TagFilters: [{Key: k, Value: v}], ExpirationInDays: 1}",
        {"Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}}, "Expiration": {"Days": 1}},
    ),
    "old versions": (
        "{Id: x, Status: Enabled, NoncurrentVersionExpiration: {NoncurrentDays: 3}}",
        {"Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 3}},
    ),
    "uploads": (
        "{Id: x, Status: Enabled, AbortIncompleteMultipartUpload: {DaysAfterInitiation: '7'}}",
        {"Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
    ),
    "storage class": (
        "{Id: x, Status: Enabled, Transitions: [{StorageClass: GLACIER, TransitionInDays: 30}]}",
        {"Filter": {"Prefix": ""}, "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
    ),
}


def bucket(*settings: str) -> str:
    return f"B: {{Type: AWS::S3::Bucket, Properties: {{{', '.join(['BucketName: b-<id>', *settings])}}}}}"


def ask(stacks: Stacks, operation: str) -> dict[str, Any]:
    found = getattr(stacks.aws.client("s3"), operation)(Bucket=f"b-{stacks.suffix}")
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_made_changed_and_removed(stacks: Stacks, name: str) -> None:
    given, operation, expected = SETTINGS[name]
    stacks.create(bucket())
    assert stacks.update(bucket(given)) == "UPDATE_COMPLETE"
    assert ask(stacks, operation) == expected
    assert stacks.update(bucket()) == "UPDATE_COMPLETE"
    assert answer(stacks, operation) != expected


def answer(stacks: Stacks, operation: str) -> dict[str, Any] | None:
    """The same, or None where S3 says that there is nothing of the kind."""
    try:
        return ask(stacks, operation)
    except ClientError:
        return None


@pytest.mark.parametrize("name", RULES)
def test_a_lifecycle_rule_is_what_the_template_says(stacks: Stacks, name: str) -> None:
    """Page "AWS::S3::Bucket Rule"."""
    given, expected = RULES[name]
    assert stacks.create(bucket(f"LifecycleConfiguration: {{Rules: [{given}]}}")) == "CREATE_COMPLETE"
    rules = ask(stacks, "get_bucket_lifecycle_configuration")["Rules"]
    assert rules == [{"ID": "x", "Status": "Enabled", **expected}]


def test_events_reach_a_queue(stacks: Stacks) -> None:
    """Page "AWS::S3::Bucket NotificationConfiguration"."""
    listen = (
        "NotificationConfiguration: {QueueConfigurations: [{Event: 's3:ObjectCreated:*', Queue: !GetAtt Q.Arn,"
        " Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}}]}"
    )
    stacks.create(f"Q: {{Type: AWS::SQS::Queue}}\n{bucket(listen)}")
    (found,) = ask(stacks, "get_bucket_notification_configuration")["QueueConfigurations"]
    assert (found["QueueArn"].split(":")[2], found["Events"]) == ("sqs", ["s3:ObjectCreated:*"])
    assert found["Filter"]["Key"]["FilterRules"][0]["Value"] == "in/"


def test_a_name_that_is_taken_fails_the_creation(stacks: Stacks) -> None:
    stacks.create(bucket())
    assert stacks.create(bucket(), "other") == "ROLLBACK_COMPLETE"
    assert f"b-{stacks.suffix} already exists" in stacks.reasons("other")
    stacks.aws.client("s3").head_bucket(Bucket=f"b-{stacks.suffix}")


def test_a_setting_that_is_refused_takes_the_new_bucket_with_it(stacks: Stacks) -> None:
    logging = "LoggingConfiguration: {DestinationBucketName: nowhere-<id>}"
    assert stacks.create(bucket(logging)) == "ROLLBACK_COMPLETE"
    assert "InvalidTargetBucketForLogging" in stacks.reasons()
    with pytest.raises(ClientError):
        stacks.aws.client("s3").head_bucket(Bucket=f"b-{stacks.suffix}")


def test_a_policy_follows_its_bucket(stacks: Stacks) -> None:
    """Page "AWS::S3::BucketPolicy"."""
    policy = """
        B: {Type: AWS::S3::Bucket, Properties: {BucketName: b-<id>}}
        P:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref B
            PolicyDocument:
              Version: 2012-10-17
              Statement: {Effect: Deny, Principal: "*", Action: s3:PutObject, Resource: !Sub "${B.Arn}/*"}
    """
    stacks.create(policy)
    assert "s3:PutObject" in ask(stacks, "get_bucket_policy")["Policy"]
    stacks.update(policy.replace("s3:PutObject", "s3:DeleteObject"))
    assert "s3:DeleteObject" in ask(stacks, "get_bucket_policy")["Policy"]
    stacks.update(bucket())
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        ask(stacks, "get_bucket_policy")
