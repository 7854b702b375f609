"""What real boto3 calls ask for: (service, call) → actions and resources."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.iam.calls import asks, reference, routes, s3_actions
from localaws.iam.calls.call import Call
from localaws.testing import Server
from tests.localaws.iam.conftest import ACCOUNT, Actor, NewActor, allow, unique

AT = f"us-east-1:{ACCOUNT}"
BUCKET, OBJECT = "arn:aws:s3:::some-bucket", "arn:aws:s3:::some-bucket/k/é 1"
KEYED = {"Bucket": "some-bucket", "Key": "k/é 1"}
GLUE = f"arn:aws:glue:{AT}"
CATALOG, DB, TABLE = f"{GLUE}:catalog", f"{GLUE}:database/d", f"{GLUE}:table/d/t"
STATES, LOGS, EVENTS = f"arn:aws:states:{AT}", f"arn:aws:logs:{AT}", f"arn:aws:events:{AT}"
DDB, SQS, SNS, FN = f"arn:aws:dynamodb:{AT}:table", f"arn:aws:sqs:{AT}", f"arn:aws:sns:{AT}", f"arn:aws:lambda:{AT}"
COLUMNS = {"Name": "t", "StorageDescriptor": {"Columns": []}}
KEY = {"id": {"S": "1"}}
WINDOW = {"Mode": "OFF"}
TARGET = {"Arn": f"{FN}:function:f", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}


def each(action: str, *resources: str) -> set[tuple[str, str]]:
    return {(action, resource) for resource in resources}


CALLS: list[tuple[str, str, dict[str, Any], set[tuple[str, str]]]] = [
    ("s3", "list_buckets", {}, each("s3:ListAllMyBuckets", "*")),
    ("s3", "head_bucket", {"Bucket": "some-bucket"}, each("s3:ListBucket", BUCKET)),
    ("s3", "list_objects", {"Bucket": "some-bucket"}, each("s3:ListBucket", BUCKET)),
    ("s3", "list_objects_v2", {"Bucket": "some-bucket", "Prefix": "a"}, each("s3:ListBucket", BUCKET)),
    ("s3", "list_object_versions", {"Bucket": "some-bucket"}, each("s3:ListBucketVersions", BUCKET)),
    ("s3", "list_multipart_uploads", {"Bucket": "some-bucket"}, each("s3:ListBucketMultipartUploads", BUCKET)),
    ("s3", "get_bucket_location", {"Bucket": "some-bucket"}, each("s3:GetBucketLocation", BUCKET)),
    ("s3", "get_bucket_versioning", {"Bucket": "some-bucket"}, each("s3:GetBucketVersioning", BUCKET)),
    ("s3", "get_bucket_encryption", {"Bucket": "some-bucket"}, each("s3:GetEncryptionConfiguration", BUCKET)),
    (
        "s3",
        "get_bucket_lifecycle_configuration",
        {"Bucket": "some-bucket"},
        each("s3:GetLifecycleConfiguration", BUCKET),
    ),
    ("s3", "get_public_access_block", {"Bucket": "some-bucket"}, each("s3:GetBucketPublicAccessBlock", BUCKET)),
    ("s3", "get_bucket_policy", {"Bucket": "some-bucket"}, each("s3:GetBucketPolicy", BUCKET)),
    ("s3", "get_object", KEYED, each("s3:GetObject", OBJECT)),
    ("s3", "head_object", KEYED, each("s3:GetObject", OBJECT)),
    ("s3", "get_object", {**KEYED, "VersionId": "1"}, each("s3:GetObjectVersion", OBJECT)),
    ("s3", "get_object_tagging", KEYED, each("s3:GetObjectTagging", OBJECT)),
    ("s3", "get_object_tagging", {**KEYED, "VersionId": "1"}, each("s3:GetObjectVersionTagging", OBJECT)),
    ("s3", "put_object_tagging", {**KEYED, "Tagging": {"TagSet": []}}, each("s3:PutObjectTagging", OBJECT)),
    (
        "s3",
        "put_object_tagging",
        {**KEYED, "VersionId": "1", "Tagging": {"TagSet": []}},
        each("s3:PutObjectVersionTagging", OBJECT),
    ),
    ("s3", "get_object_acl", KEYED, each("s3:GetObjectAcl", OBJECT)),
    (
        "s3",
        "get_object_attributes",
        {**KEYED, "ObjectAttributes": ["ETag"]},
        each("s3:GetObject", OBJECT) | each("s3:GetObjectAttributes", OBJECT),
    ),
    ("s3", "put_object", KEYED, each("s3:PutObject", OBJECT)),
    (
        "s3",
        "put_object",
        {**KEYED, "Tagging": "a=b"},
        each("s3:PutObject", OBJECT) | each("s3:PutObjectTagging", OBJECT),
    ),
    (
        "s3",
        "put_object",
        {**KEYED, "ACL": "public-read"},
        each("s3:PutObject", OBJECT) | each("s3:PutObjectAcl", OBJECT),
    ),
    ("s3", "create_multipart_upload", KEYED, each("s3:PutObject", OBJECT)),
    ("s3", "upload_part", {**KEYED, "UploadId": "u", "PartNumber": 1}, each("s3:PutObject", OBJECT)),
    ("s3", "list_parts", {**KEYED, "UploadId": "u"}, each("s3:ListMultipartUploadParts", OBJECT)),
    ("s3", "complete_multipart_upload", {**KEYED, "UploadId": "u"}, each("s3:PutObject", OBJECT)),
    ("s3", "abort_multipart_upload", {**KEYED, "UploadId": "u"}, each("s3:AbortMultipartUpload", OBJECT)),
    ("s3", "delete_object", KEYED, each("s3:DeleteObject", OBJECT)),
    ("s3", "delete_object", {**KEYED, "VersionId": "1"}, each("s3:DeleteObjectVersion", OBJECT)),
    (
        "s3",
        "copy_object",
        {**KEYED, "CopySource": {"Bucket": "other-bucket", "Key": "a b/c"}},
        each("s3:GetObject", "arn:aws:s3:::other-bucket/a b/c") | each("s3:PutObject", OBJECT),
    ),
    (
        "s3",
        "copy_object",
        {**KEYED, "CopySource": {"Bucket": "other-bucket", "Key": "c", "VersionId": "7"}},
        each("s3:GetObjectVersion", "arn:aws:s3:::other-bucket/c") | each("s3:PutObject", OBJECT),
    ),
    (
        "s3",
        "upload_part_copy",
        {**KEYED, "CopySource": "other-bucket/c", "UploadId": "u", "PartNumber": 1},
        each("s3:GetObject", "arn:aws:s3:::other-bucket/c") | each("s3:PutObject", OBJECT),
    ),
    (
        "s3",
        "delete_objects",
        {"Bucket": "some-bucket", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "2"}]}},
        each("s3:DeleteObject", f"{BUCKET}/a") | each("s3:DeleteObjectVersion", f"{BUCKET}/b"),
    ),
    ("glue", "get_job", {"JobName": "j"}, each("glue:GetJob", f"{GLUE}:job/j")),
    ("glue", "get_jobs", {}, each("glue:GetJobs", "*")),
    ("glue", "get_job_run", {"JobName": "j", "RunId": "r"}, each("glue:GetJobRun", f"{GLUE}:job/j")),
    ("glue", "batch_stop_job_run", {"JobName": "j", "JobRunIds": ["r"]}, each("glue:BatchStopJobRun", f"{GLUE}:job/j")),
    ("glue", "batch_get_jobs", {"JobNames": ["i", "j"]}, each("glue:BatchGetJobs", f"{GLUE}:job/i", f"{GLUE}:job/j")),
    ("glue", "get_crawler", {"Name": "c"}, each("glue:GetCrawler", f"{GLUE}:crawler/c")),
    ("glue", "start_crawler", {"Name": "c"}, each("glue:StartCrawler", f"{GLUE}:crawler/c")),
    ("glue", "get_crawlers", {}, each("glue:GetCrawlers", "*")),
    ("glue", "get_database", {"Name": "d"}, each("glue:GetDatabase", CATALOG, DB)),
    ("glue", "get_databases", {}, each("glue:GetDatabases", CATALOG, f"{GLUE}:database/*")),
    ("glue", "create_database", {"DatabaseInput": {"Name": "d"}}, each("glue:CreateDatabase", CATALOG, DB)),
    ("glue", "get_table", {"DatabaseName": "d", "Name": "t"}, each("glue:GetTable", CATALOG, DB, TABLE)),
    ("glue", "get_tables", {"DatabaseName": "d"}, each("glue:GetTables", CATALOG, DB, f"{GLUE}:table/d/*")),
    (
        "glue",
        "create_table",
        {"DatabaseName": "d", "TableInput": COLUMNS},
        each("glue:CreateTable", CATALOG, DB, TABLE),
    ),
    (
        "glue",
        "update_table",
        {"DatabaseName": "d", "TableInput": COLUMNS},
        each("glue:UpdateTable", CATALOG, DB, TABLE),
    ),
    ("glue", "delete_table", {"DatabaseName": "d", "Name": "t"}, each("glue:DeleteTable", CATALOG, DB, TABLE)),
    (
        "glue",
        "batch_delete_table",
        {"DatabaseName": "d", "TablesToDelete": ["t", "u"]},
        each("glue:BatchDeleteTable", CATALOG, DB, TABLE, f"{GLUE}:table/d/u"),
    ),
    ("glue", "get_partitions", {"DatabaseName": "d", "TableName": "t"}, each("glue:GetPartitions", CATALOG, DB, TABLE)),
    (
        "glue",
        "batch_create_partition",
        {"DatabaseName": "d", "TableName": "t", "PartitionInputList": []},
        each("glue:BatchCreatePartition", CATALOG, DB, TABLE),
    ),
    ("glue", "get_connection", {"Name": "c"}, each("glue:GetConnection", CATALOG, f"{GLUE}:connection/c")),
    ("glue", "get_tags", {"ResourceArn": f"{GLUE}:job/j"}, each("glue:GetTags", f"{GLUE}:job/j")),
    (
        "stepfunctions",
        "start_execution",
        {"stateMachineArn": f"{STATES}:stateMachine:m"},
        each("states:StartExecution", f"{STATES}:stateMachine:m"),
    ),
    (
        "stepfunctions",
        "describe_execution",
        {"executionArn": f"{STATES}:execution:m:e"},
        each("states:DescribeExecution", f"{STATES}:execution:m:e"),
    ),
    (
        "stepfunctions",
        "list_executions",
        {"stateMachineArn": f"{STATES}:stateMachine:m"},
        each("states:ListExecutions", f"{STATES}:stateMachine:m"),
    ),
    (
        "stepfunctions",
        "redrive_execution",
        {"executionArn": f"{STATES}:execution:m:e"},
        each("states:RedriveExecution", f"{STATES}:execution:m:e"),
    ),
    ("stepfunctions", "send_task_success", {"taskToken": "t", "output": "{}"}, each("states:SendTaskSuccess", "*")),
    (
        "athena",
        "list_query_executions",
        {"WorkGroup": "w"},
        each("athena:ListQueryExecutions", f"arn:aws:athena:{AT}:workgroup/w"),
    ),
    ("athena", "get_work_group", {"WorkGroup": "w"}, each("athena:GetWorkGroup", f"arn:aws:athena:{AT}:workgroup/w")),
    ("athena", "list_work_groups", {}, each("athena:ListWorkGroups", "*")),
    ("sns", "publish", {"TopicArn": f"{SNS}:t", "Message": "m"}, each("sns:Publish", f"{SNS}:t")),
    (
        "sns",
        "publish_batch",
        {"TopicArn": f"{SNS}:t", "PublishBatchRequestEntries": [{"Id": "1", "Message": "m"}]},
        each("sns:Publish", f"{SNS}:t"),
    ),
    ("sns", "unsubscribe", {"SubscriptionArn": f"{SNS}:t:{'0' * 8}-0000"}, each("sns:Unsubscribe", f"{SNS}:t")),
    ("sns", "list_topics", {}, each("sns:ListTopics", "*")),
    (
        "sqs",
        "send_message",
        {"QueueUrl": f"http://x/{ACCOUNT}/q", "MessageBody": "m"},
        each("sqs:SendMessage", f"{SQS}:q"),
    ),
    (
        "sqs",
        "send_message_batch",
        {"QueueUrl": f"http://x/{ACCOUNT}/q", "Entries": [{"Id": "1", "MessageBody": "m"}]},
        each("sqs:SendMessage", f"{SQS}:q"),
    ),
    ("sqs", "get_queue_url", {"QueueName": "q"}, each("sqs:GetQueueUrl", f"{SQS}:q")),
    ("dynamodb", "put_item", {"TableName": "t", "Item": KEY}, each("dynamodb:PutItem", f"{DDB}/t")),
    ("dynamodb", "get_item", {"TableName": f"{DDB}/t", "Key": KEY}, each("dynamodb:GetItem", f"{DDB}/t")),
    ("dynamodb", "scan", {"TableName": "t", "IndexName": "idx"}, each("dynamodb:Scan", f"{DDB}/t/index/idx")),
    (
        "dynamodb",
        "query",
        {"TableName": "t", "KeyConditionExpression": "id = :x", "ExpressionAttributeValues": {":x": {"S": "1"}}},
        each("dynamodb:Query", f"{DDB}/t"),
    ),
    (
        "dynamodb",
        "batch_get_item",
        {"RequestItems": {"t": {"Keys": [KEY]}, "u": {"Keys": [KEY]}}},
        each("dynamodb:BatchGetItem", f"{DDB}/t", f"{DDB}/u"),
    ),
    (
        "dynamodb",
        "transact_write_items",
        {
            "TransactItems": [
                {"Put": {"TableName": "t", "Item": KEY}},
                {"Update": {"TableName": "t", "Key": KEY, "UpdateExpression": "SET a = b"}},
                {"Delete": {"TableName": "u", "Key": KEY}},
                {"ConditionCheck": {"TableName": "v", "Key": KEY, "ConditionExpression": "a = b"}},
            ]
        },
        {
            ("dynamodb:PutItem", f"{DDB}/t"),
            ("dynamodb:UpdateItem", f"{DDB}/t"),
            ("dynamodb:DeleteItem", f"{DDB}/u"),
            ("dynamodb:ConditionCheckItem", f"{DDB}/v"),
        },
    ),
    (
        "dynamodb",
        "execute_statement",
        {"Statement": 'SELECT * FROM "t"."i" WHERE a = 1'},
        each("dynamodb:PartiQLSelect", f"{DDB}/t/index/i"),
    ),
    (
        "dynamodb",
        "execute_statement",
        {"Statement": "DELETE FROM t WHERE a = 1"},
        each("dynamodb:PartiQLDelete", f"{DDB}/t"),
    ),
    ("dynamodb", "describe_table", {"TableName": "t"}, each("dynamodb:DescribeTable", f"{DDB}/t")),
    (
        "secretsmanager",
        "get_secret_value",
        {"SecretId": "none/such"},
        each("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{AT}:secret:none/such"),
    ),
    ("kms", "decrypt", {"KeyId": "1", "CiphertextBlob": b"x"}, each("kms:Decrypt", f"arn:aws:kms:{AT}:key/1")),
    ("kms", "list_keys", {}, each("kms:ListKeys", "*")),
    ("lambda", "invoke", {"FunctionName": "f"}, each("lambda:InvokeFunction", f"{FN}:function:f")),
    ("lambda", "invoke", {"FunctionName": "f", "Qualifier": "v"}, each("lambda:InvokeFunction", f"{FN}:function:f:v")),
    ("lambda", "invoke", {"FunctionName": f"{FN}:function:f:v"}, each("lambda:InvokeFunction", f"{FN}:function:f:v")),
    ("lambda", "get_function", {"FunctionName": "f"}, each("lambda:GetFunction", f"{FN}:function:f")),
    ("lambda", "list_functions", {}, each("lambda:ListFunctions", "*")),
    (
        "lambda",
        "get_event_source_mapping",
        {"UUID": "u"},
        each("lambda:GetEventSourceMapping", f"{FN}:event-source-mapping:u"),
    ),
    ("logs", "create_log_group", {"logGroupName": "g"}, each("logs:CreateLogGroup", f"{LOGS}:log-group:g:log-stream:")),
    (
        "logs",
        "put_log_events",
        {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]},
        each("logs:PutLogEvents", f"{LOGS}:log-group:g:log-stream:s"),
    ),
    ("logs", "describe_log_groups", {}, each("logs:DescribeLogGroups", f"{LOGS}:log-group::log-stream:")),
    ("cloudwatch", "put_metric_data", {"Namespace": "n", "MetricData": []}, each("cloudwatch:PutMetricData", "*")),
    (
        "cloudwatch",
        "describe_alarms",
        {"AlarmNames": ["a", "b"]},
        each("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{AT}:alarm:a", f"arn:aws:cloudwatch:{AT}:alarm:b"),
    ),
    (
        "cloudwatch",
        "get_dashboard",
        {"DashboardName": "d"},
        each("cloudwatch:GetDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/d"),
    ),
    (
        "events",
        "put_rule",
        {"Name": "r", "ScheduleExpression": "rate(1 day)"},
        each("events:PutRule", f"{EVENTS}:rule/r"),
    ),
    ("events", "describe_rule", {"Name": "r", "EventBusName": "b"}, each("events:DescribeRule", f"{EVENTS}:rule/b/r")),
    (
        "events",
        "put_events",
        {"Entries": [{"Source": "s", "DetailType": "t", "Detail": "{}"}]},
        each("events:PutEvents", f"{EVENTS}:event-bus/default"),
    ),
    (
        "scheduler",
        "get_schedule",
        {"Name": "s"},
        each("scheduler:GetSchedule", f"arn:aws:scheduler:{AT}:schedule/default/s"),
    ),
    (
        "scheduler",
        "create_schedule",
        {
            "Name": "s",
            "GroupName": "g",
            "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": WINDOW,
            "Target": TARGET,
        },
        each("scheduler:CreateSchedule", f"arn:aws:scheduler:{AT}:schedule/g/s"),
    ),
    (
        "cloudformation",
        "describe_stack_events",
        {"StackName": "s"},
        each("cloudformation:DescribeStackEvents", f"arn:aws:cloudformation:{AT}:stack/s/*"),
    ),
    ("iam", "get_role", {"RoleName": "none-such"}, each("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/none-such")),
    ("iam", "list_roles", {}, each("iam:ListRoles", "*")),
    ("ssm", "get_parameter", {"Name": "/a/b"}, each("ssm:GetParameter", f"arn:aws:ssm:{AT}:parameter/a/b")),
    (
        "ssm",
        "get_parameters",
        {"Names": ["a", "b"]},
        each("ssm:GetParameters", f"arn:aws:ssm:{AT}:parameter/a", f"arn:aws:ssm:{AT}:parameter/b"),
    ),
    (
        "budgets",
        "describe_budget",
        {"AccountId": ACCOUNT, "BudgetName": "b"},
        each("budgets:ViewBudget", f"arn:aws:budgets::{ACCOUNT}:budget/b"),
    ),
    (
        "redshift-data",
        "execute_statement",
        {"ClusterIdentifier": "c", "Database": "d", "Sql": "select 1"},
        each("redshift-data:ExecuteStatement", f"arn:aws:redshift:{AT}:cluster:c"),
    ),
    ("sts", "get_caller_identity", {}, set()),
]


@pytest.fixture(scope="module")
def everybody(aws: Server) -> Actor:
    """A role that may do everything, so that every call is on record."""
    from tests.localaws.iam.conftest import document, trust

    name = unique("everybody")
    iam = aws.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(allow("*")))
    keys = aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
    credentials = {ours: keys[theirs] for ours, theirs in names.items()} | {"aws_session_token": keys["SessionToken"]}
    return Actor(aws, name, role["Arn"], credentials)


@pytest.mark.parametrize(
    ("service", "method", "arguments", "expected"),
    CALLS,
    ids=[f"{call[0]}-{call[1]}-{i}" for i, call in enumerate(CALLS)],
)
def test_a_call_asks_for(
    everybody: Actor, service: str, method: str, arguments: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    _clear(everybody)
    with contextlib.suppress(ClientError):
        getattr(everybody.client(service), method)(**arguments)
    assert everybody.used() == expected


def _clear(actor: Actor) -> None:
    import urllib.request

    url = f"{actor.server.endpoint}/_localaws/iam/reset"
    urllib.request.urlopen(urllib.request.Request(url, method="POST")).close()


def test_things_that_exist_are_asked_for_by_their_full_names(aws: Server, actor: NewActor, everybody: Actor) -> None:
    kms, secrets, iam, athena = (aws.client(name) for name in ("kms", "secretsmanager", "iam", "athena"))
    key = kms.create_key()["KeyMetadata"]["Arn"]
    alias = f"alias/{unique('key')}"
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    name = unique("secret")
    secret = secrets.create_secret(Name=name, SecretString="x")["ARN"]
    role = iam.create_role(RoleName=unique("pathed"), Path="/jobs/", AssumeRolePolicyDocument=_trust())["Role"]
    group = unique("group")
    athena.create_work_group(Name=group)
    query = athena.create_named_query(Name="q", Database="d", QueryString="select 1", WorkGroup=group)["NamedQueryId"]
    _clear(everybody)
    everybody.client("kms").encrypt(KeyId=alias, Plaintext=b"x")
    everybody.client("kms").decrypt(CiphertextBlob=sealed)
    everybody.client("secretsmanager").get_secret_value(SecretId=name)
    everybody.client("secretsmanager").describe_secret(SecretId=secret[:-7])
    everybody.client("iam").get_role(RoleName=role["RoleName"])
    everybody.client("athena").get_named_query(NamedQueryId=query)
    assert everybody.used() == {
        ("kms:Encrypt", key),
        ("kms:Decrypt", key),
        ("secretsmanager:GetSecretValue", secret),
        ("secretsmanager:DescribeSecret", secret),
        ("iam:GetRole", role["Arn"]),
        ("athena:GetNamedQuery", f"arn:aws:athena:{AT}:workgroup/{group}"),
    }


def _trust() -> str:
    from tests.localaws.iam.conftest import trust

    return trust()


def test_every_operation_of_s3_has_an_action_of_aws() -> None:
    model = routes.model("s3")
    unmapped = {"CreateSession", "ListDirectoryBuckets", "ListBuckets", "WriteGetObjectResponse", "DeleteObjects"}
    known = {action.removeprefix("s3:") for action in reference.kinds() if action.startswith("s3:")}
    for operation in set(model.operation_names) - unmapped:
        of_object = s3_actions.OBJECT.get(operation)
        actions = " ".join(of_object) if of_object else s3_actions.BUCKET.get(operation, f"s3:{operation}")
        assert {action.removeprefix("s3:") for action in actions.split()} <= known, operation


@pytest.mark.parametrize(
    "service", sorted(reference.services() - {"s3", "tag", "lakeformation", "iam", "ssm", "budgets"})
)
def test_every_operation_with_one_kind_of_resource_finds_it(service: str) -> None:
    """A call without any parameter asks for `*` at least, and never breaks."""
    for action in (action for action in reference.kinds() if action.startswith(f"{service}:")):
        assert asks.pairs(Call(service, action.partition(":")[2], {}, "us-east-1", ACCOUNT))
