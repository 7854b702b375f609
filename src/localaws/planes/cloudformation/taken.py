"""A creation never takes over what is there already.

Page "Resource type handler contract": a create handler must answer AlreadyExists. Most services say so themselves;
those listed here would change the thing that has the name, or answer as if they had made it. The policy of a queue or
a topic is written over, whoever wrote it: a topic always has one.
"""

from __future__ import annotations

from collections.abc import Callable

from localaws.planes.cloudformation import drift
from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.rows.base import Props

ALREADY = "Resource of type '{kind}' with identifier '{id}' already exists. (HandlerErrorCode: AlreadyExists)"


def _named(key: str) -> Callable[[Context, Props], str]:
    return lambda _, props: str(props[key])


def _queue(ctx: Context, props: Props) -> str:
    sqs = ctx.client("sqs")
    try:
        return str(sqs.get_queue_url(QueueName=props["QueueName"])["QueueUrl"])
    except sqs.exceptions.ClientError:  # there is none, or this role may not ask
        return ""


def _subscription(ctx: Context, props: Props) -> str:
    """Subscribe answers the subscription that is there (page "Subscribe")."""
    sns = ctx.client("sns")
    wanted = (props["Protocol"], props.get("Endpoint", ""))
    try:
        for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=props["TopicArn"]):
            for one in page["Subscriptions"]:
                if (one["Protocol"], one["Endpoint"]) == wanted:
                    return str(one["SubscriptionArn"])
    except sns.exceptions.ClientError:  # no such topic, or this role may not ask
        return ""
    return ""


#: The id that the resource would get.
TAKEN: dict[str, Callable[[Context, Props], str]] = {
    "AWS::CloudWatch::Alarm": _named("AlarmName"),
    "AWS::CloudWatch::Dashboard": _named("DashboardName"),
    "AWS::Events::Rule": _named("Name"),
    "AWS::IAM::Policy": _named("PolicyName"),
    "AWS::IAM::RolePolicy": lambda _, props: f"{props['PolicyName']}|{props['RoleName']}",
    "AWS::Logs::MetricFilter": _named("FilterName"),
    "AWS::S3::BucketPolicy": _named("Bucket"),
    "AWS::SNS::Subscription": _subscription,
    "AWS::SQS::Queue": _queue,
    "AWS::StepFunctions::StateMachine": lambda ctx, props: ctx.arn(
        "states", f"stateMachine:{props['StateMachineName']}"
    ),
}


def check(ctx: Context, kind: str, props: Props) -> None:
    """Nothing has the id that the resource would get.

    Raises:
        Refused: something has.
    """
    identifier = TAKEN[kind](ctx, props) if kind in TAKEN else ""
    if identifier and drift.exists(Context(ctx.stack, ctx.logical_id, identifier), kind, props, unknown=False):
        raise Refused(ALREADY.format(kind=kind, id=identifier))
