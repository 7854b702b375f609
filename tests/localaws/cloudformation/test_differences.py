"""Comparing what a template gives with what is there (page "PropertyDifference")."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.planes.cloudformation import differences

QUEUE, ROLE, CRAWLER, CLASSIFIER = (
    "AWS::SQS::Queue", "AWS::IAM::Role", "AWS::Glue::Crawler", "AWS::Glue::Classifier",
)  # fmt: skip
MACHINE = "AWS::StepFunctions::StateMachine"
ARN = "arn:aws:kms:us-east-1:123456789012:key/k"
POLICY = {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "*"}]}

SAME: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "a default that is not given": (QUEUE, {"DelaySeconds": 1}, {"DelaySeconds": 1, "VisibilityTimeout": 9}),
    "a number as text": (QUEUE, {"DelaySeconds": 1}, {"DelaySeconds": "1"}),
    "a number with a fraction": (QUEUE, {"DelaySeconds": 1}, {"DelaySeconds": 1.0}),
    "an ARN of a name": (QUEUE, {"KmsMasterKeyId": "k"}, {"KmsMasterKeyId": ARN}),
    "tags in another order": (
        QUEUE,
        {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]},
        {"Tags": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]},
    ),
    "a document as text": (
        ROLE,
        {"AssumeRolePolicyDocument": POLICY},
        {"AssumeRolePolicyDocument": '{"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "*"}]}'},
    ),
    "one action as a list": (
        ROLE,
        {"AssumeRolePolicyDocument": POLICY},
        {"AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Action": ["s3:Get"], "Resource": ["*"]}}},
    ),
    "actions and statements in another order": (
        ROLE,
        {"AssumeRolePolicyDocument": {"Statement": [{"Action": ["a:B", "a:C"]}, {"Action": "a:D"}]}},
        {"AssumeRolePolicyDocument": {"Statement": [{"Action": "a:D"}, {"Action": ["a:C", "a:B"]}]}},
    ),
    "nothing and an empty list": (ROLE, {"ManagedPolicyArns": []}, {}),
    "a dynamic reference": (QUEUE, {"QueueName": "{{resolve:ssm:x}}"}, {"QueueName": "secret"}),
}
OTHER: dict[str, tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = {
    "a value": (QUEUE, {"DelaySeconds": 1}, {"DelaySeconds": 2}, [("/DelaySeconds", "NOT_EQUAL")]),
    "a value that is not there": (QUEUE, {"DelaySeconds": 1}, {}, [("/DelaySeconds", "REMOVE")]),
    "another key": (QUEUE, {"KmsMasterKeyId": "j"}, {"KmsMasterKeyId": ARN}, [("/KmsMasterKeyId", "NOT_EQUAL")]),
    "the value of a tag": (
        QUEUE,
        {"Tags": [{"Key": "a", "Value": "1"}]},
        {"Tags": [{"Key": "a", "Value": "2"}]},
        [("/Tags/0/Value", "NOT_EQUAL")],
    ),
    "a tag more and one less": (
        QUEUE,
        {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]},
        {"Tags": [{"Key": "b", "Value": "2"}]},
        [("/Tags/0", "REMOVE")],
    ),
    "columns in another order": (
        CLASSIFIER,
        {"CsvClassifier": {"Header": ["a", "b"]}},
        {"CsvClassifier": {"Header": ["b", "a"]}},
        [("/CsvClassifier/Header/0", "NOT_EQUAL"), ("/CsvClassifier/Header/1", "NOT_EQUAL")],
    ),
    "a target more": (
        CRAWLER,
        {"Targets": {"S3Targets": [{"Path": "a"}]}},
        {"Targets": {"S3Targets": [{"Path": "a"}, {"Path": "b"}]}},
        [("/Targets/S3Targets/1", "ADD")],
    ),
    "choices in another order": (
        MACHINE,
        {"DefinitionString": '{"States": {"C": {"Choices": [{"Next": "A"}, {"Next": "B"}]}}}'},
        {"DefinitionString": '{"States": {"C": {"Choices": [{"Next": "B"}, {"Next": "A"}]}}}'},
        [(f"/DefinitionString/States/C/Choices/{place}/Next", "NOT_EQUAL") for place in (0, 1)],
    ),
    "a member more of a document": (
        ROLE,
        {"AssumeRolePolicyDocument": POLICY},
        {"AssumeRolePolicyDocument": {**POLICY, "Id": "x"}},
        [("/AssumeRolePolicyDocument/Id", "ADD")],
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_it_means_the_same(name: str) -> None:
    kind, expected, actual = SAME[name]
    assert differences.between(kind, expected, actual) == []


@pytest.mark.parametrize("name", OTHER)
def test_it_is_another(name: str) -> None:
    kind, expected, actual, found = OTHER[name]
    assert [(one.path, one.kind) for one in differences.between(kind, expected, actual)] == found
