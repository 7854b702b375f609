"""What a resource is expected to be: the properties that its template gives, as far as they can be read back."""

from __future__ import annotations

import copy
from collections.abc import Callable

from localaws.planes.cloudformation import schema
from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads import s3_shapes as told
from localaws.planes.cloudformation.rows import s3_shapes as given
from localaws.planes.cloudformation.rows.base import Props
from localaws.planes.cloudformation.rows.stepfunctions import definition
from localaws.planes.cloudformation.stacks import Resource


def of(ctx: Context, resource: Resource) -> Props:
    """The properties to compare: those of the template, each in the one spelling in which it is read back."""
    props = copy.deepcopy(resource.properties)
    props = SPELLINGS.get(resource.type, _same)(ctx, props)
    for path in schema.write_only(resource.type):
        _drop(props, path)
    return props


def _drop(props: Props, path: tuple[str, ...]) -> None:
    *outer, last = path
    for name in outer:
        inner = props.get(name)
        if not isinstance(inner, dict):
            return
        props = inner
    props.pop(last, None)


def _same(_: Context, props: Props) -> Props:
    return props


def _bucket(_: Context, props: Props) -> Props:
    """A rule may be written in several ways, and S3 tells it in one."""
    if "LifecycleConfiguration" in props:
        props["LifecycleConfiguration"] = told.lifecycle(given.lifecycle(props["LifecycleConfiguration"]))
    if "NotificationConfiguration" in props:
        props["NotificationConfiguration"] = told.notification(given.notification(props["NotificationConfiguration"]))
    return props


def _machine(ctx: Context, props: Props) -> Props:
    """Whatever way the definition is given: AWS compares it only where it is the property DefinitionString."""
    return {**props, "DefinitionString": definition(ctx, props)}


SPELLINGS: dict[str, Callable[[Context, Props], Props]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::StepFunctions::StateMachine": _machine,
}
