"""What is not emulated says so by its name, instead of seeming to work."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from localaws.testing import Server

ROLE = "arn:aws:iam::123456789012:role/x"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
FUNCTION = {"Runtime": "python3.11", "Role": ROLE, "Handler": "x.y", "Code": {"ZipFile": b"x"}}
STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-01-01T00:00:00.000"
TOPIC = "arn:aws:sns:us-east-1:123456789012:t"
DEAD = {"Arn": TOPIC, "DeadLetterConfig": {"Arn": QUEUE}}


def refused(aws: Server, service: str, operation: str, **given: Any) -> str:
    """The message of the refusal."""
    with pytest.raises(ClientError, match="NotImplemented") as answer:
        getattr(aws.client(service), xform_name(operation))(**given)
    message: str = answer.value.response["Error"]["Message"]
    return message


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("GetFunctionRecursionConfig", {"FunctionName": "f"}),
        ("PutRuntimeManagementConfig", {"FunctionName": "f", "UpdateRuntimeOn": "Auto"}),
        ("ListFunctionUrlConfigs", {"FunctionName": "f"}),
        ("UpdateCodeSigningConfig", {"CodeSigningConfigArn": "arn:aws:lambda:us-east-1:123456789012:c:csc-0"}),
    ],
)
def test_an_address_that_moto_does_not_have_is_an_operation(aws: Server, operation: str, given: dict[str, str]) -> None:
    assert refused(aws, "lambda", operation, **given) == f"lambda {operation} is not emulated by localaws"


def test_a_thing_that_is_not_there_is_not_found_all_the_same(aws: Server) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.client("lambda").get_function(FunctionName="no-such-function")
    with pytest.raises(ClientError, match="404"):
        aws.client("s3").head_bucket(Bucket="no-such-bucket")


@pytest.mark.parametrize(
    ("service", "operation", "given", "name"),
    [
        (
            "lambda",
            "CreateFunction",
            {"FunctionName": "f", **FUNCTION, "DeadLetterConfig": {"TargetArn": QUEUE}},
            "lambda CreateFunction: DeadLetterConfig.TargetArn",
        ),
        (
            "lambda",
            "CreateEventSourceMapping",
            {"FunctionName": "f", "EventSourceArn": QUEUE, "DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
            "lambda CreateEventSourceMapping: DestinationConfig.OnFailure.Destination",
        ),
        (
            "lambda",
            "CreateEventSourceMapping",
            {"FunctionName": "f", "EventSourceArn": QUEUE, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
            "lambda CreateEventSourceMapping: FilterCriteria.Filters",
        ),
        (
            "lambda",
            "CreateEventSourceMapping",
            {"FunctionName": "f", "EventSourceArn": STREAM},
            "lambda CreateEventSourceMapping: a DynamoDB stream as EventSourceArn",
        ),
        (
            "lambda",
            "CreateFunctionUrlConfig",
            {"FunctionName": "f", "AuthType": "NONE"},
            "lambda CreateFunctionUrlConfig",
        ),
        ("glue", "StartTrigger", {"Name": "t"}, "glue StartTrigger"),
        ("glue", "StartWorkflowRun", {"Name": "w"}, "glue StartWorkflowRun"),
        (
            "glue",
            "CreateTrigger",
            {"Name": "t", "Type": "ON_DEMAND", "Actions": [{"JobName": "j"}], "StartOnCreation": True},
            "glue CreateTrigger: StartOnCreation",
        ),
        ("pipes", "ListPipes", {}, "pipes"),
        (
            "events",
            "PutTargets",
            {"Rule": "r", "Targets": [{"Id": "1", **DEAD}]},
            "events PutTargets: DeadLetter",
        ),
        (
            "scheduler",
            "CreateSchedule",
            {
                "Name": "s",
                "ScheduleExpression": "rate(1 hour)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {**DEAD, "RoleArn": ROLE},
            },
            "scheduler CreateSchedule: DeadLetterConfig.Arn",
        ),
    ],
    ids=[
        "dead letters",
        "destinations",
        "filters",
        "streams of tables",
        "function urls",
        "triggers",
        "workflows",
        "a trigger that starts by itself",
        "pipes",
        "a rule's dead letters",
        "a schedule's",
    ],
)
def test_a_parameter_that_nobody_carries_out_is_refused(
    aws: Server, service: str, operation: str, given: dict[str, Any], name: str
) -> None:
    message = refused(aws, service, operation, **given)
    assert name in message
    assert message.endswith("is not emulated by localaws")


def test_the_other_query_languages_are_refused(aws: Server) -> None:
    states = {"A": {"Type": "Pass", "QueryLanguage": "JSONata", "End": True}}
    definition = json.dumps({"StartAt": "A", "States": states})
    with pytest.raises(ClientError, match="NotImplemented: localaws does not emulate JSONata"):
        aws.client("stepfunctions").create_state_machine(name="m", definition=definition, roleArn=ROLE)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("DeleteBucketAnalyticsConfiguration", {"Id": "x"}),
        ("DeleteBucketInventoryConfiguration", {"Id": "x"}),
        ("DeleteBucketMetricsConfiguration", {"Id": "x"}),
        ("GetBucketRequestPayment", {}),
        ("ListBucketIntelligentTieringConfigurations", {}),
        ("PutBucketRequestPayment", {"RequestPaymentConfiguration": {"Payer": "Requester"}}),
        ("RenameObject", {"Key": "k", "RenameSource": "x"}),
        ("GetObjectTorrent", {"Key": "k"}),
    ],
)
def test_what_s3_has_more_does_not_harm_the_bucket(aws: Server, operation: str, more: dict[str, Any]) -> None:
    s3, bucket = aws.client("s3"), f"b-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    assert refused(aws, "s3", operation, Bucket=bucket, **more).endswith("is not emulated by localaws")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"
