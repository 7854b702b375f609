"""Nested stacks (user guide, "Embed stacks within other stacks using nested stacks")."""

from __future__ import annotations

import json
from typing import Any

from tests.localaws.cloudformation.conftest import Stacks

CHILD = """
Parameters: {Delay: {Type: Number}}
Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: nested-<id>, DelaySeconds: !Ref Delay}}
  B: {Type: AWS::S3::Bucket, Properties: {BucketName: nested-<id>}}
Outputs: {Queue: {Value: !GetAtt Q.QueueName}}
"""


def child(stacks: Stacks, text: str = CHILD, key: str = "child.yaml") -> str:
    s3, bucket = stacks.aws.client("s3"), f"templates-{stacks.suffix}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=text.replace("<id>", stacks.suffix).encode())
    return f"https://s3.amazonaws.com/{bucket}/{key}"


def parent(url: str, delay: int = 1, *more: str) -> str:
    nested: dict[str, Any] = {"TemplateURL": url, "Parameters": {"Delay": delay}}
    lines = [
        "Resources:",
        f"  Child: {{Type: AWS::CloudFormation::Stack, Properties: {json.dumps(nested)}}}",
        *more,
        "Outputs: {Queue: {Value: !GetAtt Child.Outputs.Queue}, Joined: {Value: !Sub 'x-${Child.Outputs.Queue}'}}",
    ]
    return "\n".join(lines)


def delay(stacks: Stacks) -> str:
    sqs = stacks.aws.client("sqs")
    url = sqs.get_queue_url(QueueName=f"nested-{stacks.suffix}")["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"]["DelaySeconds"])


def nested_id(stacks: Stacks) -> str:
    return stacks.resources()["Child"]


def test_outputs_of_a_nested_stack_are_attributes(stacks: Stacks) -> None:
    assert stacks.create(parent(child(stacks))) == "CREATE_COMPLETE"
    queue = f"nested-{stacks.suffix}"
    assert stacks.outputs() == {"Queue": queue, "Joined": f"x-{queue}"}
    nested = stacks.api.describe_stacks(StackName=nested_id(stacks))["Stacks"][0]
    assert nested["ParentId"] == nested["RootId"] == stacks.describe()["StackId"]


def test_a_nested_stack_is_updated_in_place(stacks: Stacks) -> None:
    stacks.create(parent(child(stacks)))
    before = nested_id(stacks)
    s3 = stacks.aws.client("s3")
    s3.put_object(Bucket=f"nested-{stacks.suffix}", Key="data", Body=b"kept")
    assert stacks.update(parent(child(stacks), 7)) == "UPDATE_COMPLETE"
    assert (nested_id(stacks), delay(stacks)) == (before, "7")
    assert s3.get_object(Bucket=f"nested-{stacks.suffix}", Key="data")["Body"].read() == b"kept"
    s3.delete_object(Bucket=f"nested-{stacks.suffix}", Key="data")


def test_an_overwritten_nested_template_is_a_change(stacks: Stacks) -> None:
    url = child(stacks)
    stacks.create(parent(url))
    child(stacks, CHILD.replace("!Ref Delay", "9"))
    assert stacks.update(parent(url)) == "UPDATE_COMPLETE"
    assert delay(stacks) == "9"


def test_a_failure_beside_it_rolls_the_nested_stack_back(stacks: Stacks) -> None:
    """What the nested update removed is still there, since nothing is deleted before the root has succeeded."""
    url = child(stacks)
    stacks.create(parent(url))
    gone = CHILD.replace("  B:", "  # B:")
    broken = "  X: {Type: AWS::SNS::Subscription, DependsOn: Child, Properties: {TopicArn: no, Protocol: sqs}}"
    other = child(stacks, gone, "other.yaml")
    assert stacks.update(parent(other, 7, broken)) == "UPDATE_ROLLBACK_COMPLETE"
    assert delay(stacks) == "1"
    stacks.aws.client("s3").head_bucket(Bucket=f"nested-{stacks.suffix}")
    nested = stacks.api.describe_stacks(StackName=nested_id(stacks))["Stacks"][0]
    assert nested["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.update(parent(other, 8)) == "UPDATE_COMPLETE"
    assert list(stacks.api.list_stack_resources(StackName=nested_id(stacks))["StackResourceSummaries"]) != []


def test_a_failure_within_is_told_by_the_root(stacks: Stacks) -> None:
    bad = CHILD.replace("DelaySeconds: !Ref Delay", "DelaySeconds: 99999")
    assert stacks.create(parent(child(stacks, bad))) == "ROLLBACK_COMPLETE"
    assert "was not successfully created: Q: " in stacks.reasons()


def test_a_template_that_is_not_there(stacks: Stacks) -> None:
    assert stacks.create(parent(f"https://s3.amazonaws.com/nowhere-{stacks.suffix}/x")) == "ROLLBACK_COMPLETE"
    assert "S3 error" in stacks.reasons()


def test_the_root_takes_its_nested_stacks_with_it(stacks: Stacks) -> None:
    stacks.create(parent(child(stacks)))
    nested = nested_id(stacks)
    assert stacks.delete() == "DELETE_COMPLETE"
    assert stacks.api.describe_stacks(StackName=nested)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
