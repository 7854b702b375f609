"""The stock AWS CLI's `cloudformation package` and `deploy` (pages of these names in the CLI reference)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.localaws.clients.cli import Cli
from tests.localaws.cloudformation.conftest import Stacks

ROOT = """
Parameters: {Delay: {Type: Number, Default: 1}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}}
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Runtime: python3.11, Handler: index.h, Code: ./code}
  J:
    Type: AWS::Glue::Job
    Properties: {Role: !Ref Role, Command: {Name: glueetl, ScriptLocation: ./job.py}}
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionS3Location: ./m.asl.json
      DefinitionSubstitutions: {Job: !Ref J}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./child.yaml, Parameters: {Delay: !Ref Delay}}
Outputs: {Queue: {Value: !GetAtt Child.Outputs.Queue}}
"""
CHILD = """
Parameters: {Delay: {Type: Number}}
Resources: {Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Delay}}}
Outputs: {Queue: {Value: !GetAtt Q.QueueName}}
"""
FILES = {
    "root.yaml": ROOT,
    "child.yaml": CHILD,
    "job.py": "print(1)",
    "m.asl.json": '{"StartAt":"S","States":{"S":{"Type":"Pass","Result":"${Job}","End":true}}}',
    "code/index.py": "def h(e, c): return 1",
}


@pytest.fixture
def project(tmp_path: Path, stacks: Stacks) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    stacks.aws.client("s3").create_bucket(Bucket=f"artifacts-{stacks.suffix}")
    stacks.made.append(stacks.name())
    return tmp_path


def told(cli: Cli, *arguments: str) -> str:
    """What the command says, on either channel; its exit code is 0 unless it says otherwise."""
    done = cli.run("cloudformation", *arguments)
    return done.stdout + done.stderr + (f"\nexit code {done.returncode}" if done.returncode else "")


def deploy(stacks: Stacks, cli: Cli, *more: str) -> str:
    bucket = f"artifacts-{stacks.suffix}"
    packaged = ("--template-file", "root.yaml", "--s3-bucket", bucket, "--output-template-file", "packaged.yaml")
    told(cli, "package", *packaged)
    name = ("--stack-name", stacks.name(), "--template-file", "packaged.yaml")
    return told(cli, "deploy", *name, "--capabilities", "CAPABILITY_IAM", *more)


def test_package_and_deploy(stacks: Stacks, cli: Cli, project: Path) -> None:
    assert "Successfully created/updated stack" in deploy(stacks, cli)
    found = stacks.resources()
    job = stacks.aws.client("glue").get_job(JobName=found["J"])["Job"]
    assert job["Command"]["ScriptLocation"].startswith(f"s3://artifacts-{stacks.suffix}/")
    machine = stacks.aws.client("stepfunctions").describe_state_machine(stateMachineArn=found["M"])
    assert found["J"] in machine["definition"]
    assert stacks.outputs()["Queue"]


def test_deploying_the_same_again_changes_nothing(stacks: Stacks, cli: Cli, project: Path) -> None:
    deploy(stacks, cli)
    assert "No changes to deploy" in deploy(stacks, cli, "--no-fail-on-empty-changeset")
    assert stacks.status() == "CREATE_COMPLETE"


def test_a_nested_template_and_a_parameter_are_changes(stacks: Stacks, cli: Cli, project: Path) -> None:
    deploy(stacks, cli)
    before = stacks.resources()
    (project / "child.yaml").write_text(CHILD + "Description: another\n")
    (project / "m.asl.json").write_text(FILES["m.asl.json"].replace("${Job}", "new"))
    assert "Successfully" in deploy(stacks, cli, "--parameter-overrides", "Delay=5")
    assert stacks.resources() == before
    sqs = stacks.aws.client("sqs")
    url = sqs.get_queue_url(QueueName=stacks.outputs()["Queue"])["QueueUrl"]
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["DelaySeconds"] == "5"


def test_a_failed_deployment_fails_the_command(stacks: Stacks, cli: Cli, project: Path) -> None:
    deploy(stacks, cli)
    assert "exit code 255" in deploy(stacks, cli, "--parameter-overrides", "Delay=99999")
    assert stacks.status() == "UPDATE_ROLLBACK_COMPLETE"
    events = told(cli, "describe-stack-events", "--stack-name", stacks.name())
    assert "Embedded stack" in events


def test_a_missing_capability_fails_the_command(stacks: Stacks, cli: Cli, project: Path) -> None:
    name = ("--stack-name", stacks.name(), "--template-file", "child.yaml")
    assert "Successfully" in told(cli, "deploy", *name, "--parameter-overrides", "Delay=1")
    assert "InsufficientCapabilitiesException" in deploy(stacks, cli, "--capabilities", "CAPABILITY_AUTO_EXPAND")


def test_templates_are_validated(stacks: Stacks, cli: Cli, project: Path) -> None:
    said = told(cli, "validate-template", "--template-body", "file://root.yaml")
    assert '"CAPABILITY_IAM"' in said
    (project / "bad.yaml").write_text("Resources: {A: {Type: AWS::No::Thing}}")
    said = told(cli, "validate-template", "--template-body", "file://bad.yaml")
    assert "Unrecognized resource types: [AWS::No::Thing]" in said
