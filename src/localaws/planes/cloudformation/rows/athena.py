"""AWS::Athena: workgroups and named queries."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, changed, names, pick, retag, tag_list


def _create_group(ctx: Context, props: Props) -> str:
    athena, name = ctx.client("athena"), props["Name"]
    athena.create_work_group(
        Name=name,
        Configuration=props.get("WorkGroupConfiguration", {}),
        Description=props.get("Description", ""),
        Tags=tag_list(props.get("Tags")),
    )
    ctx.made(name)
    if props.get("State", "ENABLED") != "ENABLED":
        athena.update_work_group(WorkGroup=name, State=props["State"])
    return str(name)


def _update_group(ctx: Context, name: str, new: Props, old: Props) -> None:
    athena, arn = ctx.client("athena"), ctx.arn("athena", f"workgroup/{name}")
    if changed(new, old, "WorkGroupConfiguration", "Description", "State"):
        athena.update_work_group(
            WorkGroup=name,
            Description=new.get("Description", ""),
            State=new.get("State", "ENABLED"),
            ConfigurationUpdates=_updates(new.get("WorkGroupConfiguration", {}), old.get("WorkGroupConfiguration", {})),
        )
    retag(
        new,
        old,
        lambda tags: athena.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        lambda keys: athena.untag_resource(ResourceARN=arn, TagKeys=keys),
    )


def _updates(new: Props, old: Props) -> Props:
    """Page "WorkGroupConfigurationUpdates": a result setting that is gone is removed by a flag of its own."""
    found: dict[str, Any] = {name: value for name, value in new.items() if name != "ResultConfiguration"}
    if "BytesScannedCutoffPerQuery" in old and "BytesScannedCutoffPerQuery" not in new:
        found["RemoveBytesScannedCutoffPerQuery"] = True
    results, before = new.get("ResultConfiguration", {}), old.get("ResultConfiguration", {})
    removed = {f"Remove{name}": True for name in before if name not in results}
    if results or removed:
        found["ResultConfigurationUpdates"] = {**results, **removed}
    return found


def _delete_group(ctx: Context, name: str, props: Props) -> None:
    recursive = bool(props.get("RecursiveDeleteOption", False))
    ctx.client("athena").delete_work_group(WorkGroup=name, RecursiveDeleteOption=recursive)


def _create_query(ctx: Context, props: Props) -> str:
    given = pick(props, "Name", "Database", "QueryString", "Description", "WorkGroup")
    return ctx.made(ctx.client("athena").create_named_query(**{"Name": ctx.logical_id, **given})["NamedQueryId"])


ROWS = [
    Row(
        "AWS::Athena::WorkGroup",
        names("Description Name RecursiveDeleteOption State Tags WorkGroupConfiguration"),
        _create_group,
        _delete_group,
        _update_group,
        lambda ctx, name, props: {"Name": name},
    ),
    Row(
        "AWS::Athena::NamedQuery",
        names("Database Description Name QueryString WorkGroup"),
        _create_query,
        lambda ctx, made, props: ctx.client("athena").delete_named_query(NamedQueryId=made),
        attributes=lambda ctx, made, props: {"NamedQueryId": made},
    ),
]
