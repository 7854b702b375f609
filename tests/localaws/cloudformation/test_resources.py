"""Resource types as their own services tell them after creation and after an update in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.localaws.cloudformation.conftest import Stacks

Told = Callable[[Stacks, str], Any]


@dataclass
class Case:
    """A resource `R`, what its service says of it, and the same after one text was replaced by another."""

    template: str
    told: Told
    first: Any
    change: tuple[str, str]
    then: Any


def api(service: str, call: str, path: str, **arguments: str) -> Told:
    """Ask the service and follow the path of names and positions into its answer; `{id}` is the physical id."""

    def told(stacks: Stacks, physical: str) -> Any:
        given = {name: value.format(id=physical, suffix=stacks.suffix) for name, value in arguments.items()}
        found = getattr(stacks.aws.client(service), call)(**given)
        for step in path.split("."):
            found = found[int(step)] if step.isdigit() else found.get(step)
        return found

    return told


TRUST = "AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}"
POLICY = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:%s', Resource: '*'}]}"
CASES = {
    "key": Case(
        "R: {Type: AWS::KMS::Key, Properties: {Description: one}}",
        api("kms", "describe_key", "KeyMetadata.Description", KeyId="{id}"),
        "one",
        ("one", "two"),
        "two",
    ),
    "key rotation": Case(
        "R: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}",
        api("kms", "get_key_rotation_status", "KeyRotationEnabled", KeyId="{id}"),
        True,
        ("true", "false"),
        False,
    ),
    "topic": Case(
        "R: {Type: AWS::SNS::Topic, Properties: {DisplayName: one}}",
        api("sns", "get_topic_attributes", "Attributes.DisplayName", TopicArn="{id}"),
        "one",
        ("one", "two"),
        "two",
    ),
    "role": Case(
        f"R: {{Type: AWS::IAM::Role, Properties: {{{TRUST}, Description: one}}}}",
        api("iam", "get_role", "Role.Description", RoleName="{id}"),
        "one",
        ("one", "two"),
        "two",
    ),
    "inline policy": Case(
        f"R: {{Type: AWS::IAM::Role, Properties: {{{TRUST}, Policies: [{{PolicyName: p, PolicyDocument: "
        + POLICY % "Get"
        + "}]}}",
        api("iam", "get_role_policy", "PolicyDocument.Statement.0.Action", RoleName="{id}", PolicyName="p"),
        "s3:Get",
        ("s3:Get", "s3:Put"),
        "s3:Put",
    ),
    "table": Case(
        "R: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, DeletionProtectionEnabled: false,"
        " KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}],"
        " TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}}}",
        api("dynamodb", "describe_time_to_live", "TimeToLiveDescription.TimeToLiveStatus", TableName="{id}"),
        "ENABLED",
        ("Enabled: true", "Enabled: false"),
        "DISABLED",
    ),
    "table recovery": Case(
        "R: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST,"
        " KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}],"
        " PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}}",
        api(
            "dynamodb",
            "describe_continuous_backups",
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus",
            TableName="{id}",
        ),
        "ENABLED",
        ("Enabled: true", "Enabled: false"),
        "DISABLED",
    ),
    "table encryption": Case(
        "R: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, TableClass: STANDARD,"
        " KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}],"
        " SSESpecification: {SSEEnabled: true}}}",
        api("dynamodb", "describe_table", "Table.SSEDescription.Status", TableName="{id}"),
        "ENABLED",
        ("TableClass: STANDARD", "DeletionProtectionEnabled: false"),
        "ENABLED",
    ),
    "log group": Case(
        "R: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /l/<id>, RetentionInDays: 7}}",
        api("logs", "describe_log_groups", "logGroups.0.retentionInDays", logGroupNamePrefix="{id}"),
        7,
        ("RetentionInDays: 7", "RetentionInDays: '30'"),
        30,
    ),
    "log group key": Case(
        "R: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /k/<id>,"
        " KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/a'}}",
        api("logs", "describe_log_groups", "logGroups.0.kmsKeyId", logGroupNamePrefix="{id}"),
        "arn:aws:kms:us-east-1:123456789012:key/a",
        ("key/a", "key/b"),
        "arn:aws:kms:us-east-1:123456789012:key/b",
    ),
    "metric filter": Case(
        "L: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /m/<id>}}\n"
        "R: {Type: AWS::Logs::MetricFilter, Properties: {LogGroupName: !Ref L, FilterPattern: ERROR,"
        " MetricTransformations: [{MetricName: m, MetricNamespace: n, MetricValue: '1'}]}}",
        api("logs", "describe_metric_filters", "metricFilters.0.filterPattern", filterNamePrefix="{id}"),
        "ERROR",
        ("ERROR", "FATAL"),
        "FATAL",
    ),
    "alarm": Case(
        "R: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: n, MetricName: m, Statistic: Sum, Period: 60,"
        " EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: GreaterThanThreshold}}",
        lambda stacks, name: stacks.aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0][
            "Threshold"
        ],
        1.0,
        ("Threshold: 1", "Threshold: 2.5"),
        2.5,
    ),
    "dashboard": Case(
        """R: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardBody: '{"widgets":[]}'}}""",
        api("cloudwatch", "get_dashboard", "DashboardBody", DashboardName="{id}"),
        '{"widgets":[]}',
        ("[]", '[{"type":"text"}]'),
        '{"widgets":[{"type":"text"}]}',
    ),
    "secret": Case(
        "R: {Type: AWS::SecretsManager::Secret, Properties: {Description: one, SecretString: s}}",
        api("secretsmanager", "describe_secret", "Description", SecretId="{id}"),
        "one",
        ("one", "two"),
        "two",
    ),
    "parameter": Case(
        "R: {Type: AWS::SSM::Parameter, Properties: {Name: /p/<id>, Type: String, Value: one}}",
        api("ssm", "get_parameter", "Parameter.Value", Name="{id}"),
        "one",
        ("one", "two"),
        "two",
    ),
    "budget": Case(
        "R: {Type: AWS::Budgets::Budget, Properties: {Budget: {BudgetName: b-<id>, BudgetType: COST,"
        " TimeUnit: MONTHLY, BudgetLimit: {Amount: 20, Unit: USD}}}}",
        api("budgets", "describe_budget", "Budget.BudgetLimit.Amount", AccountId="123456789012", BudgetName="{id}"),
        "20",
        ("20", "30"),
        "30",
    ),
    "rule": Case(
        "R: {Type: AWS::Events::Rule, Properties: {Description: one, EventPattern: {source: [a]}, State: ENABLED,"
        " Targets: [{Id: t, Arn: 'arn:aws:sns:us-east-1:123456789012:t'}]}}",
        api("events", "list_targets_by_rule", "Targets.0.Arn", Rule="{id}"),
        "arn:aws:sns:us-east-1:123456789012:t",
        (":t'", ":u'"),
        "arn:aws:sns:us-east-1:123456789012:u",
    ),
    "schedule": Case(
        "R: {Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(2 hours), State: DISABLED,"
        " FlexibleTimeWindow: {Mode: 'OFF'},"
        " Target: {Arn: 'arn:aws:sns:us-east-1:123456789012:t', RoleArn: 'arn:aws:iam::123456789012:role/r'}}}",
        api("scheduler", "get_schedule", "ScheduleExpression", Name="{id}"),
        "rate(2 hours)",
        ("2 hours", "3 hours"),
        "rate(3 hours)",
    ),
    "database": Case(
        "R: {Type: AWS::Glue::Database, Properties: {CatalogId: !Ref AWS::AccountId,"
        " DatabaseInput: {Name: db_<id>, LocationUri: 's3://one/'}}}",
        api("glue", "get_database", "Database.LocationUri", Name="{id}"),
        "s3://one/",
        ("one", "two"),
        "s3://two/",
    ),
    "job": Case(
        "R: {Type: AWS::Glue::Job, Properties: {Role: r, Command: {Name: glueetl}, MaxRetries: 0, Timeout: '20',"
        " GlueVersion: 5.1, DefaultArguments: {--n: 1}, Tags: {a: b}}}",
        api("glue", "get_job", "Job.DefaultArguments", JobName="{id}"),
        {"--n": "1"},
        ("--n: 1", "--n: 2"),
        {"--n": "2"},
    ),
    "crawler": Case(
        "R: {Type: AWS::Glue::Crawler, Properties: {Role: r, DatabaseName: d, TablePrefix: one_,"
        " Schedule: {ScheduleExpression: 'cron(0 1 * * ? *)'}, Targets: {S3Targets: [{Path: 's3://b/'}]}}}",
        api("glue", "get_crawler", "Crawler.TablePrefix", Name="{id}"),
        "one_",
        ("one_", "two_"),
        "two_",
    ),
    "classifier": Case(
        "R: {Type: AWS::Glue::Classifier, Properties: {CsvClassifier: {Name: c-<id>, Delimiter: ','}}}",
        api("glue", "get_classifier", "Classifier.CsvClassifier.Delimiter", Name="{id}"),
        ",",
        ("','", "';'"),
        ";",
    ),
    "connection": Case(
        "R: {Type: AWS::Glue::Connection, Properties: {CatalogId: !Ref AWS::AccountId, ConnectionInput:"
        " {Name: c-<id>, ConnectionType: JDBC, ConnectionProperties: {JDBC_CONNECTION_URL: one}}}}",
        api("glue", "get_connection", "Connection.ConnectionProperties.JDBC_CONNECTION_URL", Name="{id}"),
        "one",
        ("one", "two"),
        "two",
    ),
    "trigger": Case(
        "R: {Type: AWS::Glue::Trigger, Properties: {Type: ON_DEMAND, Actions: [{JobName: one}]}}",
        api("glue", "get_trigger", "Trigger.Actions.0.JobName", Name="{id}"),
        "one",
        ("one", "two"),
        "two",
    ),
    "workgroup": Case(
        "R: {Type: AWS::Athena::WorkGroup, Properties: {Name: w-<id>, WorkGroupConfiguration:"
        " {BytesScannedCutoffPerQuery: 10000000, ResultConfiguration: {OutputLocation: 's3://one/'}}}}",
        api("athena", "get_work_group", "WorkGroup.Configuration.ResultConfiguration.OutputLocation", WorkGroup="{id}"),
        "s3://one/",
        ("one", "two"),
        "s3://two/",
    ),
    "function": Case(
        f"X: {{Type: AWS::IAM::Role, Properties: {{{TRUST}}}}}\n"
        "R: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt X.Arn, Runtime: python3.11, Handler: index.h,"
        " Timeout: 5, Code: {ZipFile: 'def h(e, c): return 1'}}}",
        api("lambda", "get_function_configuration", "Timeout", FunctionName="{id}"),
        5,
        ("Timeout: 5", "Timeout: 9"),
        9,
    ),
    "lake settings": Case(
        "R: {Type: AWS::LakeFormation::DataLakeSettings, Properties: {Admins: [{DataLakePrincipalIdentifier: one}]}}",
        api("lakeformation", "get_data_lake_settings", "DataLakeSettings.DataLakeAdmins"),
        [{"DataLakePrincipalIdentifier": "one"}],
        ("one", "two"),
        [{"DataLakePrincipalIdentifier": "two"}],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_resource_is_made_and_changed_in_place(stacks: Stacks, name: str) -> None:
    """Page of each type in the template reference: "Update requires: No interruption"."""
    case = CASES[name]
    assert stacks.create(case.template) == "CREATE_COMPLETE", stacks.reasons()
    physical = stacks.resources()["R"]
    assert case.told(stacks, physical) == case.first
    assert stacks.update(case.template.replace(*case.change)) == "UPDATE_COMPLETE", stacks.reasons()
    assert stacks.resources()["R"] == physical
    assert case.told(stacks, physical) == case.then
    assert stacks.delete() == "DELETE_COMPLETE", stacks.reasons()


REPLACED = {
    "security configuration": (
        "R: {Type: AWS::Glue::SecurityConfiguration, Properties: {Name: s1-<id>,"
        " EncryptionConfiguration: {S3Encryptions: [{S3EncryptionMode: SSE-S3}]}}}",
        ("s1", "s2"),
    ),
    "named query": (
        "R: {Type: AWS::Athena::NamedQuery, Properties: {Name: q, Database: d, QueryString: select 1}}",
        ("select 1", "select 2"),
    ),
    "alias": (
        "K: {Type: AWS::KMS::Key}\n"
        "R: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/a-<id>, TargetKeyId: !Ref K}}",
        ("alias/a", "alias/b"),
    ),
    "permission": (
        f"X: {{Type: AWS::IAM::Role, Properties: {{{TRUST}}}}}\n"
        "F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt X.Arn, Runtime: python3.11, Handler: index.h,"
        " Code: {ZipFile: 'def h(e, c): return 1'}}}\n"
        "R: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: 'lambda:InvokeFunction',"
        " Principal: s3.amazonaws.com, SourceArn: 'arn:aws:s3:::one'}}",
        ("one", "two"),
    ),
}


@pytest.mark.parametrize("name", REPLACED)
def test_a_resource_is_replaced(stacks: Stacks, name: str) -> None:
    """The same pages: "Update requires: Replacement"."""
    template, change = REPLACED[name]
    assert stacks.create(template) == "CREATE_COMPLETE", stacks.reasons()
    before = stacks.resources()["R"]
    assert stacks.update(template.replace(*change)) == "UPDATE_COMPLETE", stacks.reasons()
    assert stacks.resources()["R"] != before
    assert stacks.delete() == "DELETE_COMPLETE", stacks.reasons()


def test_a_secret_is_generated_once(stacks: Stacks) -> None:
    """Page "AWS::SecretsManager::Secret GenerateSecretString"."""
    text = """
        S:
          Type: AWS::SecretsManager::Secret
          Properties:
            Description: one
            GenerateSecretString:
              {SecretStringTemplate: '{"user": "ada"}', GenerateStringKey: key, PasswordLength: 40}
    """
    manager = stacks.aws.client("secretsmanager")
    stacks.create(text)
    arn = stacks.resources()["S"]
    first = manager.get_secret_value(SecretId=arn)["SecretString"]
    stacks.update(text.replace("one", "two"))
    assert manager.get_secret_value(SecretId=arn)["SecretString"] == first
    stacks.update(text.replace("40", "50"))
    assert manager.get_secret_value(SecretId=arn)["SecretString"] != first
    assert '"user": "ada"' in first


def test_topic_and_queue_policies_are_set(stacks: Stacks) -> None:
    """Pages "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"."""
    text = """
        T: {Type: AWS::SNS::Topic}
        Q: {Type: AWS::SQS::Queue}
        S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt Q.Arn}}
        TP: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T], PolicyDocument: <mine>}}
        QP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: <mine>}}
    """
    text = text.replace(
        "<mine>", "{Id: mine, Statement: [{Effect: Allow, Principal: '*', Action: 'sns:Publish', Resource: '*'}]}"
    )
    assert stacks.create(text) == "CREATE_COMPLETE"
    found, sns, sqs = stacks.resources(), stacks.aws.client("sns"), stacks.aws.client("sqs")
    assert '"mine"' in sns.get_topic_attributes(TopicArn=found["T"])["Attributes"]["Policy"]
    assert '"mine"' in sqs.get_queue_attributes(QueueUrl=found["Q"], AttributeNames=["Policy"])["Attributes"]["Policy"]
    assert sns.list_subscriptions_by_topic(TopicArn=found["T"])["Subscriptions"][0]["Protocol"] == "sqs"
    stacks.update(text.replace("        TP", "        # TP"))
    assert '"mine"' not in sns.get_topic_attributes(TopicArn=found["T"])["Attributes"]["Policy"]
    assert stacks.delete() == "DELETE_COMPLETE"


def test_policies_of_roles_come_and_go(stacks: Stacks) -> None:
    """Pages "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"."""
    document = POLICY % "Get"
    text = f"""
        R: {{Type: AWS::IAM::Role, Properties: {{RoleName: r-<id>, {TRUST}}}}}
        P: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: p, Roles: [!Ref R], PolicyDocument: {document}}}}}
        M: {{Type: AWS::IAM::ManagedPolicy, Properties: {{Roles: [!Ref R], PolicyDocument: {document}}}}}
    """
    iam, role = stacks.aws.client("iam"), f"r-{stacks.suffix}"
    assert stacks.create(text) == "CREATE_COMPLETE"
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["p"]
    (attached,) = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert (
        stacks.update(text.replace("s3:Get", "s3:Put").replace("PolicyName: p", "PolicyName: q")) == "UPDATE_COMPLETE"
    )
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["q"]
    arn = attached["PolicyArn"]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert found["Statement"][0]["Action"] == "s3:Put"
    assert stacks.delete() == "DELETE_COMPLETE"


def test_an_unknown_property_fails_by_its_name(stacks: Stacks) -> None:
    assert stacks.create("R: {Type: AWS::SNS::Topic, Properties: {DisplayNam: x}}") == "ROLLBACK_COMPLETE"
    assert "Properties validation failed for resource R" in stacks.reasons()
    assert "extraneous key [DisplayNam] is not permitted" in stacks.reasons()
