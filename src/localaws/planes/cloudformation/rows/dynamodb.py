"""AWS::DynamoDB: tables with encryption, point-in-time recovery, time to live and streams."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, changed, names, pick, retag, tag_list


def _stream(props: Props) -> Props:
    given = props.get("StreamSpecification")
    return {"StreamEnabled": True, "StreamViewType": given["StreamViewType"]} if given else {"StreamEnabled": False}


def _encryption(props: Props) -> Props:
    given = props.get("SSESpecification", {})
    return {"Enabled": bool(given.get("SSEEnabled")), **pick(given, "SSEType", "KMSMasterKeyId")}


def _create(ctx: Context, props: Props) -> str:
    extra = {"StreamSpecification": _stream(props)} if "StreamSpecification" in props else {}
    if "SSESpecification" in props:
        extra["SSESpecification"] = _encryption(props)
    ctx.client("dynamodb").create_table(
        Tags=tag_list(props.get("Tags")),
        BillingMode=props.get("BillingMode", "PROVISIONED"),
        **extra,
        **pick(
            props,
            "TableName",
            "KeySchema",
            "AttributeDefinitions",
            "ProvisionedThroughput",
            "GlobalSecondaryIndexes",
            "LocalSecondaryIndexes",
            "TableClass",
            "DeletionProtectionEnabled",
        ),
    )
    ctx.made(props["TableName"])
    _recovery_and_ttl(ctx, props["TableName"], props, {})
    return str(props["TableName"])


def _recovery_and_ttl(ctx: Context, name: str, new: Props, old: Props) -> None:
    dynamodb = ctx.client("dynamodb")
    if changed(new, old, "PointInTimeRecoverySpecification"):
        given = new.get("PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False})
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=given)
    if changed(new, old, "TimeToLiveSpecification"):
        given = new.get("TimeToLiveSpecification") or {**old["TimeToLiveSpecification"], "Enabled": False}
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=given)


def _update(ctx: Context, name: str, new: Props, old: Props) -> None:
    dynamodb = ctx.client("dynamodb")
    update: dict[str, Any] = {}
    if changed(new, old, "BillingMode", "ProvisionedThroughput"):
        update = {"BillingMode": new.get("BillingMode", "PROVISIONED"), **pick(new, "ProvisionedThroughput")}
    if changed(new, old, "StreamSpecification"):
        update["StreamSpecification"] = _stream(new)
    if changed(new, old, "SSESpecification"):
        update["SSESpecification"] = _encryption(new)
    if changed(new, old, "TableClass"):
        update["TableClass"] = new.get("TableClass", "STANDARD")
    if changed(new, old, "DeletionProtectionEnabled"):
        update["DeletionProtectionEnabled"] = new.get("DeletionProtectionEnabled", False)
    if update:
        dynamodb.update_table(TableName=name, **update)
    _indexes(ctx, name, new, old)
    _recovery_and_ttl(ctx, name, new, old)
    arn = ctx.arn("dynamodb", f"table/{name}")
    retag(
        new,
        old,
        lambda tags: dynamodb.tag_resource(ResourceArn=arn, Tags=tag_list(tags)),
        lambda keys: dynamodb.untag_resource(ResourceArn=arn, TagKeys=keys),
    )


def _indexes(ctx: Context, name: str, new: Props, old: Props) -> None:
    """One index is created or deleted at a time: page "UpdateTable"."""
    before, after = (
        {index["IndexName"]: index for index in props.get("GlobalSecondaryIndexes", [])} for props in (old, new)
    )
    updates = [{"Delete": {"IndexName": gone}} for gone in before if before[gone] != after.get(gone)]
    updates += [{"Create": index} for made, index in after.items() if index != before.get(made)]
    for update in updates:
        ctx.client("dynamodb").update_table(
            TableName=name,
            AttributeDefinitions=new["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[update],
        )


def _attributes(ctx: Context, name: str, props: Props) -> dict[str, Any]:
    found: dict[str, Any] = {"Arn": ctx.arn("dynamodb", f"table/{name}")}
    if "StreamSpecification" in props:
        table = ctx.client("dynamodb").describe_table(TableName=name)["Table"]
        found["StreamArn"] = table.get("LatestStreamArn")
    return found


ROWS = [
    Row(
        "AWS::DynamoDB::Table",
        names(
            "AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes KeySchema"
            " LocalSecondaryIndexes PointInTimeRecoverySpecification ProvisionedThroughput SSESpecification"
            " StreamSpecification TableClass TableName Tags TimeToLiveSpecification"
        ),
        _create,
        lambda ctx, name, props: ctx.client("dynamodb").delete_table(TableName=name),
        _update,
        _attributes,
        name="TableName",
    )
]
