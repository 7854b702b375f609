"""Pure parts: names of services and errors, parameters, pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from localaws.planes.stepfunctions.pages import page
from localaws.planes.stepfunctions.parameters import plain, to_request
from localaws.planes.stepfunctions.services import boto_name, error_prefix, operation


@pytest.mark.parametrize(
    ("service", "boto", "prefix"),
    [
        ("glue", "glue", "Glue"),
        ("sfn", "stepfunctions", "Sfn"),
        ("redshiftdata", "redshift-data", "RedshiftData"),
        ("dynamodb", "dynamodb", "DynamoDb"),
        ("s3", "s3", "S3"),
        ("eventbridge", "events", "EventBridge"),
        ("cloudwatchlogs", "logs", "CloudWatchLogs"),
        ("cloudwatch", "cloudwatch", "CloudWatch"),
        ("secretsmanager", "secretsmanager", "SecretsManager"),
        ("athena", "athena", "Athena"),
        ("kms", "kms", "Kms"),
        ("lambda", "lambda", "Lambda"),
    ],
)
def test_services(service: str, boto: str, prefix: str) -> None:
    """AWS: "Learning to use AWS service SDK integrations"."""
    assert (boto_name(service), error_prefix(service)) == (boto, prefix)


@pytest.mark.parametrize(
    ("service", "action", "name"),
    [
        ("s3", "listObjectsV2", "ListObjectsV2"),
        ("rds", "describeDBInstances", "DescribeDBInstances"),
        ("redshiftdata", "executeStatement", "ExecuteStatement"),
        ("glue", "start_crawler", "StartCrawler"),
        ("glue", "none", None),
        ("none", "none", None),
    ],
)
def test_actions(service: str, action: str, name: str | None) -> None:
    model = operation(service, action)
    assert (model and model.name) == name


@pytest.mark.parametrize(
    ("service", "action", "given", "expected"),
    [
        ("sfn", "listExecutions", {"StateMachineArn": "a", "MaxResults": 3}, {"stateMachineArn": "a", "maxResults": 3}),
        ("glue", "startJobRun", {"JobName": "j", "Arguments": {"--N": 1}}, {"JobName": "j", "Arguments": {"--N": "1"}}),
        ("dynamodb", "getItem", {"Key": {"id": {"Bool": True}}}, {"Key": {"id": {"BOOL": True}}}),
        ("sns", "publish", {"Message": {"a": 1}}, {"Message": '{"a": 1}'}),
        ("lambda", "invoke", {"Payload": {"a": 1}}, {"Payload": b'{"a":1}'}),
        ("sqs", "sendMessageBatch", {"Entries": [{"MessageBody": [1]}]}, {"Entries": [{"MessageBody": "[1]"}]}),
    ],
)
def test_parameters(service: str, action: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert to_request(given, operation(service, action).input_shape) == expected


def test_moments() -> None:
    moment = datetime(2024, 1, 2, 3, 4, 5, 678_000, tzinfo=timezone(timedelta(hours=1)))
    assert plain({"a": [moment]}, milliseconds=True) == {"a": [1704161045678]}
    assert plain({"a": [moment]}, milliseconds=False) == {"a": ["2024-01-02T02:04:05.678Z"]}
    assert plain(datetime(2024, 1, 1, tzinfo=UTC), milliseconds=False) == "2024-01-01T00:00:00.000Z"
    assert plain(b"text", milliseconds=False) == "text"
    assert plain(b"\xff", milliseconds=False) == "/w=="


def test_pages() -> None:
    items = list(range(5))
    first, token = page(items, 2, None)
    second, token = page(items, 2, token)
    third, last = page(items, 2, token)
    assert (first, second, third, last) == ([0, 1], [2, 3], [4], None)
