"""What the operations that detect drift tell (user guide, "Detect unmanaged configuration changes …")."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloudformation.conftest import Stacks
from tests.localaws.cloudformation.test_drift import QUEUE, drift
from tests.localaws.cloudformation.test_resources import POLICY, TRUST


def test_the_whole_stack(stacks: Stacks) -> None:
    """Pages "DetectStackDrift", "DescribeStackDriftDetectionStatus", "DescribeStackResourceDrifts"."""
    stacks.create(f"{QUEUE}\nT: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: one}}}}")
    assert stacks.describe()["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
    assert detected(stacks) == ("DETECTION_COMPLETE", "IN_SYNC", 0)
    stacks.aws.client("sqs").delete_queue(QueueUrl=stacks.resources()["R"])
    assert detected(stacks) == ("DETECTION_COMPLETE", "DRIFTED", 1)
    assert stacks.describe()["DriftInformation"]["StackDriftStatus"] == "DRIFTED"
    summaries = stacks.api.list_stack_resources(StackName=stacks.name())["StackResourceSummaries"]
    statuses = {one["LogicalResourceId"]: one["DriftInformation"]["StackResourceDriftStatus"] for one in summaries}
    assert statuses == {"R": "DELETED", "T": "IN_SYNC"}
    told = stacks.api.describe_stack_resource_drifts(
        StackName=stacks.name(), StackResourceDriftStatusFilters=["DELETED", "MODIFIED"]
    )["StackResourceDrifts"]
    assert [one["LogicalResourceId"] for one in told] == ["R"]


def detected(stacks: Stacks, **more: Any) -> tuple[str, str, int]:
    made = stacks.api.detect_stack_drift(StackName=stacks.name(), **more)
    found = stacks.api.describe_stack_drift_detection_status(**{"StackDriftDetectionId": made["StackDriftDetectionId"]})
    return found["DetectionStatus"], found["StackDriftStatus"], found["DriftedStackResourceCount"]


def test_only_named_resources_are_checked(stacks: Stacks) -> None:
    stacks.create(f"{QUEUE}\nT: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: one}}}}")
    stacks.aws.client("sqs").delete_queue(QueueUrl=stacks.resources()["R"])
    assert detected(stacks, LogicalResourceIds=["T"]) == ("DETECTION_COMPLETE", "IN_SYNC", 0)


def test_what_was_found_of_other_resources_is_not_told_again(stacks: Stacks) -> None:
    """Page "DescribeStackDriftDetectionStatus": what the one detection found."""
    stacks.create(f"{QUEUE}\nT: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: one}}}}")
    stacks.aws.client("sqs").delete_queue(QueueUrl=stacks.resources()["R"])
    assert detected(stacks) == ("DETECTION_COMPLETE", "DRIFTED", 1)
    assert detected(stacks, LogicalResourceIds=["T"]) == ("DETECTION_COMPLETE", "IN_SYNC", 0)
    assert stacks.describe()["DriftInformation"]["StackDriftStatus"] == "DRIFTED"


@pytest.mark.parametrize("operation", ["describe_stack_resource_drifts", "describe_stack_events"])
def test_a_token_that_is_none_is_refused(stacks: Stacks, operation: str) -> None:
    stacks.create(QUEUE)
    with pytest.raises(ClientError, match="NextToken 'x' is not valid"):
        getattr(stacks.api, operation)(StackName=stacks.name(), NextToken="x")


def test_what_is_expected_and_what_is_there(stacks: Stacks) -> None:
    """Page "PropertyDifference"; what the template leaves to defaults is not compared."""
    stacks.create(QUEUE)
    url = stacks.resources()["R"]
    stacks.aws.client("sqs").set_queue_attributes(
        QueueUrl=url, Attributes={"DelaySeconds": "9", "VisibilityTimeout": "77"}
    )
    found = drift(stacks)
    assert json.loads(found["ExpectedProperties"])["DelaySeconds"] == 1
    assert json.loads(found["ActualProperties"])["DelaySeconds"] == 9
    assert found["PropertyDifferences"] == [
        {"PropertyPath": "/DelaySeconds", "ExpectedValue": "1", "ActualValue": "9", "DifferenceType": "NOT_EQUAL"}
    ]


def test_a_policy_of_another_resource_is_no_drift_of_the_role(stacks: Stacks) -> None:
    document = POLICY % "Get"
    own = f"{{PolicyName: a, PolicyDocument: {document}}}"
    role = f"R: {{Type: AWS::IAM::Role, Properties: {{{TRUST}, Policies: [{own}]}}}}"
    policy = (
        f"P: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: p, Roles: [!Ref R], PolicyDocument: {document}}}}}"
    )
    assert stacks.create(f"{role}\n{policy}") == "CREATE_COMPLETE"
    assert detected(stacks) == ("DETECTION_COMPLETE", "IN_SYNC", 0)
    stacks.aws.client("iam").delete_role_policy(RoleName=stacks.resources()["R"], PolicyName="p")
    assert drift(stacks, "P")["StackResourceDriftStatus"] == "DELETED"


def test_a_dynamic_reference_is_neither_told_nor_compared(stacks: Stacks) -> None:
    stacks.aws.client("secretsmanager").create_secret(Name=f"s-{stacks.suffix}", SecretString='{"user": "ada"}')
    stacks.create(
        "R: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:secretsmanager:s-<id>:SecretString:user}}'}}"
    )
    found = drift(stacks)
    assert (found["StackResourceDriftStatus"], found["PropertyDifferences"]) == ("IN_SYNC", [])
    assert "ada" not in found["ExpectedProperties"] + found["ActualProperties"]


def test_a_nested_stack_is_not_looked_into(stacks: Stacks) -> None:
    """Page "DetectStackDrift": "Perform DetectStackDrift directly on the nested stack itself"."""
    s3, bucket = stacks.aws.client("s3"), f"templates-{stacks.suffix}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="c", Body=stacks.text(QUEUE).encode())
    stacks.create(f"R: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: 's3://{bucket}/c'}}}}")
    with pytest.raises(ClientError, match="not supported for resource type AWS::CloudFormation::Stack"):
        drift(stacks)
    assert detected(stacks)[1] == "NOT_CHECKED"


@pytest.mark.parametrize(
    ("operation", "given", "said"),
    [
        ("detect_stack_drift", {"StackName": "nowhere"}, "Stack with id nowhere does not exist"),
        ("describe_stack_drift_detection_status", {"StackDriftDetectionId": "x" * 36}, "does not exist"),
    ],
)
def test_what_is_not_there(stacks: Stacks, operation: str, given: dict[str, str], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        getattr(stacks.api, operation)(**given)


def test_a_stack_that_failed_is_not_checked(stacks: Stacks) -> None:
    assert stacks.create("R: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 99999}}") == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state"):
        stacks.api.detect_stack_drift(StackName=stacks.name())


def test_a_role_that_may_not_look_may_still_change(stacks: Stacks) -> None:
    """Whether the queue is there cannot be asked for by a role that may only set its attributes."""
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    actions = ["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue"]
    may = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    iam, name = stacks.aws.client("iam"), f"builder-{stacks.suffix}"
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
    text = "R: {Type: AWS::SQS::Queue, Properties: {QueueName: q-<id>, DelaySeconds: 1}}"
    assert stacks.create(text, RoleARN=role) == "CREATE_COMPLETE", stacks.reasons()
    assert stacks.update(text.replace("1}", "2}")) == "UPDATE_COMPLETE", stacks.reasons()
    assert drift(stacks)["StackResourceDriftStatus"] == "UNKNOWN"
