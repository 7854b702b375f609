"""Drift (user guide, "Detect unmanaged configuration changes to stacks and resources with drift detection")."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

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
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_there_already_is_not_taken_over(stacks: Stacks, name: str) -> None:
    """Page "Resource type handler contract": AlreadyExists; and the rollback leaves the other's alone."""
    bucket = f"held-{stacks.suffix}"
    stacks.aws.client("s3").create_bucket(Bucket=bucket)
    text = TAKEN[name].replace("<bucket>", bucket)
    assert stacks.create(text) == "CREATE_COMPLETE", stacks.reasons()
    assert stacks.create(text, "other") == "ROLLBACK_COMPLETE"
    assert "already exists" in stacks.reasons("other")
    assert drift(stacks)["StackResourceDriftStatus"] == "IN_SYNC"


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
