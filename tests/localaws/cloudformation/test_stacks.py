"""Stacks from creation to deletion (user guide, "Stack lifecycle" pages named at each test)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloudformation.conftest import CAPABILITIES, Stacks

QUEUE = "Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q-<id>}}"
BROKEN = """X:
  Type: AWS::SNS::Subscription
  DependsOn: Q
  Properties: {TopicArn: "arn:aws:sns:us-east-1:123456789012:nowhere", Protocol: sqs, Endpoint: x}"""


def exists(stacks: Stacks, name: str) -> bool:
    found = stacks.aws.client("sqs").list_queues(QueueNamePrefix=name).get("QueueUrls", [])
    return any(url.endswith("/" + name) for url in found)


def attribute(stacks: Stacks, queue: str, name: str) -> str:
    sqs = stacks.aws.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def test_create_update_delete(stacks: Stacks) -> None:
    queue = "Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: q-<id>, VisibilityTimeout: {}}}}}"
    assert stacks.create(queue.format(10)) == "CREATE_COMPLETE"
    before = stacks.resources()
    assert stacks.update(queue.format(20)) == "UPDATE_COMPLETE"
    assert attribute(stacks, f"q-{stacks.suffix}", "VisibilityTimeout") == "20"
    assert stacks.resources() == before
    assert stacks.delete() == "DELETE_COMPLETE"
    assert not exists(stacks, f"q-{stacks.suffix}")


def test_a_changed_name_replaces(stacks: Stacks) -> None:
    """Page "Update behaviors of stack resources": Replacement; the old one goes after the new one is there."""
    stacks.create(QUEUE)
    assert stacks.update(QUEUE.replace("q-", "r-")) == "UPDATE_COMPLETE"
    assert exists(stacks, f"r-{stacks.suffix}")
    assert not exists(stacks, f"q-{stacks.suffix}")


def test_a_generated_name_stays(stacks: Stacks) -> None:
    """Page "Name type"."""
    stacks.create("Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}")
    before = stacks.resources()
    stacks.update("Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 2}}")
    assert stacks.resources() == before
    assert f"{stacks.name()}-Q-" in before["Q"]


def test_a_custom_named_resource_cannot_be_replaced(stacks: Stacks) -> None:
    """Page "Name type": "You can't perform updates that require replacement of this resource"."""
    table = """
        T:
          Type: AWS::DynamoDB::Table
          Properties:
            TableName: t-<id>
            BillingMode: PAY_PER_REQUEST
            KeySchema: [{AttributeName: a, KeyType: HASH}]
            AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
    """
    stacks.create(table)
    assert stacks.update(table.replace("AttributeName: a", "AttributeName: b")) == "UPDATE_ROLLBACK_COMPLETE"
    assert f"Rename t-{stacks.suffix} and update the stack again" in stacks.reasons()


def test_a_failed_create_is_rolled_back(stacks: Stacks) -> None:
    """Page "Stack failure options": ROLLBACK_COMPLETE, and what was made is deleted."""
    assert stacks.create(f"{QUEUE}\n{BROKEN}") == "ROLLBACK_COMPLETE"
    assert not exists(stacks, f"q-{stacks.suffix}")
    assert "The following resource(s) failed to create: [X]. Rollback requested by user." in stacks.reasons()
    assert "X Topic does not exist (Error Code: NotFound, Status Code: 404)" in stacks.reasons()
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update(QUEUE)


@pytest.mark.parametrize(
    ("option", "status"),
    [({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED"), ({"DisableRollback": True}, "CREATE_FAILED")],
)
def test_a_failed_create_may_stay(stacks: Stacks, option: dict[str, object], status: str) -> None:
    """Page "CreateStack", OnFailure and DisableRollback; the next update goes on from there."""
    assert stacks.create(f"{QUEUE}\n{BROKEN}", **option) == status
    assert exists(stacks, f"q-{stacks.suffix}")
    assert stacks.update(QUEUE) == "UPDATE_COMPLETE"


def test_a_failed_update_brings_everything_back(stacks: Stacks) -> None:
    """Page "Update stack resources": UPDATE_ROLLBACK_COMPLETE with earlier properties, names and definition."""
    old = """
        Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q-<id>, VisibilityTimeout: 10}}
        N: {Type: AWS::SQS::Queue, Properties: {QueueName: n-<id>}}
        G: {Type: AWS::SQS::Queue, Properties: {QueueName: g-<id>}}
    """
    new = """
        Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q-<id>, VisibilityTimeout: 20}}
        N: {Type: AWS::SQS::Queue, Properties: {QueueName: m-<id>}}
        A: {Type: AWS::SQS::Queue, Properties: {QueueName: a-<id>}}
        X: {Type: AWS::SNS::Subscription, DependsOn: [Q, N, A], Properties: {TopicArn: no, Protocol: sqs, Endpoint: x}}
    """
    stacks.create(old)
    before = stacks.resources()
    assert stacks.update(new) == "UPDATE_ROLLBACK_COMPLETE"
    assert attribute(stacks, f"q-{stacks.suffix}", "VisibilityTimeout") == "10"
    assert {name: exists(stacks, f"{name}-{stacks.suffix}") for name in "qngma"} == {
        "q": True, "n": True, "g": True, "m": False, "a": False,
    }  # fmt: skip
    assert stacks.resources() == before
    assert stacks.api.get_template(StackName=stacks.name())["TemplateBody"] == stacks.text(old)
    assert stacks.update(new.replace("X:", "Y:").split("Y:")[0]) == "UPDATE_COMPLETE"


def test_what_the_template_does_not_have_any_more_goes(stacks: Stacks) -> None:
    stacks.create(f"{QUEUE}\n{QUEUE.replace('Q:', 'R:').replace('q-', 'r-')}")
    stacks.update(QUEUE)
    assert not exists(stacks, f"r-{stacks.suffix}")
    assert list(stacks.resources()) == ["Q"]


def test_retain_keeps(stacks: Stacks) -> None:
    """Page "DeletionPolicy attribute"."""
    stacks.create(QUEUE.replace("Queue,", "Queue, DeletionPolicy: Retain,"))
    assert stacks.delete() == "DELETE_COMPLETE"
    assert exists(stacks, f"q-{stacks.suffix}")
    stacks.aws.client("sqs").delete_queue(QueueUrl=f"{stacks.aws.endpoint}/123456789012/q-{stacks.suffix}")


def test_a_bucket_with_objects_fails_the_deletion(stacks: Stacks) -> None:
    """Page "Troubleshooting CloudFormation": delete stack fails; emptied, it goes."""
    stacks.create("B: {Type: AWS::S3::Bucket, Properties: {BucketName: b-<id>}}")
    s3, bucket = stacks.aws.client("s3"), f"b-{stacks.suffix}"
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert stacks.delete() == "DELETE_FAILED"
    assert "The bucket you tried to delete is not empty" in stacks.reasons()
    assert "The following resource(s) failed to delete: [B]." in stacks.describe()["StackStatusReason"]
    s3.delete_object(Bucket=bucket, Key="k")
    assert stacks.delete() == "DELETE_COMPLETE"


def test_what_is_gone_already_does_not_fail_the_deletion(stacks: Stacks) -> None:
    stacks.create(QUEUE)
    stacks.aws.client("sqs").delete_queue(QueueUrl=stacks.resources()["Q"])
    assert stacks.delete() == "DELETE_COMPLETE"


def test_conditions_choose_resources_and_outputs(stacks: Stacks) -> None:
    text = """
        Parameters: {Env: {Type: String, Default: dev}}
        Conditions: {Prod: !Equals [!Ref Env, prod]}
        Resources:
          Q: {Type: AWS::SQS::Queue}
          P: {Type: AWS::SQS::Queue, Condition: Prod}
        Outputs:
          Always: {Value: !GetAtt Q.QueueName}
          Sometimes: {Condition: Prod, Value: !GetAtt P.QueueName}
    """
    prod = [{"ParameterKey": "Env", "ParameterValue": "prod"}]
    stacks.create(text)
    assert (list(stacks.resources()), list(stacks.outputs())) == (["Q"], ["Always"])
    stacks.update(text, Parameters=prod)
    assert (list(stacks.resources()), list(stacks.outputs())) == (["Q", "P"], ["Always", "Sometimes"])
    stacks.update(text)
    assert list(stacks.resources()) == ["Q"]


def test_a_previous_parameter_is_kept_when_asked(stacks: Stacks) -> None:
    """Page "Parameter", UsePreviousValue."""
    text = """
        Parameters: {Delay: {Type: Number, Default: 1}, Name: {Type: String}}
        Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name, DelaySeconds: !Ref Delay}}}
    """
    name = {"ParameterKey": "Name", "ParameterValue": f"q-{stacks.suffix}"}
    stacks.create(text, Parameters=[name])
    previous = {"ParameterKey": "Name", "UsePreviousValue": True}
    stacks.update(text, Parameters=[previous, {"ParameterKey": "Delay", "ParameterValue": "5"}])
    assert attribute(stacks, f"q-{stacks.suffix}", "DelaySeconds") == "5"


def test_nothing_to_update_is_said(stacks: Stacks) -> None:
    """Page "UpdateStack"."""
    stacks.create(QUEUE)
    with pytest.raises(ClientError, match="No updates are to be performed"):
        stacks.update(QUEUE.replace("{Type", "{ Type"))


def test_exports_tie_stacks_together(stacks: Stacks) -> None:
    """Page "Get exported outputs from a deployed CloudFormation stack"."""
    exporter = """
        Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {}}}}}}}
        Outputs: {{Name: {{Value: !GetAtt Q.QueueName, Export: {{Name: !Sub "${{AWS::StackName}}-queue"}}}}}}
    """
    export = f"{stacks.name('out')}-queue"
    stacks.create(exporter.format("q-<id>"), "out")
    imported = f"I: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !ImportValue {export}}}}}"
    stacks.create(imported, "in")
    assert {"Name": export, "Value": f"q-{stacks.suffix}"}.items() <= next(
        found for found in stacks.api.list_exports()["Exports"] if found["Name"] == export
    ).items()
    assert stacks.api.list_imports(ExportName=export)["Imports"] == [stacks.name("in")]
    assert stacks.update(exporter.format("r-<id>"), "out") == "UPDATE_ROLLBACK_COMPLETE"
    assert f"Export {export} cannot be updated as it is in use by {stacks.name('in')}" in stacks.reasons("out")
    assert stacks.delete("out") == "DELETE_FAILED"
    stacks.delete("in")
    assert stacks.delete("out") == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("given", "needed"),
    [([], "CAPABILITY_NAMED_IAM"), (["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"), (CAPABILITIES, "")],
)
def test_named_roles_need_a_capability(stacks: Stacks, given: list[str], needed: str) -> None:
    """Page "CreateStack", Capabilities."""
    role = """
        R:
          Type: AWS::IAM::Role
          Properties: {RoleName: r-<id>, AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}}
    """
    stacks.made.append(stacks.name())
    create = {"StackName": stacks.name(), "TemplateBody": stacks.text(role), "Capabilities": given}
    if not needed:
        stacks.api.create_stack(**create)
        return
    with pytest.raises(ClientError) as error:
        stacks.api.create_stack(**create)
    assert error.value.response["Error"]["Code"] == "InsufficientCapabilitiesException"
    assert f"Requires capabilities : [{needed}]" in str(error.value)


def test_tags_of_the_stack_are_those_of_its_resources(stacks: Stacks) -> None:
    """Page "Resource tags"."""
    stacks.create(QUEUE, Tags=[{"Key": "cost", "Value": "lake"}])
    url = stacks.resources()["Q"]
    assert stacks.aws.client("sqs").list_queue_tags(QueueUrl=url)["Tags"] == {"cost": "lake"}
    stacks.update(QUEUE, Tags=[{"Key": "cost", "Value": "shop"}])
    assert stacks.aws.client("sqs").list_queue_tags(QueueUrl=url)["Tags"] == {"cost": "shop"}


def test_termination_protection(stacks: Stacks) -> None:
    """Page "Protect CloudFormation stacks from being deleted"."""
    stacks.create(QUEUE, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection is enabled"):
        stacks.delete()
    stacks.api.update_termination_protection(StackName=stacks.name(), EnableTerminationProtection=False)
    assert stacks.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("describe_stacks", "Stack with id {} does not exist"),
        ("describe_stack_events", "Stack with id {} does not exist"),
        ("get_template", "Stack with id {} does not exist"),
    ],
)
def test_a_stack_that_is_not_there(stacks: Stacks, call: str, said: str) -> None:
    with pytest.raises(ClientError) as error:
        getattr(stacks.api, call)(StackName="nowhere")
    assert said.format("nowhere") in str(error.value)
    assert error.value.response["Error"]["Code"] == "ValidationError"


def test_a_name_is_taken_once(stacks: Stacks) -> None:
    stacks.create(QUEUE)
    with pytest.raises(ClientError) as error:
        stacks.create(QUEUE)
    assert error.value.response["Error"]["Code"] == "AlreadyExistsException"


def test_dynamic_references_are_looked_up_and_not_kept(stacks: Stacks) -> None:
    """Page "Dynamic references"."""
    manager = stacks.aws.client("secretsmanager")
    manager.create_secret(Name=f"s-{stacks.suffix}", SecretString='{"user": "ada"}')
    text = (
        "T: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:secretsmanager:s-<id>:SecretString:user}}'}}"
    )
    assert stacks.create(text) == "CREATE_COMPLETE"
    topic = stacks.aws.client("sns").get_topic_attributes(TopicArn=stacks.resources()["T"])["Attributes"]
    assert topic["DisplayName"] == "ada"


def test_resources_can_be_asked_for(stacks: Stacks) -> None:
    """Pages "DescribeStackResource", "ListStackResources"."""
    stacks.create(QUEUE)
    detail = stacks.api.describe_stack_resource(StackName=stacks.name(), LogicalResourceId="Q")["StackResourceDetail"]
    assert (detail["ResourceType"], detail["ResourceStatus"]) == ("AWS::SQS::Queue", "CREATE_COMPLETE")
    summaries = stacks.api.list_stack_resources(StackName=stacks.name())["StackResourceSummaries"]
    assert [found["PhysicalResourceId"] for found in summaries] == [detail["PhysicalResourceId"]]


def test_stack_sets_are_not_emulated(stacks: Stacks) -> None:
    with pytest.raises(ClientError, match="NotImplemented: CreateStackSet"):
        stacks.api.create_stack_set(StackSetName="x", TemplateBody=stacks.text(QUEUE))


def test_one_operation_at_a_time(stacks: Stacks) -> None:
    """Page "Stack status codes": a stack that is being changed cannot be changed."""
    many = "\n".join(f"Q{n}: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: {{0}}}}}}" for n in range(40))
    stacks.create(many.replace("{0}", "1"))

    def update(delay: int) -> str:
        try:
            return stacks.update(many.replace("{0}", str(delay)))
        except ClientError as error:
            return str(error).lower()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(update, range(2, 6)))
    assert all("progress" in answer.lower() or answer == "UPDATE_COMPLETE" for answer in told)
    assert stacks.status() == "UPDATE_COMPLETE"


def test_the_newest_stack_is_told_first(stacks: Stacks) -> None:
    for stem in ("one", "two"):
        stacks.create(QUEUE.replace("q-", f"{stem}-"), stem)
    told = [stack["StackName"] for stack in stacks.api.describe_stacks()["Stacks"]]
    assert told.index(stacks.name("two")) < told.index(stacks.name("one"))
    listed = [stack["StackName"] for stack in stacks.api.list_stacks()["StackSummaries"]]
    assert listed.index(stacks.name("two")) < listed.index(stacks.name("one"))


def test_what_a_stack_has_none_of_is_not_told(stacks: Stacks) -> None:
    """As AWS answers: empty lists of tags and topics, and no lists of outputs and parameters."""
    stacks.create(QUEUE)
    found = stacks.describe()
    assert not {"Outputs", "Parameters"} & found.keys()
    assert (found["Tags"], found["NotificationARNs"]) == ([], [])
