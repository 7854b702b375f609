"""AWS::SNS and AWS::SQS as these services tell them."""

from __future__ import annotations

from botocore.exceptions import ClientError

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import GoneError, Read, known, tags
from localaws.planes.cloudformation.rows.base import Props, as_data, pick
from localaws.planes.cloudformation.rows.messaging import QUEUE, SUBSCRIPTION, TOPIC


def _topic(ctx: Context, arn: str, props: Props) -> Props:
    """Of the subscriptions, those that the template names: another resource may subscribe too."""
    sns = ctx.client("sns")
    found = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    wanted = [(one["Protocol"], one["Endpoint"]) for one in props.get("Subscription", [])]
    told = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    held = [pick(one, "Protocol", "Endpoint") for one in told if (one["Protocol"], one["Endpoint"]) in wanted]
    return {
        **pick(found, *TOPIC),
        "TopicName": arn.rpartition(":")[2],
        "Subscription": held,
        "Tags": tags(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]),
    }


def _subscription(ctx: Context, arn: str, _: Props) -> Props:
    found = ctx.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return pick(found, "TopicArn", "Protocol", "Endpoint", *SUBSCRIPTION)


def _topic_policy(ctx: Context, _: str, props: Props) -> Props:
    sns = ctx.client("sns")

    def policy(topic: str) -> str:
        return str(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])

    return _policies(known(props["Topics"], policy, sns.exceptions.NotFoundException), "Topics", props)


def _queue(ctx: Context, url: str, _: Props) -> Props:
    sqs = ctx.client("sqs")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    held = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
    return {**pick(found, *QUEUE), "QueueName": url.rpartition("/")[2], "Tags": tags(held)}


def _queue_policy(ctx: Context, _: str, props: Props) -> Props:
    sqs = ctx.client("sqs")

    def policy(url: str) -> str:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
        if not found.get("Policy"):
            raise GoneError
        return str(found["Policy"])

    return _policies(known(props["Queues"], policy, sqs.exceptions.QueueDoesNotExist, ClientError), "Queues", props)


def _policies(found: dict[str, str], name: str, props: Props) -> Props:
    """Whom the policy is on, and the policy: the first that is not the template's, where they differ."""
    wanted = as_data(props["PolicyDocument"])
    other = [text for text in found.values() if as_data(text) != wanted]
    return {name: list(found), "PolicyDocument": other[0] if other else wanted}


READS: dict[str, Read] = {
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
}
