"""From a template and a stack to resolved properties."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from localaws import clients
from localaws.planes.cloudformation import parameters, schema
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.intrinsics import NO_VALUE, Made, Scope
from localaws.planes.cloudformation.rows import ROWS
from localaws.planes.cloudformation.rows.base import Props
from localaws.planes.cloudformation.stacks import Definition, Stack
from localaws.planes.cloudformation.template import Template

DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}")


def scope(
    backend: Any, stack: Stack, template: Template, definition: Definition, resources: Mapping[str, Made]
) -> Scope:
    """All that the template's values can refer to in this stack."""

    def ssm(name: str) -> str:
        client = clients.client("ssm", stack.region, stack.role_arn)
        try:
            return str(client.get_parameter(Name=name)["Parameter"]["Value"])
        except client.exceptions.ParameterNotFound:
            raise Refused(f"Unable to fetch parameters [{name}] from parameter store for this account.") from None

    pseudo = {
        "AWS::AccountId": stack.account_id,
        "AWS::NoValue": NO_VALUE,
        "AWS::NotificationARNs": stack.notification_arns,
        "AWS::Partition": "aws",
        "AWS::Region": stack.region,
        "AWS::StackId": stack.stack_id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": "amazonaws.com",
    }
    values = parameters.values(template, definition.parameters)
    exports = {name: export.value for name, export in backend.exports.items()}
    return Scope(template, parameters.resolved(template, values, ssm), pseudo, resources, exports)


def properties(found: Scope, definition: Definition, name: str) -> Props:
    """The resource's properties: functions carried out, types as in the schema, the stack's tags among its own."""
    item = found.template["Resources"][name]
    kind = item["Type"]
    props = schema.coerce(kind, found.value(item.get("Properties") or {}))
    if definition.tags and schema.tag_style(kind):
        props = _tagged(props, definition.tags, schema.tag_style(kind))
    return ROWS[kind].normalize(props)


def _tagged(props: Props, tags: dict[str, str], style: str) -> Props:
    """Page "Resource tags": tags of the stack propagate, and the resource's own win."""
    if style == "map":
        return {**props, "Tags": {**tags, **props.get("Tags", {})}}
    own = props.get("Tags", [])
    taken = {tag["Key"] for tag in own}
    return {**props, "Tags": [*own, *({"Key": key, "Value": value} for key, value in tags.items() if key not in taken)]}


def accept(kind: str, name: str, props: Props) -> None:
    """The properties are of the type and have an effect here.

    Raises:
        Refused: one is unknown, wrong, or known and not emulated; the message names it.
    """
    schema.validate(kind, name, props)
    idle = sorted(set(props) - ROWS[kind].honours)
    if idle:
        raise Refused(f"localaws: NotImplemented: properties [{', '.join(idle)}] of {kind} (resource {name})")


def live(stack: Stack, value: Any) -> Any:
    """The value with dynamic references looked up (page "Dynamic references"); they are never kept."""
    if isinstance(value, dict):
        return {key: live(stack, item) for key, item in value.items()}
    if isinstance(value, list):
        return [live(stack, item) for item in value]
    if isinstance(value, str) and "{{resolve:" in value:
        return DYNAMIC.sub(lambda found: _looked_up(stack, found[1], found[2]), value)
    return value


def _looked_up(stack: Stack, service: str, reference: str) -> str:
    if service.startswith("ssm"):
        client = clients.client("ssm", stack.region, stack.role_arn)
        return str(client.get_parameter(Name=reference, WithDecryption=True)["Parameter"]["Value"])
    secret, _, rest = reference.partition(":SecretString")
    _, key, *stage = [*rest.split(":"), ""]
    given = {"VersionStage": stage[0]} if stage and stage[0] else {}
    text = clients.client("secretsmanager", stack.region, stack.role_arn).get_secret_value(SecretId=secret, **given)
    return str(json.loads(text["SecretString"])[key]) if key else str(text["SecretString"])
