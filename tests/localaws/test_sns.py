from __future__ import annotations

import email
import json
import uuid

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.waiting import until

from .test_lambdas import function, logged


@pytest.fixture
def name() -> str:
    return f"t-{uuid.uuid4().hex[:8]}"


def queue(aws: Server, name: str) -> tuple[str, str]:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def bodies(aws: Server, url: str) -> list[str]:
    messages = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [message["Body"] for message in messages]


def encrypted(aws: Server, name: str) -> tuple[str, str]:
    """A topic with a customer key, and the key."""
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    attributes = {"KmsMasterKeyId": f"alias/{name}"}
    return aws.client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"], key


def test_a_queue_gets_what_an_encrypted_topic_is_told(aws: Server, name: str) -> None:
    sns = aws.client("sns")
    topic, _ = encrypted(aws, name)
    (wrapped, wrapped_arn), (raw, raw_arn) = queue(aws, f"{name}-w"), queue(aws, f"{name}-r")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=wrapped_arn)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=raw_arn, Attributes={"RawMessageDelivery": "true"})
    attributes = {"kind": {"DataType": "String", "StringValue": "alert"}}
    sent = sns.publish(TopicArn=topic, Subject="S", Message="hello", MessageAttributes=attributes)
    assert bodies(aws, raw) == ["hello"]
    (envelope,) = (json.loads(body) for body in bodies(aws, wrapped))
    fields = ("Type", "MessageId", "TopicArn", "Subject", "Message")
    assert [envelope[field] for field in fields] == ["Notification", sent["MessageId"], topic, "S", "hello"]
    assert envelope["MessageAttributes"] == {"kind": {"Type": "String", "Value": "alert"}}


def test_raw_delivery_can_be_switched(aws: Server, name: str) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    url, arn = queue(aws, name)
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    for value in ("true", "false"):
        sns.set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue=value
        )
        sns.publish(TopicArn=topic, Message=value)
    raw, wrapped = bodies(aws, url)
    assert (raw, json.loads(wrapped)["Message"]) == ("true", "false")


def test_a_topic_whose_key_is_disabled_refuses(aws: Server, name: str) -> None:
    topic, key = encrypted(aws, name)
    aws.client("kms").disable_key(KeyId=key)
    with pytest.raises(ClientError, match="KMSDisabled"):
        aws.client("sns").publish(TopicArn=topic, Message="x")


def test_a_function_gets_the_documented_event(aws: Server, name: str) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    handler = function(aws, "import json\ndef f(e, c): print(json.dumps(e['Records'][0]['Sns']))")
    arn = aws.client("lambda").get_function(FunctionName=handler)["Configuration"]["FunctionArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Subject="S", Message="hello")
    lines = until(lambda: logged(aws, handler), "called")
    told = json.loads(lines[1])
    assert (told["TopicArn"], told["Subject"], told["Message"]) == (topic, "S", "hello")


def test_mail_lies_in_the_state_directory(aws: Server, name: str) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")
    sns.publish(TopicArn=topic, Subject="It failed", Message="why\nand where")
    (path,) = (aws.state / "mail" / name).iterdir()
    mail = email.message_from_bytes(path.read_bytes())
    assert (mail["To"], mail["Subject"]) == ("ops@example.com", "It failed")
    assert "and where" in str(mail.get_payload())


def test_a_subscriber_that_is_gone_is_nobody_elses_trouble(aws: Server, name: str) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    gone, gone_arn = queue(aws, f"{name}-gone")
    url, arn = queue(aws, name)
    for endpoint in (gone_arn, arn):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint, Attributes={"RawMessageDelivery": "true"})
    aws.client("sqs").delete_queue(QueueUrl=gone)
    sns.publish(TopicArn=topic, Message="still")
    assert bodies(aws, url) == ["still"]


def test_a_policy_that_is_none_is_refused(aws: Server) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=f"of-no-policy-{uuid.uuid4().hex[:8]}")["TopicArn"]
    with pytest.raises(ClientError, match="Invalid parameter: Policy"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue='{"foo": "bar"}')
    assert "SNS:Publish" in sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
