"""AWS::Events and AWS::Scheduler: rules with their targets, schedules and their groups."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, document, names, pick, retag, tag_list

SCHEDULE = (
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
)


def _bus(props: Props) -> Props:
    return pick(props, "EventBusName")


def _put_rule(ctx: Context, props: Props, tags: Props) -> None:
    pattern = {"EventPattern": document(props["EventPattern"])} if "EventPattern" in props else {}
    given = pick(props, "Name", "ScheduleExpression", "State", "Description", "RoleArn", "EventBusName")
    ctx.client("events").put_rule(**given, **pattern, **tags)


def _put_targets(ctx: Context, name: str, props: Props) -> None:
    if not props.get("Targets"):
        return
    answer = ctx.client("events").put_targets(Rule=name, Targets=props["Targets"], **_bus(props))
    if answer.get("FailedEntryCount"):
        raise ValueError(f"targets of rule {name} were refused: {answer['FailedEntries']}")


def _create_rule(ctx: Context, props: Props) -> str:
    _put_rule(ctx, props, {"Tags": tag_list(props.get("Tags"))})
    ctx.made(props["Name"])
    _put_targets(ctx, props["Name"], props)
    return str(props["Name"])


def _update_rule(ctx: Context, name: str, new: Props, old: Props) -> None:
    events = ctx.client("events")
    _put_rule(ctx, new, {})
    kept = {target["Id"] for target in new.get("Targets", [])}
    gone = [target["Id"] for target in old.get("Targets", []) if target["Id"] not in kept]
    if gone:
        events.remove_targets(Rule=name, Ids=gone, **_bus(new))
    _put_targets(ctx, name, new)
    arn = _rule_arn(ctx, name, new)
    retag(
        new,
        old,
        lambda tags: events.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        lambda keys: events.untag_resource(ResourceARN=arn, TagKeys=keys),
    )


def _delete_rule(ctx: Context, name: str, props: Props) -> None:
    events = ctx.client("events")
    found = events.list_targets_by_rule(Rule=name, **_bus(props))["Targets"]
    if found:
        events.remove_targets(Rule=name, Ids=[target["Id"] for target in found], **_bus(props))
    events.delete_rule(Name=name, **_bus(props))


def _rule_arn(ctx: Context, name: str, props: Props) -> str:
    bus = props.get("EventBusName", "default").rpartition("/")[2]
    return ctx.arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def _create_schedule(ctx: Context, props: Props) -> str:
    ctx.client("scheduler").create_schedule(**pick(props, *SCHEDULE))
    return ctx.made(props["Name"])


def _schedule_attributes(ctx: Context, name: str, props: Props) -> dict[str, Any]:
    return {"Arn": ctx.arn("scheduler", f"schedule/{props.get('GroupName', 'default')}/{name}")}


def _create_group(ctx: Context, props: Props) -> str:
    ctx.client("scheduler").create_schedule_group(Name=props["Name"], Tags=tag_list(props.get("Tags")))
    return ctx.made(props["Name"])


def _update_group(ctx: Context, name: str, new: Props, old: Props) -> None:
    scheduler, arn = ctx.client("scheduler"), ctx.arn("scheduler", f"schedule-group/{name}")
    retag(
        new,
        old,
        lambda tags: scheduler.tag_resource(ResourceArn=arn, Tags=tag_list(tags)),
        lambda keys: scheduler.untag_resource(ResourceArn=arn, TagKeys=keys),
    )


ROWS = [
    Row(
        "AWS::Events::Rule",
        names("Description EventBusName EventPattern Name RoleArn ScheduleExpression State Tags Targets"),
        _create_rule,
        _delete_rule,
        _update_rule,
        lambda ctx, name, props: {"Arn": _rule_arn(ctx, name, props), "RuleName": name},
        name="Name",
    ),
    Row(
        "AWS::Scheduler::Schedule",
        names(" ".join(SCHEDULE)),
        _create_schedule,
        lambda ctx, name, props: ctx.client("scheduler").delete_schedule(Name=name, **pick(props, "GroupName")),
        lambda ctx, name, new, old: ctx.client("scheduler").update_schedule(**pick(new, *SCHEDULE)),
        _schedule_attributes,
        name="Name",
    ),
    Row(
        "AWS::Scheduler::ScheduleGroup",
        names("Name Tags"),
        _create_group,
        lambda ctx, name, props: ctx.client("scheduler").delete_schedule_group(Name=name),
        _update_group,
        lambda ctx, name, props: {"Arn": ctx.arn("scheduler", f"schedule-group/{name}")},
        name="Name",
    ),
]
