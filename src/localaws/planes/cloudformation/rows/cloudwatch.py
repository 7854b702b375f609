"""AWS::CloudWatch: alarms and dashboards."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, document, names, pick, retag, tag_list

ALARM = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "AlarmName",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)


def _put_alarm(ctx: Context, props: Props) -> str:
    ctx.client("cloudwatch").put_metric_alarm(**pick(props, *ALARM), Tags=tag_list(props.get("Tags")))
    return ctx.made(props["AlarmName"])


def _update_alarm(ctx: Context, name: str, new: Props, old: Props) -> None:
    cloudwatch, arn = ctx.client("cloudwatch"), ctx.arn("cloudwatch", f"alarm:{name}")
    cloudwatch.put_metric_alarm(**pick(new, *ALARM))
    retag(
        new,
        old,
        lambda tags: cloudwatch.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        lambda keys: cloudwatch.untag_resource(ResourceARN=arn, TagKeys=keys),
    )


def _put_dashboard(ctx: Context, props: Props) -> str:
    ctx.client("cloudwatch").put_dashboard(
        DashboardName=props["DashboardName"], DashboardBody=document(props["DashboardBody"])
    )
    return ctx.made(props["DashboardName"])


def _update_dashboard(ctx: Context, _: str, new: Props, __: Props) -> None:
    _put_dashboard(ctx, new)


ROWS = [
    Row(
        "AWS::CloudWatch::Alarm",
        names(" ".join(ALARM)) | names("Tags"),
        _put_alarm,
        lambda ctx, name, props: ctx.client("cloudwatch").delete_alarms(AlarmNames=[name]),
        _update_alarm,
        lambda ctx, name, props: {"Arn": ctx.arn("cloudwatch", f"alarm:{name}")},
        name="AlarmName",
    ),
    Row(
        "AWS::CloudWatch::Dashboard",
        names("DashboardBody DashboardName"),
        _put_dashboard,
        lambda ctx, name, props: ctx.client("cloudwatch").delete_dashboards(DashboardNames=[name]),
        _update_dashboard,
        name="DashboardName",
    ),
]
