"""AWS::SecretsManager::Secret and AWS::SSM::Parameter."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

import json
from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, changed, document, names, pick, retag, tag_list

_TEMPLATE = ("SecretStringTemplate", "GenerateStringKey")


def _secret_string(ctx: Context, props: Props) -> Props:
    """Page "AWS::SecretsManager::Secret GenerateSecretString": the password alone, or a member of the template."""
    given = props.get("GenerateSecretString")
    if given is None:
        return pick(props, "SecretString")
    options = {name: value for name, value in given.items() if name not in _TEMPLATE}
    password = ctx.client("secretsmanager").get_random_password(**options)["RandomPassword"]
    if "GenerateStringKey" not in given:
        return {"SecretString": password}
    whole = {**json.loads(given["SecretStringTemplate"]), given["GenerateStringKey"]: password}
    return {"SecretString": json.dumps(whole)}


def _create_secret(ctx: Context, props: Props) -> str:
    arn: str = ctx.client("secretsmanager").create_secret(
        Tags=tag_list(props.get("Tags")),
        **pick(props, "Name", "Description", "KmsKeyId"),
        **_secret_string(ctx, props),
    )["ARN"]
    return ctx.made(arn)


def _update_secret(ctx: Context, arn: str, new: Props, old: Props) -> None:
    """A generated secret stays as it is until what it is generated from changes."""
    manager = ctx.client("secretsmanager")
    value = _secret_string(ctx, new) if changed(new, old, "GenerateSecretString", "SecretString") else {}
    if value or changed(new, old, "Description", "KmsKeyId"):
        manager.update_secret(SecretId=arn, Description=new.get("Description", ""), **pick(new, "KmsKeyId"), **value)
    retag(
        new,
        old,
        lambda tags: manager.tag_resource(SecretId=arn, Tags=tag_list(tags)),
        lambda keys: manager.untag_resource(SecretId=arn, TagKeys=keys),
    )


def _delete_secret(ctx: Context, arn: str, _: Props) -> None:
    ctx.client("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _put_parameter(ctx: Context, props: Props, overwrite: bool) -> str:
    given = pick(props, "Name", "Value", "Type", "Description", "Tier", "AllowedPattern", "DataType")
    ctx.client("ssm").put_parameter(**given, Overwrite=overwrite)
    return ctx.made(props["Name"])


def _create_parameter(ctx: Context, props: Props) -> str:
    name = _put_parameter(ctx, props, overwrite=False)
    _tag_parameter(ctx, name, props, {})
    return name


def _update_parameter(ctx: Context, name: str, new: Props, old: Props) -> None:
    _put_parameter(ctx, new, overwrite=True)
    _tag_parameter(ctx, name, new, old)


def _tag_parameter(ctx: Context, name: str, new: Props, old: Props) -> None:
    ssm, what = ctx.client("ssm"), {"ResourceType": "Parameter", "ResourceId": name}
    retag(
        new,
        old,
        lambda tags: ssm.add_tags_to_resource(**what, Tags=tag_list(tags)),
        lambda keys: ssm.remove_tags_from_resource(**what, TagKeys=keys),
    )


def _parameter_attributes(ctx: Context, name: str, props: Props) -> dict[str, Any]:
    return {
        "Arn": ctx.arn("ssm", f"parameter/{name.lstrip('/')}"),
        "Type": props["Type"],
        "Value": document(props["Value"]),
    }


ROWS = [
    Row(
        "AWS::SecretsManager::Secret",
        names("Description GenerateSecretString KmsKeyId Name SecretString Tags"),
        _create_secret,
        _delete_secret,
        _update_secret,
        lambda ctx, arn, props: {"Id": arn},
        name="Name",
    ),
    Row(
        "AWS::SSM::Parameter",
        names("AllowedPattern DataType Description Name Tags Tier Type Value"),
        _create_parameter,
        lambda ctx, name, props: ctx.client("ssm").delete_parameter(Name=name),
        _update_parameter,
        _parameter_attributes,
        name="Name",
    ),
]
