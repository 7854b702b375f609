"""A creation never takes over what is there already.

Page "Resource type handler contract": a create handler must answer AlreadyExists. Most services say so themselves;
those listed here would change the thing that has the name, or answer as if they had made it.
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


#: The id that the resource would get.
CLAIMS: dict[str, Callable[[Context, Props], str]] = {
    "AWS::CloudWatch::Alarm": _named("AlarmName"),
    "AWS::CloudWatch::Dashboard": _named("DashboardName"),
    "AWS::Events::Rule": _named("Name"),
    "AWS::IAM::RolePolicy": lambda _, props: f"{props['PolicyName']}|{props['RoleName']}",
    "AWS::Logs::MetricFilter": _named("FilterName"),
    "AWS::S3::BucketPolicy": _named("Bucket"),
    "AWS::SQS::Queue": _queue,
}


def check(ctx: Context, kind: str, props: Props) -> None:
    """Nothing has the id that the resource would get.

    Raises:
        Refused: something has.
    """
    claimed = CLAIMS[kind](ctx, props) if kind in CLAIMS else ""
    if claimed and drift.exists(Context(ctx.stack, ctx.logical_id, claimed), kind, props, unknown=False):
        raise Refused(ALREADY.format(kind=kind, id=claimed))
