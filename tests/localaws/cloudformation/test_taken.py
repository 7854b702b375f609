"""A creation takes over nothing that is there (page "Resource type handler contract": AlreadyExists)."""

from __future__ import annotations

import json

import pytest

from tests.localaws.cloudformation.conftest import Stacks
from tests.localaws.cloudformation.test_drift import BUCKET, QUEUE, drift
from tests.localaws.cloudformation.test_resources import CASES

TAKEN = {
    "queue": QUEUE,
    "alarm": CASES["alarm"].template.replace("Namespace: n", "AlarmName: a-<id>, Namespace: n"),
    "dashboard": CASES["dashboard"].template.replace("{DashboardBody", "{DashboardName: d-<id>, DashboardBody"),
    "rule": CASES["rule"].template.replace("Description: one", "Name: r-<id>, Description: one"),
    "schedule": CASES["schedule"].template.replace("State:", "Name: s-<id>, State:"),
    "parameter": CASES["parameter"].template,
    "topic": CASES["topic"].template.replace("DisplayName:", "TopicName: t-<id>, DisplayName:"),
    "bucket": BUCKET,
    "bucket policy": (
        "R: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: <bucket>, PolicyDocument: {Version: '2012-10-17',"
        " Statement: [{Effect: Deny, Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::<bucket>/*'}]}}}"
    ),
    "machine": (
        "R: {Type: AWS::StepFunctions::StateMachine, Properties: {StateMachineName: m-<id>, RoleArn: '<role>',"
        """ DefinitionString: '{"StartAt":"S","States":{"S":{"Type":"Pass","End":true}}}'}}"""
    ),
    "policy": (
        "R: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [r-<id>], PolicyDocument: {Version:"
        " '2012-10-17', Statement: [{Effect: Allow, Action: 's3:Get*', Resource: '*'}]}}}"
    ),
    "subscription": (
        "R: {Type: AWS::SNS::Subscription, Properties: {TopicArn: '<topic>', Protocol: sqs, Endpoint: '<queue>'}}"
    ),
}


def held(stacks: Stacks) -> dict[str, str]:
    """What both stacks' resources are about, and neither has made."""
    aws, name = stacks.aws, f"r-{stacks.suffix}"
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    aws.client("s3").create_bucket(Bucket=f"held-{stacks.suffix}")
    return {
        "<bucket>": f"held-{stacks.suffix}",
        "<role>": aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"],
        "<topic>": aws.client("sns").create_topic(Name=f"held-{stacks.suffix}")["TopicArn"],
        "<queue>": f"arn:aws:sqs:us-east-1:123456789012:held-{stacks.suffix}",
    }


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_there_already_is_not_taken_over(stacks: Stacks, name: str) -> None:
    """Page "Resource type handler contract": AlreadyExists; and the rollback leaves the other's alone."""
    text = TAKEN[name]
    for word, value in held(stacks).items():
        text = text.replace(word, value)
    assert stacks.create(text) == "CREATE_COMPLETE", stacks.reasons()
    assert stacks.create(text, "other") == "ROLLBACK_COMPLETE"
    assert "already exists" in stacks.reasons("other")
    assert drift(stacks)["StackResourceDriftStatus"] == "IN_SYNC"
