from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.templates import ROOT, TEMPLATES, listed, load, of_type, template, text

OUTPUTS = [
    *(f"{zone}Bucket" for zone in ("Copper", "Bronze", "Silver", "Gold", "Archive", "Results", "Docs")),
    *("AthenaWorkgroup", "MedallionArn", "PipelineArn", "AlertsTopicArn"),
    *(f"{layer}Database" for layer in ("Copper", "Bronze", "Silver", "Gold", "Quarantine", "Ops")),
]
ZONES = ("Copper", "Bronze", "Silver", "Gold", "Archive", "Results", "Docs")


@pytest.fixture(scope="module")
def root() -> dict[str, Any]:
    return template("infra")


def test_cfn_lint_finds_nothing() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cfn-lint"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_outputs_are_what_the_outside_relies_on(root: dict[str, Any]) -> None:
    assert list(root["Outputs"]) == OUTPUTS


def test_every_room_is_nested(root: dict[str, Any]) -> None:
    nested = {resource["TemplateURL"] for resource in of_type(root, "AWS::CloudFormation::Stack").values()}
    assert nested == {f"../{file.parent.name}/template.yaml" for file in TEMPLATES if file.parent.name != "infra"}


def test_nested_stacks_get_the_parameters_they_ask_for(root: dict[str, Any]) -> None:
    for nested in of_type(root, "AWS::CloudFormation::Stack").values():
        asked = load(ROOT / "infra" / nested["TemplateURL"])["Parameters"]
        assert set(nested["Parameters"]) == set(asked), nested["TemplateURL"]


@pytest.mark.parametrize("zone", ZONES)
def test_buckets_keep_what_they_hold(root: dict[str, Any], zone: str) -> None:
    bucket = of_type(root, "AWS::S3::Bucket")[zone]
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["BucketKeyEnabled"] is True
    assert encryption["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Fn::GetAtt": ["Key", "Arn"]},
    }
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert text(bucket["BucketName"]) == f"${{AWS::StackName}}-{zone.lower()}-${{AWS::AccountId}}"


@pytest.mark.parametrize("zone", ZONES)
def test_buckets_answer_over_tls_only(root: dict[str, Any], zone: str) -> None:
    policy = of_type(root, "AWS::S3::BucketPolicy")[f"{zone}Policy"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Fn::GetAtt": [zone, "Arn"]}, {"Fn::Sub": f"${{{zone}.Arn}}/*"}]


def test_nothing_leaves_copper_before_it_was_promoted(root: dict[str, Any]) -> None:
    rules = of_type(root, "AWS::S3::Bucket")["Copper"]["LifecycleConfiguration"]["Rules"]
    removing = [rule for rule in rules if {"ExpirationInDays", "NoncurrentVersionExpiration"} & set(rule)]
    assert [rule["TagFilters"] for rule in removing] == [[{"Key": "promoted", "Value": "true"}]]
    assert removing[0]["ExpirationInDays"] == 14


def test_the_archive_forgets_nothing(root: dict[str, Any]) -> None:
    rules = of_type(root, "AWS::S3::Bucket")["Archive"]["LifecycleConfiguration"]["Rules"]
    assert [set(rule) - {"Id", "Status"} for rule in rules] == [{"AbortIncompleteMultipartUpload"}]


def test_tables_are_encrypted_recoverable_and_paid_by_use(root: dict[str, Any]) -> None:
    tables = of_type(root, "AWS::DynamoDB::Table")
    assert {text(table["TableName"]) for table in tables.values()} == {
        "${AWS::StackName}-deliveries",
        "${AWS::StackName}-leases",
        "${AWS::StackName}-runs",
    }
    for table in tables.values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"]["SSEEnabled"] is True
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_key_names_no_role_and_turns(root: dict[str, Any]) -> None:
    key = of_type(root, "AWS::KMS::Key")["Key"]
    assert key["EnableKeyRotation"] is True
    for statement in key["KeyPolicy"]["Statement"]:
        assert "role" not in str(statement["Principal"])


def test_the_topic_takes_alerts_of_services(root: dict[str, Any]) -> None:
    (policy,) = of_type(root, "AWS::SNS::TopicPolicy").values()
    services = [
        service
        for statement in policy["PolicyDocument"]["Statement"]
        for service in listed(statement["Principal"]["Service"])
    ]
    assert services == ["events.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com"]


def test_the_hash_key_is_long_and_generated(root: dict[str, Any]) -> None:
    (secret,) = of_type(root, "AWS::SecretsManager::Secret").values()
    assert secret["GenerateSecretString"]["PasswordLength"] >= 64
    assert "SecretString" not in secret


def test_every_log_group_is_kept_for_a_time_only() -> None:
    groups = [group for file in TEMPLATES for group in of_type(load(file), "AWS::Logs::LogGroup").values()]
    assert len(groups) == 7
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


#: What a template, a state machine or a Lambda would need to tell a laptop from an account.
LOCAL = re.compile(r"localhost|127\.0\.0\.1|localaws|local\b|moto|123456789012|endpoint_url", re.IGNORECASE)


def knows_where_it_runs(source: str) -> bool:
    return bool(LOCAL.search(source))


def test_nothing_that_is_deployed_knows_where_it_runs() -> None:
    machines, handlers = ROOT.glob("statemachine/*.json"), ROOT.glob("lambdas/*/*.py")
    knowing = [file for file in (*TEMPLATES, *machines, *handlers) if knows_where_it_runs(file.read_text())]
    assert knowing == []


@pytest.mark.parametrize("planted", ["IsLocal: !Equals [!Ref Stage, local]", 'endpoint_url="http://localhost:5000"'])
def test_a_planted_branch_is_found(planted: str) -> None:
    assert knows_where_it_runs(planted)
