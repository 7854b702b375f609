"""AWS::CloudWatch as CloudWatch tells it."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import Read, only, tags
from localaws.planes.cloudformation.rows.base import Props, pick
from localaws.planes.cloudformation.rows.cloudwatch import ALARM


def _alarm(ctx: Context, name: str, _: Props) -> Props:
    cloudwatch = ctx.client("cloudwatch")
    found = only(cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"])["MetricAlarms"])
    held = cloudwatch.list_tags_for_resource(ResourceARN=ctx.arn("cloudwatch", f"alarm:{name}"))["Tags"]
    return {**pick(found, *ALARM), "Tags": tags(held)}


def _dashboard(ctx: Context, name: str, _: Props) -> Props:
    return pick(ctx.client("cloudwatch").get_dashboard(DashboardName=name), "DashboardName", "DashboardBody")


READS: dict[str, Read] = {"AWS::CloudWatch::Alarm": _alarm, "AWS::CloudWatch::Dashboard": _dashboard}
