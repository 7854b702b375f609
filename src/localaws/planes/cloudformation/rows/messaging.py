"""AWS::SNS and AWS::SQS: topics, subscriptions, queues and their policies."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

import json
from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.rows.base import Props, Row, document, names, retag, tag_list, tag_map

TOPIC = ("DisplayName", "KmsMasterKeyId", "FifoTopic", "ContentBasedDeduplication", "TracingConfig", "SignatureVersion")
SUBSCRIPTION = (
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "DeliveryPolicy",
    "SubscriptionRoleArn",
)
QUEUE = (
    "ContentBasedDeduplication",
    "DelaySeconds",
    "FifoQueue",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)
#: What an attribute is when it is not given: pages "SetTopicAttributes", "SetQueueAttributes".
QUEUE_DEFAULTS = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
}


def _attributes_of(props: Props, known: tuple[str, ...]) -> dict[str, str]:
    found = {name: props[name] for name in known if name in props}
    return {name: _text(value) for name, value in found.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _create_topic(ctx: Context, props: Props) -> str:
    sns, name = ctx.client("sns"), props["TopicName"]
    arn = ctx.arn("sns", name)
    pages = sns.get_paginator("list_topics").paginate()
    if any(topic["TopicArn"] == arn for page in pages for topic in page["Topics"]):
        raise Refused(f"{name} already exists in stack or account")  # CreateTopic itself would answer its ARN
    sns.create_topic(Name=name, Attributes=_attributes_of(props, TOPIC), Tags=tag_list(props.get("Tags")))
    ctx.made(arn)
    for subscription in props.get("Subscription", []):
        sns.subscribe(TopicArn=arn, **subscription)
    return arn


def _update_topic(ctx: Context, arn: str, new: Props, old: Props) -> None:
    sns = ctx.client("sns")
    before, after = _attributes_of(old, TOPIC), _attributes_of(new, TOPIC)
    for name in {*before, *after}:
        if before.get(name) != after.get(name):
            sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=after.get(name, ""))
    wanted, had = new.get("Subscription", []), old.get("Subscription", [])
    for subscription in [given for given in wanted if given not in had]:
        sns.subscribe(TopicArn=arn, **subscription)
    gone = [(given["Protocol"], given["Endpoint"]) for given in had if given not in wanted]
    for found in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"] if gone else []:
        if (found["Protocol"], found["Endpoint"]) in gone:
            sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])
    retag(
        new,
        old,
        lambda tags: sns.tag_resource(ResourceArn=arn, Tags=tag_list(tags)),
        lambda keys: sns.untag_resource(ResourceArn=arn, TagKeys=keys),
    )


def _subscribe(ctx: Context, props: Props) -> str:
    return ctx.made(
        ctx.client("sns").subscribe(
            TopicArn=props["TopicArn"],
            Protocol=props["Protocol"],
            Endpoint=props.get("Endpoint", ""),
            Attributes=_attributes_of(props, SUBSCRIPTION),
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
    )


def _update_subscription(ctx: Context, arn: str, new: Props, old: Props) -> None:
    before, after = _attributes_of(old, SUBSCRIPTION), _attributes_of(new, SUBSCRIPTION)
    for name in {*before, *after}:
        if before.get(name) != after.get(name):
            value = after.get(name, "false" if name == "RawMessageDelivery" else "")
            ctx.client("sns").set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue=value)


def _topic_policy(ctx: Context, made: str, props: Props, _: Props | None = None) -> str:
    for topic in props["Topics"]:
        ctx.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=document(props["PolicyDocument"])
        )
    return ctx.made(made)


def _update_topic_policy(ctx: Context, made: str, new: Props, old: Props) -> None:
    _reset_topics(ctx, [topic for topic in old["Topics"] if topic not in new["Topics"]])
    _topic_policy(ctx, made, new)


def _reset_topics(ctx: Context, topics: list[str]) -> None:
    """The topics have the policy that SNS gives to new ones: its owner alone (page "Access control use cases")."""
    sns = ctx.client("sns")
    actions = "Publish Subscribe GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic"
    for topic in topics:
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [f"SNS:{action}" for action in f"{actions} ListSubscriptionsByTopic".split()],
            "Resource": topic,
            "Condition": {"StringEquals": {"AWS:SourceOwner": ctx.account}},
        }
        policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
        try:
            sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
        except sns.exceptions.NotFoundException:
            continue  # the topic went with its policy


def _create_queue(ctx: Context, props: Props) -> str:
    url: str = ctx.client("sqs").create_queue(
        QueueName=props["QueueName"],
        Attributes=_attributes_of(props, QUEUE),
        tags=tag_map(props.get("Tags")),
    )["QueueUrl"]
    return ctx.made(url)


def _update_queue(ctx: Context, url: str, new: Props, old: Props) -> None:
    sqs = ctx.client("sqs")
    before, after = _attributes_of(old, QUEUE), _attributes_of(new, QUEUE)
    reset = {name: QUEUE_DEFAULTS.get(name, "") for name in before if name not in after}
    update = {**reset, **{name: value for name, value in after.items() if before.get(name) != value}}
    if update:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=update)
    retag(
        new,
        old,
        lambda tags: sqs.tag_queue(QueueUrl=url, Tags=tags),
        lambda keys: sqs.untag_queue(QueueUrl=url, TagKeys=keys),
    )


def _queue_attributes(ctx: Context, url: str, props: Props) -> dict[str, Any]:
    return {"Arn": ctx.arn("sqs", props["QueueName"]), "QueueName": props["QueueName"], "QueueUrl": url}


def _set_queue_policy(ctx: Context, queues: list[str], policy: str) -> None:
    sqs = ctx.client("sqs")
    for queue in queues:
        try:
            sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        except sqs.exceptions.QueueDoesNotExist:
            if policy:
                raise


def _create_queue_policy(ctx: Context, props: Props) -> str:
    made = ctx.made(ctx.generated_name())
    _set_queue_policy(ctx, props["Queues"], document(props["PolicyDocument"]))
    return made


def _update_queue_policy(ctx: Context, made: str, new: Props, old: Props) -> None:
    _set_queue_policy(ctx, [queue for queue in old["Queues"] if queue not in new["Queues"]], "")
    _set_queue_policy(ctx, new["Queues"], document(new["PolicyDocument"]))


ROWS = [
    Row(
        "AWS::SNS::Topic",
        names(" ".join(TOPIC)) | names("TopicName Subscription Tags"),
        _create_topic,
        lambda ctx, arn, props: ctx.client("sns").delete_topic(TopicArn=arn),
        _update_topic,
        lambda ctx, arn, props: {"TopicArn": arn, "TopicName": props["TopicName"]},
        name="TopicName",
    ),
    Row(
        "AWS::SNS::Subscription",
        names(" ".join(SUBSCRIPTION)) | names("TopicArn Protocol Endpoint"),
        _subscribe,
        lambda ctx, arn, props: ctx.client("sns").unsubscribe(SubscriptionArn=arn),
        _update_subscription,
        lambda ctx, arn, props: {"Arn": arn},
    ),
    Row(
        "AWS::SNS::TopicPolicy",
        names("PolicyDocument Topics"),
        lambda ctx, props: _topic_policy(ctx, ctx.generated_name(), props),
        lambda ctx, made, props: _reset_topics(ctx, props["Topics"]),
        _update_topic_policy,
        lambda ctx, made, props: {"Id": made},
    ),
    Row(
        "AWS::SQS::Queue",
        names(" ".join(QUEUE)) | names("QueueName Tags"),
        _create_queue,
        lambda ctx, url, props: ctx.client("sqs").delete_queue(QueueUrl=url),
        _update_queue,
        _queue_attributes,
        name="QueueName",
    ),
    Row(
        "AWS::SQS::QueuePolicy",
        names("PolicyDocument Queues"),
        _create_queue_policy,
        lambda ctx, made, props: _set_queue_policy(ctx, props["Queues"], ""),
        _update_queue_policy,
        lambda ctx, made, props: {"Id": made},
    ),
]
