"""AWS::Lambda as Lambda tells it."""

from __future__ import annotations

import json
from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import Read, only
from localaws.planes.cloudformation.reads.base import tags as tag_list
from localaws.planes.cloudformation.rows.base import Props, pick
from localaws.planes.cloudformation.rows.lambdas import CONFIGURATION, MAPPING

#: Where a statement keeps what AddPermission was told (page "AddPermission").
CONDITIONS = {
    "SourceArn": "AWS:SourceArn",
    "SourceAccount": "AWS:SourceAccount",
    "PrincipalOrgID": "aws:PrincipalOrgID",
    "EventSourceToken": "lambda:EventSourceToken",
}


def _function(ctx: Context, name: str, _: Props) -> Props:
    found = ctx.client("lambda").get_function(FunctionName=name)
    configuration = dict(found["Configuration"])
    configuration["Layers"] = [layer["Arn"] for layer in configuration.get("Layers", [])]
    kept = pick(configuration, "FunctionName", "Architectures", "PackageType", *CONFIGURATION)
    reserved = pick(found.get("Concurrency", {}), "ReservedConcurrentExecutions")
    return {**kept, **reserved, "Tags": tag_list(found.get("Tags", {}))}


def _permission(ctx: Context, made: str, props: Props) -> Props:
    text = ctx.client("lambda").get_policy(FunctionName=props["FunctionName"])["Policy"]
    found = only(one for one in json.loads(text)["Statement"] if one.get("Sid") == made)
    tests = {key.lower(): value for test in found.get("Condition", {}).values() for key, value in test.items()}
    given = {name: tests.get(key.lower()) for name, key in CONDITIONS.items()}
    function = str(found["Resource"])
    return {"Action": found["Action"], "FunctionName": function, "Principal": _principal(found["Principal"]), **given}


def _principal(found: Any) -> str:
    text: str = found if isinstance(found, str) else next(iter(found.values()))
    return text.split(":")[4] if text.startswith("arn:aws:iam::") and text.endswith(":root") else text


def _version(ctx: Context, arn: str, props: Props) -> Props:
    function, _, version = arn.rpartition(":")
    found = ctx.client("lambda").get_function_configuration(FunctionName=function, Qualifier=version)
    return {**pick(found, "CodeSha256"), "Description": found.get("Description"), **pick(props, "FunctionName")}


def _alias(ctx: Context, _: str, props: Props) -> Props:
    found = ctx.client("lambda").get_alias(**pick(props, "FunctionName", "Name"))
    return {**pick(found, "Name", "FunctionVersion", "Description", "RoutingConfig"), **pick(props, "FunctionName")}


def _mapping(ctx: Context, made: str, _: Props) -> Props:
    found = ctx.client("lambda").get_event_source_mapping(UUID=made)
    enabled = found.get("State") in ("Enabled", "Enabling", "Creating", "Updating")
    return {**pick(found, *MAPPING), "FunctionName": found["FunctionArn"], "Enabled": enabled}


READS: dict[str, Read] = {
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Version": _version,
}
