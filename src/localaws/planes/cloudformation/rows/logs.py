"""AWS::Logs: log groups and metric filters."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, changed, lower_first, names, pick, retag, tag_map


def _create_group(ctx: Context, props: Props) -> str:
    logs, name = ctx.client("logs"), props["LogGroupName"]
    logs.create_log_group(
        logGroupName=name,
        tags=tag_map(props.get("Tags")),
        **pick(props, kmsKeyId="KmsKeyId", logGroupClass="LogGroupClass"),
    )
    ctx.made(name)
    _retention(ctx, name, props, {})
    return str(name)


def _retention(ctx: Context, name: str, new: Props, old: Props) -> None:
    if not changed(new, old, "RetentionInDays"):
        return
    if "RetentionInDays" in new:
        ctx.client("logs").put_retention_policy(logGroupName=name, retentionInDays=new["RetentionInDays"])
    else:
        ctx.client("logs").delete_retention_policy(logGroupName=name)


def _update_group(ctx: Context, name: str, new: Props, old: Props) -> None:
    logs = ctx.client("logs")
    _retention(ctx, name, new, old)
    if changed(new, old, "KmsKeyId"):
        if "KmsKeyId" in new:
            logs.associate_kms_key(logGroupName=name, kmsKeyId=new["KmsKeyId"])
        else:
            logs.disassociate_kms_key(logGroupName=name)
    retag(
        new,
        old,
        lambda tags: logs.tag_log_group(logGroupName=name, tags=tags),
        lambda keys: logs.untag_log_group(logGroupName=name, tags=keys),
    )


def _put_filter(ctx: Context, props: Props) -> str:
    transformations = [
        {**lower_first(given), **({"dimensions": _dimensions(given)} if "Dimensions" in given else {})}
        for given in props["MetricTransformations"]
    ]
    ctx.client("logs").put_metric_filter(
        metricTransformations=transformations,
        **pick(props, logGroupName="LogGroupName", filterName="FilterName", filterPattern="FilterPattern"),
    )
    return ctx.made(props["FilterName"])


def _dimensions(given: Props) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in given["Dimensions"]}


def _update_filter(ctx: Context, _: str, new: Props, __: Props) -> None:
    _put_filter(ctx, new)


def _delete_filter(ctx: Context, name: str, props: Props) -> None:
    ctx.client("logs").delete_metric_filter(logGroupName=props["LogGroupName"], filterName=name)


ROWS = [
    Row(
        "AWS::Logs::LogGroup",
        names("KmsKeyId LogGroupClass LogGroupName RetentionInDays Tags"),
        _create_group,
        lambda ctx, name, props: ctx.client("logs").delete_log_group(logGroupName=name),
        _update_group,
        lambda ctx, name, props: {"Arn": ctx.arn("logs", f"log-group:{name}:*")},
        name="LogGroupName",
    ),
    Row(
        "AWS::Logs::MetricFilter",
        names("FilterName FilterPattern LogGroupName MetricTransformations"),
        _put_filter,
        _delete_filter,
        _update_filter,
        name="FilterName",
    ),
]
