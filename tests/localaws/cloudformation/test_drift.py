"""Drift (user guide, "Detect unmanaged configuration changes to stacks and resources with drift detection")."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.cloudformation.conftest import Stacks
from tests.localaws.cloudformation.test_resources import CASES, POLICY, REPLACED, TRUST

Change = Callable[[Stacks, str], object]


def call(service: str, operation: str, **given: Any) -> Change:
    """A call of a service past CloudFormation; `{id}` in its texts is the physical id."""

    def change(stacks: Stacks, physical: str) -> object:
        filled = json.loads(json.dumps(given).replace("{id}", physical).replace("<id>", stacks.suffix))
        return getattr(stacks.aws.client(service), operation)(**filled)

    return change


STATEMENT = {"Effect": "Allow", "Action": "s3:Get", "Resource": "*"}
OTHER = json.dumps({"Version": "2012-10-17", "Statement": [{**STATEMENT, "Effect": "Deny"}]})
NARROWER = json.dumps(
    {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]}
)
TRUSTING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "x.amazonaws.com"}}],
    }
)
QUEUE = (
    "R: {Type: AWS::SQS::Queue, Properties: {QueueName: q-<id>, DelaySeconds: 1, Tags: [{Key: a, Value: b},"
    " {Key: c, Value: d}]}}"
)
BUCKET = "R: {Type: AWS::S3::Bucket, Properties: {BucketName: b-<id>, VersioningConfiguration: {Status: Enabled}}}"
RULES = (
    "R: {Type: AWS::S3::Bucket, Properties: {BucketName: b-<id>, LifecycleConfiguration:"
    " {Rules: [{Id: x, Status: Enabled, Prefix: a/, ExpirationInDays: 3}]}}}"
)
DATABASE = (
    "D: {Type: AWS::Glue::Database, Properties: {CatalogId: !Ref AWS::AccountId, DatabaseInput: {Name: db_<id>}}}\n"
)
MACHINE = (
    f"X: {{Type: AWS::IAM::Role, Properties: {{{TRUST}}}}}\n"
    "R: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !GetAtt X.Arn, StateMachineName: m-<id>,"
    " Definition: {StartAt: A, States: {A: {Type: Pass, Result: '${word}', End: true}}},"
    " DefinitionSubstitutions: {word: one}}}"
)
SCHEDULE = {
    "Name": "{id}",
    "ScheduleExpression": "rate(9 hours)",
    "State": "DISABLED",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": "arn:aws:sns:us-east-1:123456789012:t", "RoleArn": "arn:aws:iam::123456789012:role/r"},
}
ALARM = {
    "AlarmName": "{id}",
    "Namespace": "n",
    "MetricName": "m",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 7,
    "ComparisonOperator": "GreaterThanThreshold",
}
CONNECTION = {"Name": "{id}", "ConnectionType": "JDBC", "ConnectionProperties": {"JDBC_CONNECTION_URL": "x"}}

#: A template with a resource `R`, what somebody does to it, and where that shows.
PLANTED: dict[str, tuple[str, Change, str]] = {
    "key": (
        CASES["key"].template,
        call("kms", "update_key_description", KeyId="{id}", Description="x"),
        "/Description",
    ),
    "key rotation": (
        CASES["key rotation"].template,
        call("kms", "disable_key_rotation", KeyId="{id}"),
        "/EnableKeyRotation",
    ),
    "topic": (
        CASES["topic"].template,
        call("sns", "set_topic_attributes", TopicArn="{id}", AttributeName="DisplayName", AttributeValue="x"),
        "/DisplayName",
    ),
    "queue": (
        QUEUE,
        call("sqs", "set_queue_attributes", QueueUrl="{id}", Attributes={"DelaySeconds": "9"}),
        "/DelaySeconds",
    ),
    "a tag that went": (QUEUE, call("sqs", "untag_queue", QueueUrl="{id}", TagKeys=["a"]), "/Tags/0"),
    "a tag that came": (QUEUE, call("sqs", "tag_queue", QueueUrl="{id}", Tags={"x": "y"}), "/Tags/2"),
    "role": (CASES["role"].template, call("iam", "update_role", RoleName="{id}", Description="x"), "/Description"),
    "trust": (
        CASES["role"].template,
        call("iam", "update_assume_role_policy", RoleName="{id}", PolicyDocument=TRUSTING),
        "/AssumeRolePolicyDocument/Statement/0",
    ),
    "an inline policy that came": (
        CASES["inline policy"].template,
        call("iam", "put_role_policy", RoleName="{id}", PolicyName="x", PolicyDocument=OTHER),
        "/Policies/1",
    ),
    "an inline policy that changed": (
        CASES["inline policy"].template,
        call("iam", "put_role_policy", RoleName="{id}", PolicyName="p", PolicyDocument=OTHER),
        "/Policies/0/PolicyDocument/Statement/0/Effect",
    ),
    "an inline policy with a condition more": (
        CASES["inline policy"].template,
        call("iam", "put_role_policy", RoleName="{id}", PolicyName="p", PolicyDocument=NARROWER),
        "/Policies/0/PolicyDocument/Statement/0/Condition",
    ),
    "managed policy": (
        f"R: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {POLICY % 'Get'}}}}}",
        call("iam", "create_policy_version", PolicyArn="{id}", PolicyDocument=OTHER, SetAsDefault=True),
        "/PolicyDocument/Statement/0/Effect",
    ),
    "table": (
        CASES["table"].template,
        call("dynamodb", "update_table", TableName="{id}", DeletionProtectionEnabled=True),
        "/DeletionProtectionEnabled",
    ),
    "table recovery": (
        CASES["table recovery"].template,
        call(
            "dynamodb",
            "update_continuous_backups",
            TableName="{id}",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
        ),
        "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled",
    ),
    "log group": (
        CASES["log group"].template,
        call("logs", "put_retention_policy", logGroupName="{id}", retentionInDays=90),
        "/RetentionInDays",
    ),
    "log group without retention": (
        CASES["log group"].template,
        call("logs", "delete_retention_policy", logGroupName="{id}"),
        "/RetentionInDays",
    ),
    "metric filter": (
        CASES["metric filter"].template,
        call(
            "logs",
            "put_metric_filter",
            logGroupName="/m/<id>",
            filterName="{id}",
            filterPattern="x",
            metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
        ),
        "/FilterPattern",
    ),
    "alarm": (CASES["alarm"].template, call("cloudwatch", "put_metric_alarm", **ALARM), "/Threshold"),
    "dashboard": (
        CASES["dashboard"].template,
        call("cloudwatch", "put_dashboard", DashboardName="{id}", DashboardBody='{"widgets":[{"type":"text"}]}'),
        "/DashboardBody/widgets/0",
    ),
    "secret": (
        CASES["secret"].template,
        call("secretsmanager", "update_secret", SecretId="{id}", Description="x"),
        "/Description",
    ),
    "parameter": (
        CASES["parameter"].template,
        call("ssm", "put_parameter", Name="{id}", Value="x", Overwrite=True),
        "/Value",
    ),
    "budget": (
        CASES["budget"].template,
        call(
            "budgets",
            "update_budget",
            AccountId="123456789012",
            NewBudget={
                "BudgetName": "{id}",
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": "9", "Unit": "USD"},
            },
        ),
        "/Budget/BudgetLimit/Amount",
    ),
    "rule": (
        CASES["rule"].template,
        call("events", "remove_targets", Rule="{id}", Ids=["t"]),
        "/Targets/0",
    ),
    "rule that is off": (CASES["rule"].template, call("events", "disable_rule", Name="{id}"), "/State"),
    "schedule": (CASES["schedule"].template, call("scheduler", "update_schedule", **SCHEDULE), "/ScheduleExpression"),
    "database": (
        CASES["database"].template,
        call("glue", "update_database", Name="{id}", DatabaseInput={"Name": "{id}", "LocationUri": "s3://x/"}),
        "/DatabaseInput/LocationUri",
    ),
    "glue table": (
        DATABASE + "R: {Type: AWS::Glue::Table, Properties: {CatalogId: !Ref AWS::AccountId, DatabaseName: !Ref D,"
        " TableInput: {Name: t_<id>, Description: one}}}",
        call("glue", "update_table", DatabaseName="db_<id>", TableInput={"Name": "{id}", "Description": "x"}),
        "/TableInput/Description",
    ),
    "job": (
        CASES["job"].template,
        call(
            "glue",
            "update_job",
            JobName="{id}",
            JobUpdate={
                "Role": "r",
                "Command": {"Name": "glueetl"},
                "MaxRetries": 0,
                "Timeout": 5,
                "GlueVersion": "5.1",
                "DefaultArguments": {"--n": "1"},
            },
        ),
        "/Timeout",
    ),
    "crawler": (
        CASES["crawler"].template,
        call("glue", "update_crawler", Name="{id}", TablePrefix="x_"),
        "/TablePrefix",
    ),
    "classifier": (
        CASES["classifier"].template,
        call("glue", "update_classifier", CsvClassifier={"Name": "{id}", "Delimiter": "|"}),
        "/CsvClassifier/Delimiter",
    ),
    "connection": (
        CASES["connection"].template,
        call("glue", "update_connection", Name="{id}", ConnectionInput=CONNECTION),
        "/ConnectionInput/ConnectionProperties/JDBC_CONNECTION_URL",
    ),
    "trigger": (
        CASES["trigger"].template,
        call("glue", "update_trigger", Name="{id}", TriggerUpdate={"Actions": [{"JobName": "x"}]}),
        "/Actions/0/JobName",
    ),
    "workgroup": (
        CASES["workgroup"].template,
        call(
            "athena",
            "update_work_group",
            WorkGroup="{id}",
            ConfigurationUpdates={"BytesScannedCutoffPerQuery": 20000000},
        ),
        "/WorkGroupConfiguration/BytesScannedCutoffPerQuery",
    ),
    "named query": (
        REPLACED["named query"][0],
        call("athena", "update_named_query", NamedQueryId="{id}", Name="q", QueryString="select 9"),
        "/QueryString",
    ),
    "alias": (
        f"{REPLACED['alias'][0]}\nO: {{Type: AWS::KMS::Key}}",
        lambda stacks, name: stacks.aws.client("kms").update_alias(AliasName=name, TargetKeyId=stacks.resources()["O"]),
        "/TargetKeyId",
    ),
    "function": (
        CASES["function"].template,
        call("lambda", "update_function_configuration", FunctionName="{id}", Timeout=60),
        "/Timeout",
    ),
    "lake settings": (
        CASES["lake settings"].template,
        call("lakeformation", "put_data_lake_settings", DataLakeSettings={"DataLakeAdmins": []}),
        "/Admins/0",
    ),
    "machine": (
        MACHINE,
        call(
            "stepfunctions",
            "update_state_machine",
            stateMachineArn="{id}",
            definition='{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"x","End":true}}}',
        ),
        "/DefinitionString/States/A/Result",
    ),
    "bucket": (
        BUCKET,
        call("s3", "put_bucket_versioning", Bucket="{id}", VersioningConfiguration={"Status": "Suspended"}),
        "/VersioningConfiguration/Status",
    ),
    "lifecycle": (
        RULES,
        call(
            "s3",
            "put_bucket_lifecycle_configuration",
            Bucket="{id}",
            LifecycleConfiguration={
                "Rules": [{"ID": "x", "Status": "Enabled", "Filter": {"Prefix": "a/"}, "Expiration": {"Days": 9}}]
            },
        ),
        "/LifecycleConfiguration/Rules/0/ExpirationInDays",
    ),
    "no lifecycle": (RULES, call("s3", "delete_bucket_lifecycle", Bucket="{id}"), "/LifecycleConfiguration"),
}


def drift(stacks: Stacks, name: str = "R") -> dict[str, Any]:
    found: dict[str, Any] = stacks.api.detect_stack_resource_drift(StackName=stacks.name(), LogicalResourceId=name)
    resource: dict[str, Any] = found["StackResourceDrift"]
    return resource


@pytest.mark.parametrize("name", PLANTED)
def test_what_somebody_changed_is_found(stacks: Stacks, name: str) -> None:
    text, change, path = PLANTED[name]
    assert stacks.create(text) == "CREATE_COMPLETE", stacks.reasons()
    assert drift(stacks)["StackResourceDriftStatus"] == "IN_SYNC"
    change(stacks, stacks.resources()["R"])
    found = drift(stacks)
    assert found["StackResourceDriftStatus"] == "MODIFIED"
    assert [one["PropertyPath"] for one in found["PropertyDifferences"]] == [path]


DELETED: dict[str, tuple[str, Change]] = {
    "queue": (QUEUE, call("sqs", "delete_queue", QueueUrl="{id}")),
    "bucket": (BUCKET, call("s3", "delete_bucket", Bucket="{id}")),
    "key": (CASES["key"].template, call("kms", "schedule_key_deletion", KeyId="{id}")),
    "role": (CASES["role"].template, call("iam", "delete_role", RoleName="{id}")),
    "log group": (CASES["log group"].template, call("logs", "delete_log_group", logGroupName="{id}")),
    "alarm": (CASES["alarm"].template, call("cloudwatch", "delete_alarms", AlarmNames=["{id}"])),
    "dashboard": (CASES["dashboard"].template, call("cloudwatch", "delete_dashboards", DashboardNames=["{id}"])),
    "parameter": (CASES["parameter"].template, call("ssm", "delete_parameter", Name="{id}")),
    "job": (CASES["job"].template, call("glue", "delete_job", JobName="{id}")),
    "crawler": (CASES["crawler"].template, call("glue", "delete_crawler", Name="{id}")),
    "database": (CASES["database"].template, call("glue", "delete_database", Name="{id}")),
    "classifier": (CASES["classifier"].template, call("glue", "delete_classifier", Name="{id}")),
    "workgroup": (CASES["workgroup"].template, call("athena", "delete_work_group", WorkGroup="{id}")),
    "topic": (CASES["topic"].template, call("sns", "delete_topic", TopicArn="{id}")),
    "function": (CASES["function"].template, call("lambda", "delete_function", FunctionName="{id}")),
    "schedule": (CASES["schedule"].template, call("scheduler", "delete_schedule", Name="{id}")),
    "budget": (
        CASES["budget"].template,
        call("budgets", "delete_budget", AccountId="123456789012", BudgetName="{id}"),
    ),
    "secret": (CASES["secret"].template, call("secretsmanager", "delete_secret", SecretId="{id}")),
    "connection": (CASES["connection"].template, call("glue", "delete_connection", ConnectionName="{id}")),
    "trigger": (CASES["trigger"].template, call("glue", "delete_trigger", Name="{id}")),
    "metric filter": (
        CASES["metric filter"].template,
        call("logs", "delete_metric_filter", logGroupName="/m/<id>", filterName="{id}"),
    ),
}


@pytest.mark.parametrize("name", DELETED)
def test_what_somebody_deleted_is_found_and_cannot_be_updated(stacks: Stacks, name: str) -> None:
    """Page "Resource type handler contract": an update of what is not there is NotFound, and makes nothing anew."""
    text, delete = DELETED[name]
    assert stacks.create(text) == "CREATE_COMPLETE", stacks.reasons()
    physical = stacks.resources()["R"]
    delete(stacks, physical)
    assert drift(stacks)["StackResourceDriftStatus"] == "DELETED"
    change = CASES[name].change if name in CASES else {"queue": ("Seconds: 1", "Seconds: 2")}.get(name)
    if change is None:
        return
    assert stacks.update(text.replace(*change)) == "UPDATE_ROLLBACK_FAILED"
    assert f"with identifier '{physical}' was not found. (HandlerErrorCode: NotFound)" in stacks.reasons()
    assert drift(stacks)["StackResourceDriftStatus"] == "DELETED"
