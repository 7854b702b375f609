"""AWS::KMS: keys and aliases."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, changed, document, names, pick, retag, tag_list


def _create_key(ctx: Context, props: Props) -> str:
    kms = ctx.client("kms")
    policy = {"Policy": document(props["KeyPolicy"])} if "KeyPolicy" in props else {}
    key: str = kms.create_key(
        Tags=tag_list(props.get("Tags"), "TagKey", "TagValue"),
        **policy,
        **pick(props, "Description", "KeySpec", "KeyUsage", "MultiRegion"),
    )["KeyMetadata"]["KeyId"]
    ctx.made(key)
    _switch(ctx, key, props)
    return key


def _switch(ctx: Context, key: str, props: Props) -> None:
    kms = ctx.client("kms")
    if props.get("EnableKeyRotation"):
        kms.enable_key_rotation(KeyId=key, **pick(props, "RotationPeriodInDays"))
    if not props.get("Enabled", True):
        kms.disable_key(KeyId=key)


def _update_key(ctx: Context, key: str, new: Props, old: Props) -> None:
    kms = ctx.client("kms")
    if changed(new, old, "KeyPolicy"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document(new["KeyPolicy"]))
    if changed(new, old, "Description"):
        kms.update_key_description(KeyId=key, Description=new.get("Description", ""))
    if changed(new, old, "Enabled") and new.get("Enabled", True):
        kms.enable_key(KeyId=key)
    if changed(new, old, "EnableKeyRotation") and not new.get("EnableKeyRotation"):
        kms.disable_key_rotation(KeyId=key)
    if changed(new, old, "Enabled", "EnableKeyRotation", "RotationPeriodInDays"):
        _switch(ctx, key, new)
    retag(
        new,
        old,
        lambda tags: kms.tag_resource(KeyId=key, Tags=tag_list(tags, "TagKey", "TagValue")),
        lambda keys: kms.untag_resource(KeyId=key, TagKeys=keys),
    )


def _delete_key(ctx: Context, key: str, props: Props) -> None:
    """Keys are never deleted at once: page "Deleting AWS KMS keys"."""
    ctx.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=int(props.get("PendingWindowInDays", 30)))


def _create_alias(ctx: Context, props: Props) -> str:
    ctx.client("kms").create_alias(**pick(props, "AliasName", "TargetKeyId"))
    return ctx.made(props["AliasName"])


ROWS = [
    Row(
        "AWS::KMS::Key",
        names(
            "Description Enabled EnableKeyRotation KeyPolicy KeySpec KeyUsage MultiRegion PendingWindowInDays"
            " RotationPeriodInDays Tags"
        ),
        _create_key,
        _delete_key,
        _update_key,
        lambda ctx, key, props: {"Arn": ctx.arn("kms", f"key/{key}"), "KeyId": key},
    ),
    Row(
        "AWS::KMS::Alias",
        names("AliasName TargetKeyId"),
        _create_alias,
        lambda ctx, name, props: ctx.client("kms").delete_alias(AliasName=name),
        lambda ctx, name, new, old: ctx.client("kms").update_alias(AliasName=name, TargetKeyId=new["TargetKeyId"]),
    ),
]
