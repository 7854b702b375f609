"""AWS::Logs as CloudWatch Logs tells it."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import Read, only, tags, upper_first
from localaws.planes.cloudformation.rows.base import Props, pick


def _group(ctx: Context, name: str, _: Props) -> Props:
    logs = ctx.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    found = only(group for group in groups if group["logGroupName"] == name)
    same = pick(
        found,
        LogGroupName="logGroupName",
        RetentionInDays="retentionInDays",
        KmsKeyId="kmsKeyId",
        LogGroupClass="logGroupClass",
    )
    return {**same, "Tags": tags(logs.list_tags_log_group(logGroupName=name)["tags"])}


def _filter(ctx: Context, name: str, props: Props) -> Props:
    found = ctx.client("logs").describe_metric_filters(logGroupName=props["LogGroupName"], filterNamePrefix=name)
    one = only(found for found in found["metricFilters"] if found["filterName"] == name)
    same = pick(one, FilterName="filterName", FilterPattern="filterPattern", LogGroupName="logGroupName")
    return {**same, "MetricTransformations": [_transformation(item) for item in one["metricTransformations"]]}


def _transformation(item: Props) -> Props:
    found: Props = upper_first({name: value for name, value in item.items() if name != "dimensions"})
    if item.get("dimensions"):
        found["Dimensions"] = tags(item["dimensions"])
    return found


READS: dict[str, Read] = {"AWS::Logs::LogGroup": _group, "AWS::Logs::MetricFilter": _filter}
