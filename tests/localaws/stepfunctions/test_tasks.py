"""Service integrations that work: what goes in and what comes out (AWS: "Integrating services")."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

import pytest

HANDLER = """
def handler(event, context):
    if event.get("fail"):
        raise KeyError("boom")
    return {"got": event}
"""


def task(resource: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, **more}
    return {"S": {**state, "End": True}}


@pytest.fixture
def function(bench: Any) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handler.py", HANDLER)
    made = bench.aws.client("lambda").create_function(
        FunctionName=bench.name,
        Runtime="python3.11",
        Role=bench.role,
        Handler="handler.handler",
        Code={"ZipFile": packed.getvalue()},
        Timeout=30,
    )
    arn: str = made["FunctionArn"]
    return arn


def test_lambda(bench: Any, function: str) -> None:
    """ "Invoke an AWS Lambda function with Step Functions"."""
    states = task("lambda:invoke", {"FunctionName": function, "Payload.$": "$"}, OutputPath="$.Payload")
    assert bench.output(states, {"a": 1}) == {"got": {"a": 1}}


def test_a_function_by_its_arn(bench: Any, function: str) -> None:
    states = {"S": {"Type": "Task", "Resource": function, "End": True}}
    assert bench.output(states, {"a": 1}) == {"got": {"a": 1}}


def test_a_function_that_raises(bench: Any, function: str) -> None:
    error, cause = bench.failure(task("lambda:invoke", {"FunctionName": function, "Payload": {"fail": True}}))
    assert error == "KeyError"
    assert json.loads(cause)["errorMessage"] == "'boom'"


def test_dynamodb(bench: Any) -> None:
    """ "Perform DynamoDB CRUD operations with Step Functions"."""
    table = bench.table()
    key = {"id": {"S.$": "$.id"}}
    states = {
        **task("dynamodb:putItem", {"TableName": table, "Item": {**key, "n": {"N": "1"}}}, ResultPath=None),
        "U": task(
            "dynamodb:updateItem",
            {
                "TableName": table,
                "Key": key,
                "UpdateExpression": "ADD n :two",
                "ExpressionAttributeValues": {":two": {"N": "2"}},
            },
            ResultPath=None,
        )["S"],
        "G": task("dynamodb:getItem", {"TableName": table, "Key": key}, OutputPath="$.Item.n.N")["S"],
    }
    for name, following in (("S", "U"), ("U", "G")):
        states[name].pop("End")
        states[name]["Next"] = following
    assert bench.output(states, {"id": "x"}) == "3"


def test_a_lease_by_a_conditional_put(bench: Any) -> None:
    table = bench.table()
    put = {
        "TableName": table,
        "Item": {"id": {"S": "lease"}, "holder": {"S.$": "$$.Execution.Name"}},
        "ConditionExpression": "attribute_not_exists(id)",
    }
    held = {"Catch": [{"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "Next": "Held"}]}
    states = {**task("dynamodb:putItem", put, **held), "Held": {"Type": "Pass", "Result": "held", "End": True}}
    machine = bench.machine(states)
    assert bench.output(machine) != "held"
    assert bench.output(machine) == "held"


def test_a_topic(bench: Any) -> None:
    """ "Publish messages to an Amazon SNS topic with Step Functions": what is no text is sent as JSON."""
    sns, sqs = bench.aws.client("sns"), bench.aws.client("sqs")
    arn = sns.create_topic(Name=bench.name)["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:123456789012:{bench.name}"
    allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": queue}]})
    url = sqs.create_queue(QueueName=bench.name, Attributes={"Policy": policy})["QueueUrl"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    got = bench.output(task("sns:publish", {"TopicArn": arn, "Subject": "s", "Message": {"a.$": "$.a"}}), {"a": 1})
    assert got["MessageId"]
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert json.loads(message["Body"]) == {"a": 1}


def test_a_crawler_by_the_sdk(bench: Any) -> None:
    """aws-sdk:glue:getCrawler: moments in ISO 8601."""
    glue = bench.aws.client("glue")
    glue.create_database(DatabaseInput={"Name": bench.name})
    targets = {"S3Targets": [{"Path": "s3://nowhere/x"}]}
    glue.create_crawler(Name=bench.name, Role=bench.role, DatabaseName=bench.name, Targets=targets)
    crawler = bench.output(task("aws-sdk:glue:getCrawler", {"Name": bench.name}))["Crawler"]
    assert crawler["State"] == "READY"
    assert crawler["CreationTime"].endswith("Z")


def test_other_sdk_calls(bench: Any) -> None:
    group = bench.output(task("aws-sdk:athena:listWorkGroups", {}))
    assert "primary" in [item["Name"] for item in group["WorkGroups"]]
    identity = bench.output(task("aws-sdk:sts:getCallerIdentity", {}))
    assert bench.role.rpartition("/")[2] in identity["Arn"]


@pytest.mark.parametrize(("level", "kinds"), [("ALL", {"ExecutionStarted", "ExecutionFailed"}), ("ERROR", set())])
def test_logs(bench: Any, level: str, kinds: set[str]) -> None:
    """ "Using CloudWatch Logs to log execution history"."""
    logs, group = bench.aws.client("logs"), f"/aws/vendedlogs/states/{bench.name}"
    logs.create_log_group(logGroupName=group)
    destination = {
        "cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"}
    }
    configuration = {"level": level, "includeExecutionData": False, "destinations": [destination]}
    fails = {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}
    execution = bench.start(bench.machine(fails, loggingConfiguration=configuration), {"secret": 1})
    bench.wait(execution)
    found: list[dict[str, Any]] = []
    for _ in range(500):
        found = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=group)["events"]]
        if any(event["type"] == "ExecutionFailed" for event in found):
            break
        time.sleep(0.01)
    assert kinds <= {event["type"] for event in found}
    assert level == "ALL" or {event["type"] for event in found} == {"FailStateEntered", "ExecutionFailed"}
    assert found[-1]["details"] == {"error": "E", "cause": "C"}
    assert {event["execution_arn"] for event in found} == {execution}
    assert "secret" not in json.dumps(found)
