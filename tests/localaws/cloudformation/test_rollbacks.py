"""Rollbacks that fail and go on, and what they keep (pages named at each test)."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloudformation.conftest import Stacks
from tests.localaws.cloudformation.test_stacks import BROKEN, QUEUE, attribute, exists

DELAYED = "Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: q-<id>, DelaySeconds: {}}}}}"
TOPIC = "T: {{Type: AWS::SNS::Topic, Properties: {{TopicName: t-<id>, DisplayName: d{}}}}}"


def delete_queue(stacks: Stacks) -> None:
    stacks.aws.client("sqs").delete_queue(QueueUrl=stacks.resources()["Q"])


def display(stacks: Stacks) -> str:
    topic = stacks.aws.client("sns").get_topic_attributes(TopicArn=stacks.resources()["T"])
    return str(topic["Attributes"]["DisplayName"])


def stuck(stacks: Stacks) -> None:
    """A stack of a queue and a topic whose update failed, since the queue was deleted past it."""
    stacks.create(f"{TOPIC.format(1)}\n{DELAYED.format(1)}")
    delete_queue(stacks)
    assert stacks.update(f"{TOPIC.format(2)}\n{DELAYED.format(2)}") == "UPDATE_ROLLBACK_FAILED"


def go_on(stacks: Stacks, *skipped: str) -> str:
    stacks.api.continue_update_rollback(StackName=stacks.name(), ResourcesToSkip=list(skipped))
    return stacks.status()


def test_a_resource_that_is_gone_fails_the_update_and_its_rollback(stacks: Stacks) -> None:
    """Page "Continue rolling back an update": CloudFormation "assumes that the database instance still exists"."""
    stuck(stacks)
    assert display(stacks) == "d1"
    statuses = {
        one["LogicalResourceId"]: one["ResourceStatus"]
        for one in stacks.api.describe_stack_resources(StackName=stacks.name())["StackResources"]
    }
    assert statuses == {"T": "UPDATE_COMPLETE", "Q": "UPDATE_FAILED"}
    assert "The following resource(s) failed to update: [Q]" in stacks.describe()["StackStatusReason"]
    with pytest.raises(ClientError, match="is in UPDATE_ROLLBACK_FAILED state and can not be updated"):
        stacks.update(DELAYED.format(3))


def test_a_rollback_goes_on_when_its_cause_is_mended(stacks: Stacks) -> None:
    """The same page: fix the error, then continue."""
    stuck(stacks)
    assert go_on(stacks) == "UPDATE_ROLLBACK_FAILED"
    stacks.aws.client("sqs").create_queue(QueueName=f"q-{stacks.suffix}", Attributes={"DelaySeconds": "9"})
    assert go_on(stacks) == "UPDATE_ROLLBACK_COMPLETE"
    assert attribute(stacks, f"q-{stacks.suffix}", "DelaySeconds") == "1"
    assert stacks.update(f"{TOPIC.format(3)}\n{DELAYED.format(3)}") == "UPDATE_COMPLETE"


def test_a_resource_can_be_skipped(stacks: Stacks) -> None:
    """Page "ContinueUpdateRollback", ResourcesToSkip."""
    stuck(stacks)
    assert go_on(stacks, "Q") == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.update(TOPIC.format(2)) == "UPDATE_COMPLETE"
    assert display(stacks) == "d2"


def test_only_what_failed_can_be_skipped(stacks: Stacks) -> None:
    stuck(stacks)
    with pytest.raises(ClientError, match="T is not in the UPDATE_FAILED state"):
        go_on(stacks, "T")


def test_only_a_failed_rollback_goes_on(stacks: Stacks) -> None:
    stacks.create(QUEUE)
    with pytest.raises(ClientError, match="is in CREATE_COMPLETE state and can not be rolled back"):
        go_on(stacks)


def test_a_nested_rollback_goes_on_with_its_root(stacks: Stacks) -> None:
    """Page "Continue rolling back an update": rolling back the parent attempts all the child stacks as well."""
    s3, bucket = stacks.aws.client("s3"), f"templates-{stacks.suffix}"
    s3.create_bucket(Bucket=bucket)
    child = "Parameters: {D: {Type: Number}}\nResources:\n  Q: {Type: AWS::SQS::Queue, Properties:" + (
        " {QueueName: q-<id>, DelaySeconds: !Ref D}}\n"
    )
    s3.put_object(Bucket=bucket, Key="c", Body=child.replace("<id>", stacks.suffix).encode())
    place = f"TemplateURL: 's3://{bucket}/c', Parameters: {{D: <d>}}"
    root = f"N: {{Type: AWS::CloudFormation::Stack, Properties: {{{place}}}}}"
    stacks.create(root.replace("<d>", "1"))
    stacks.aws.client("sqs").delete_queue(QueueUrl=f"{stacks.aws.endpoint}/123456789012/q-{stacks.suffix}")
    assert stacks.update(root.replace("<d>", "2")) == "UPDATE_ROLLBACK_FAILED"
    nested = stacks.resources()["N"].split("/")[1]
    told = len(stacks.api.describe_stack_events(StackName=nested)["StackEvents"])
    assert go_on(stacks, f"{nested}.Q") == "UPDATE_ROLLBACK_COMPLETE"
    events = stacks.api.describe_stack_events(StackName=nested)["StackEvents"]
    assert "Q" in {event["LogicalResourceId"] for event in events[:-told]}
    own = stacks.api.describe_stack_events(StackName=stacks.name())["StackEvents"]
    assert "Q" not in {event["LogicalResourceId"] for event in own}
    assert stacks.api.describe_stacks(StackName=nested)["Stacks"][0]["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_the_stack_of_another_is_none_of_its_nested_ones(stacks: Stacks) -> None:
    """Page "ContinueUpdateRollback": a resource of a stack that this one embeds."""
    stuck(stacks)
    stacks.create(QUEUE.replace("q-", "o-"), "other")
    stacks.aws.client("sqs").delete_queue(QueueUrl=stacks.resources("other")["Q"])
    changed = "Q: {Type: AWS::SQS::Queue, Properties: {QueueName: o-<id>, DelaySeconds: 2}}"
    assert stacks.update(changed, "other") == "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(ClientError, match="is not in the UPDATE_FAILED state"):
        go_on(stacks, f"{stacks.name('other')}.Q")


def test_an_update_without_rollback_is_taken_up_again(stacks: Stacks) -> None:
    """Page "Stack failure options": what the failed update did is not forgotten by the next one."""
    stacks.create(DELAYED.format(1))
    broken = f"{DELAYED.format(2)}\n{BROKEN}"
    assert stacks.update(broken, DisableRollback=True) == "UPDATE_FAILED"
    assert stacks.update(DELAYED.format(1)) == "UPDATE_COMPLETE"
    assert attribute(stacks, f"q-{stacks.suffix}", "DelaySeconds") == "1"


ROLE = (
    "R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []},"
    " Description: one}}"
)
HALF = ROLE.replace("one", "two, ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/nowhere']")


def described(stacks: Stacks) -> str:
    return str(stacks.aws.client("iam").get_role(RoleName=stacks.resources()["R"])["Role"]["Description"])


@pytest.mark.parametrize("then", ["one", "two", "three"])
def test_an_update_that_failed_half_way_is_made_whole(stacks: Stacks, then: str) -> None:
    """The description was changed, the policy could not be attached: the next update takes neither for done."""
    stacks.create(ROLE)
    assert stacks.update(HALF, DisableRollback=True) == "UPDATE_FAILED"
    assert described(stacks) == "two"
    assert stacks.update(ROLE.replace("one", then)) == "UPDATE_COMPLETE"
    assert described(stacks) == then


def test_an_update_that_failed_half_way_goes_back_whole(stacks: Stacks) -> None:
    stacks.create(ROLE)
    assert stacks.update(HALF) == "UPDATE_ROLLBACK_COMPLETE"
    assert described(stacks) == "one"


def test_a_failed_update_can_be_rolled_back_later(stacks: Stacks) -> None:
    """Page "RollbackStack": to the last known stable state."""
    stacks.create(DELAYED.format(1))
    added = QUEUE.replace("Q:", "A:").replace("q-", "a-")
    broken = f"{DELAYED.format(2)}\n{added}\n{BROKEN}"
    assert stacks.update(broken, DisableRollback=True) == "UPDATE_FAILED"
    stacks.api.rollback_stack(StackName=stacks.name())
    assert stacks.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert attribute(stacks, f"q-{stacks.suffix}", "DelaySeconds") == "1"
    assert list(stacks.resources()) == ["Q"]
    assert not exists(stacks, f"a-{stacks.suffix}")


@pytest.mark.parametrize(("policy", "kept"), [("Retain", True), ("RetainExceptOnCreate", False)])
@pytest.mark.parametrize("asked", [False, True])
def test_what_an_update_that_is_rolled_back_later_keeps(stacks: Stacks, policy: str, kept: bool, asked: bool) -> None:
    """Pages "RollbackStack" (RetainExceptOnCreate) and "DeletionPolicy attribute"."""
    stacks.create(DELAYED.format(1))
    added = QUEUE.replace("Q:", "A:").replace("q-", "a-").replace("Queue,", f"Queue, DeletionPolicy: {policy},")
    assert stacks.update(f"{DELAYED.format(2)}\n{added}\n{BROKEN}", DisableRollback=True) == "UPDATE_FAILED"
    stacks.api.rollback_stack(StackName=stacks.name(), RetainExceptOnCreate=asked)
    assert stacks.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert exists(stacks, f"a-{stacks.suffix}") is (kept and not asked)


def test_a_failed_creation_can_be_rolled_back_later(stacks: Stacks) -> None:
    """The same page: without a stable state nothing is left."""
    assert stacks.create(f"{QUEUE}\n{BROKEN}", OnFailure="DO_NOTHING") == "CREATE_FAILED"
    stacks.api.rollback_stack(StackName=stacks.name())
    assert stacks.status() == "ROLLBACK_COMPLETE"
    assert not exists(stacks, f"q-{stacks.suffix}")
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be rolled back"):
        stacks.api.rollback_stack(StackName=stacks.name())


@pytest.mark.parametrize(("policy", "kept"), [("Delete", False), ("Retain", True), ("RetainExceptOnCreate", False)])
def test_what_a_creation_that_is_rolled_back_keeps(stacks: Stacks, policy: str, kept: bool) -> None:
    """Page "DeletionPolicy attribute"."""
    queue = QUEUE.replace("Queue,", f"Queue, DeletionPolicy: {policy},")
    assert stacks.create(f"{queue}\n{BROKEN}") == "ROLLBACK_COMPLETE"
    assert exists(stacks, f"q-{stacks.suffix}") is kept


def test_retained_resources_can_be_given_up_on_creation(stacks: Stacks) -> None:
    """Page "CreateStack", RetainExceptOnCreate."""
    queue = QUEUE.replace("Queue,", "Queue, DeletionPolicy: Retain,")
    assert stacks.create(f"{queue}\n{BROKEN}", RetainExceptOnCreate=True) == "ROLLBACK_COMPLETE"
    assert not exists(stacks, f"q-{stacks.suffix}")


@pytest.mark.parametrize(("policy", "kept"), [("Delete", False), ("Retain", True)])
def test_what_a_replacement_keeps(stacks: Stacks, policy: str, kept: bool) -> None:
    """Page "UpdateReplacePolicy attribute"."""
    queue = QUEUE.replace("Queue,", f"Queue, UpdateReplacePolicy: {policy},")
    stacks.create(queue)
    assert stacks.update(queue.replace("q-", "r-")) == "UPDATE_COMPLETE"
    assert exists(stacks, f"q-{stacks.suffix}") is kept
    assert exists(stacks, f"r-{stacks.suffix}")


def test_a_retained_resource_that_leaves_the_template_stays(stacks: Stacks) -> None:
    """Page "DeletionPolicy attribute": it applies to resources that an update removes as well."""
    other = QUEUE.replace("Q:", "R:").replace("q-", "r-")
    stacks.create(f"{QUEUE.replace('Queue,', 'Queue, DeletionPolicy: Retain,')}\n{other}")
    assert stacks.update(other) == "UPDATE_COMPLETE"
    assert exists(stacks, f"q-{stacks.suffix}")


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("DeletionPolicy: Snapshot", "resource type AWS::SQS::Queue does not support deletion policy Snapshot"),
        ("DeletionPolicy: Keep", "DeletionPolicy of resource Q must be one of Delete, Retain, RetainExceptOnCreate"),
        (
            "UpdateReplacePolicy: RetainExceptOnCreate",
            "UpdateReplacePolicy of resource Q must be one of Delete, Retain",
        ),
    ],
)
def test_a_policy_that_does_not_fit_is_named(stacks: Stacks, policy: str, said: str) -> None:
    with pytest.raises(ClientError, match=said):
        stacks.create(QUEUE.replace("Queue,", f"Queue, {policy},"))
