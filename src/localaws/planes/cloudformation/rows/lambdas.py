"""AWS::Lambda: functions, their permissions, versions, aliases and event source mappings."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

import io
import zipfile
from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, changed, names, pick, retag, tag_map

CONFIGURATION = (
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "SnapStart",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
)
#: What a part of the configuration is when it is not given: page "AWS::Lambda::Function".
DEFAULTS = {"Description": "", "Environment": {"Variables": {}}, "Layers": [], "MemorySize": 128, "Timeout": 3}
MAPPING = (
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "EventSourceArn",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
    "StartingPosition",
)


def _code(props: Props) -> Props:
    code = props["Code"]
    if "ZipFile" not in code:
        return pick(code, "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")
    source = "index.js" if str(props.get("Runtime", "")).startswith("nodejs") else "index.py"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(source), code["ZipFile"])
    return {"ZipFile": packed.getvalue()}


def _create(ctx: Context, props: Props) -> str:
    name: str = props["FunctionName"]
    ctx.client("lambda").create_function(
        FunctionName=name,
        Code=_code(props),
        Tags=tag_map(props.get("Tags")),
        **pick(props, "Architectures", "PackageType", *CONFIGURATION),
    )
    ctx.made(name)
    _concurrency(ctx, name, props, {})
    return name


def _concurrency(ctx: Context, name: str, new: Props, old: Props) -> None:
    key = "ReservedConcurrentExecutions"
    if not changed(new, old, key):
        return
    if key in new:
        ctx.client("lambda").put_function_concurrency(FunctionName=name, **pick(new, key))
    else:
        ctx.client("lambda").delete_function_concurrency(FunctionName=name)


def _update(ctx: Context, name: str, new: Props, old: Props) -> None:
    function = ctx.client("lambda")
    if changed(new, old, "Code", "Architectures"):
        function.update_function_code(FunctionName=name, **_code(new), **pick(new, "Architectures"))
    if changed(new, old, *CONFIGURATION):
        gone = {key: DEFAULTS[key] for key in DEFAULTS if key in old and key not in new}
        function.update_function_configuration(FunctionName=name, **gone, **pick(new, *CONFIGURATION))
    _concurrency(ctx, name, new, old)
    arn = ctx.arn("lambda", f"function:{name}")
    retag(
        new,
        old,
        lambda tags: function.tag_resource(Resource=arn, Tags=tags),
        lambda keys: function.untag_resource(Resource=arn, TagKeys=keys),
    )


def _permit(ctx: Context, props: Props) -> str:
    statement = ctx.generated_name()
    ctx.client("lambda").add_permission(
        StatementId=statement,
        **pick(
            props,
            "FunctionName",
            "Action",
            "Principal",
            "SourceArn",
            "SourceAccount",
            "PrincipalOrgID",
            "EventSourceToken",
        ),
    )
    return ctx.made(statement)


def _version(ctx: Context, props: Props) -> str:
    found = ctx.client("lambda").publish_version(**pick(props, "FunctionName", "Description", "CodeSha256"))
    return ctx.made(found["FunctionArn"])


def _delete_version(ctx: Context, arn: str, _props: Props) -> None:
    function, _, version = arn.rpartition(":")
    ctx.client("lambda").delete_function(FunctionName=function, Qualifier=version)


def _alias(ctx: Context, props: Props) -> str:
    found = ctx.client("lambda").create_alias(
        **pick(props, "FunctionName", "FunctionVersion", "Name", "Description", "RoutingConfig")
    )
    return ctx.made(found["AliasArn"])


def _mapping(ctx: Context, props: Props) -> str:
    return ctx.made(ctx.client("lambda").create_event_source_mapping(**pick(props, *MAPPING))["UUID"])


def _update_mapping(ctx: Context, made: str, new: Props, _: Props) -> None:
    given = {name: new[name] for name in MAPPING if name in new and name not in {"EventSourceArn", "StartingPosition"}}
    ctx.client("lambda").update_event_source_mapping(UUID=made, **given)


def _mapping_attributes(ctx: Context, made: str, _: Props) -> dict[str, Any]:
    return {"Id": made, "EventSourceMappingArn": ctx.arn("lambda", f"event-source-mapping:{made}")}


ROWS = [
    Row(
        "AWS::Lambda::Function",
        names(" ".join(CONFIGURATION))
        | names("Architectures Code FunctionName PackageType ReservedConcurrentExecutions Tags"),
        _create,
        lambda ctx, name, props: ctx.client("lambda").delete_function(FunctionName=name),
        _update,
        lambda ctx, name, props: {"Arn": ctx.arn("lambda", f"function:{name}")},
        name="FunctionName",
    ),
    Row(
        "AWS::Lambda::Permission",
        names("Action EventSourceToken FunctionName Principal PrincipalOrgID SourceAccount SourceArn"),
        _permit,
        lambda ctx, made, props: ctx.client("lambda").remove_permission(
            FunctionName=props["FunctionName"], StatementId=made
        ),
        attributes=lambda ctx, made, props: {"Id": made},
    ),
    Row(
        "AWS::Lambda::Version",
        names("CodeSha256 Description FunctionName"),
        _version,
        _delete_version,
        attributes=lambda ctx, arn, props: {"FunctionArn": arn, "Version": arn.rpartition(":")[2]},
    ),
    Row(
        "AWS::Lambda::Alias",
        names("Description FunctionName FunctionVersion Name RoutingConfig"),
        _alias,
        lambda ctx, arn, props: ctx.client("lambda").delete_alias(**pick(props, "FunctionName", "Name")),
        lambda ctx, arn, new, old: ctx.client("lambda").update_alias(
            **pick(new, "FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig")
        ),
        attributes=lambda ctx, arn, props: {"AliasArn": arn},
    ),
    Row(
        "AWS::Lambda::EventSourceMapping",
        names(" ".join(MAPPING)),
        _mapping,
        lambda ctx, made, props: ctx.client("lambda").delete_event_source_mapping(UUID=made),
        _update_mapping,
        _mapping_attributes,
    ),
]
