"""AWS::Events and AWS::Scheduler as these services tell them."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import Read, tags
from localaws.planes.cloudformation.rows.base import Props, pick
from localaws.planes.cloudformation.rows.events import SCHEDULE


def _rule(ctx: Context, name: str, props: Props) -> Props:
    events, bus = ctx.client("events"), pick(props, "EventBusName")
    found = events.describe_rule(Name=name, **bus)
    same = pick(found, "Name", "ScheduleExpression", "EventPattern", "State", "Description", "RoleArn", "EventBusName")
    targets = events.list_targets_by_rule(Rule=name, **bus)["Targets"]
    return {**same, "Targets": targets, "Tags": tags(events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"])}


def _schedule(ctx: Context, name: str, props: Props) -> Props:
    return pick(ctx.client("scheduler").get_schedule(Name=name, **pick(props, "GroupName")), *SCHEDULE)


def _group(ctx: Context, name: str, _: Props) -> Props:
    scheduler = ctx.client("scheduler")
    found = scheduler.get_schedule_group(Name=name)
    held = scheduler.list_tags_for_resource(ResourceArn=found["Arn"])["Tags"]
    return {**pick(found, "Name"), "Tags": tags(held)}


READS: dict[str, Read] = {
    "AWS::Events::Rule": _rule,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::Scheduler::ScheduleGroup": _group,
}
