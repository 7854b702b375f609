"""AWS::StepFunctions::StateMachine, in place, with its definition from the template or from S3."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, as_data, changed, lower_first, names, retag, tag_list


def definition(ctx: Context, props: Props) -> str:
    """The definition as JSON text, with its substitutions made (page "AWS::StepFunctions::StateMachine")."""
    if "DefinitionS3Location" in props:
        place = props["DefinitionS3Location"]
        version = {"VersionId": place["Version"]} if "Version" in place else {}
        found = ctx.client("s3").get_object(Bucket=place["Bucket"], Key=place["Key"], **version)
        text = found["Body"].read().decode()
        text = text if text.lstrip().startswith("{") else json.dumps(yaml.safe_load(text))
    elif "DefinitionString" in props:
        text = props["DefinitionString"]
    else:
        text = json.dumps(as_data(props["Definition"]))
    given = props.get("DefinitionSubstitutions", {})
    return re.sub(r"\$\{([^}$]+)\}", lambda found: _substitute(found, given), text)


def _substitute(found: re.Match[str], given: Props) -> str:
    value = given.get(found[1], found[0])
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _settings(props: Props) -> Props:
    found: dict[str, Any] = {}
    if "LoggingConfiguration" in props:
        found["loggingConfiguration"] = lower_first(props["LoggingConfiguration"])
    if "TracingConfiguration" in props:
        found["tracingConfiguration"] = lower_first(props["TracingConfiguration"])
    if "EncryptionConfiguration" in props:
        found["encryptionConfiguration"] = lower_first(props["EncryptionConfiguration"])
    return found


def _create(ctx: Context, props: Props) -> str:
    arn: str = ctx.client("stepfunctions").create_state_machine(
        name=props["StateMachineName"],
        definition=definition(ctx, props),
        roleArn=props["RoleArn"],
        type=props.get("StateMachineType", "STANDARD"),
        tags=tag_list(props.get("Tags"), "key", "value"),
        **_settings(props),
    )["stateMachineArn"]
    return ctx.made(arn)


def _update(ctx: Context, arn: str, new: Props, old: Props) -> None:
    machines = ctx.client("stepfunctions")
    if any(changed(new, old, name) for name in {*new, *old} - {"Tags"}):
        off = {"loggingConfiguration": {"level": "OFF"}} if "LoggingConfiguration" in old else {}
        untraced = {"tracingConfiguration": {"enabled": False}} if "TracingConfiguration" in old else {}
        machines.update_state_machine(
            stateMachineArn=arn,
            definition=definition(ctx, new),
            roleArn=new["RoleArn"],
            **{**off, **untraced, **_settings(new)},
        )
    retag(
        new,
        old,
        lambda tags: machines.tag_resource(resourceArn=arn, tags=tag_list(tags, "key", "value")),
        lambda keys: machines.untag_resource(resourceArn=arn, tagKeys=keys),
    )


ROWS = [
    Row(
        "AWS::StepFunctions::StateMachine",
        names(
            "Definition DefinitionS3Location DefinitionString DefinitionSubstitutions EncryptionConfiguration"
            " LoggingConfiguration RoleArn StateMachineName StateMachineType Tags TracingConfiguration"
        ),
        _create,
        lambda ctx, arn, props: ctx.client("stepfunctions").delete_state_machine(stateMachineArn=arn),
        _update,
        lambda ctx, arn, props: {"Arn": arn, "Name": props["StateMachineName"]},
        name="StateMachineName",
    )
]
