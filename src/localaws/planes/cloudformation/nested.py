"""AWS::CloudFormation::Stack: a stack as a resource of another, changed in place and rolled back with it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

from localaws import clients
from localaws.planes.cloudformation import capabilities, operations, parameters, plan, template
from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.deploy import Deployment, Failed
from localaws.planes.cloudformation.errors import Refused, unknown_stack
from localaws.planes.cloudformation.rows import ROWS
from localaws.planes.cloudformation.rows.base import Props, Row, names, tag_map
from localaws.planes.cloudformation.stacks import STACK, Definition, Stack

_VIRTUAL = re.compile(r"^(?P<bucket>.+)\.s3[.-].*amazonaws\.com$")


def fetch(url: str, region: str, role_arn: str | None = None) -> str:
    """The template that the URL names: an object in our S3, however its place is spelled.

    Raises:
        Refused: the URL names no object, or there is none.
    """
    bucket, key, version = place(url)
    s3 = clients.client("s3", region, role_arn)
    given = {"VersionId": version} if version else {}
    try:
        return str(s3.get_object(Bucket=bucket, Key=key, **given)["Body"].read().decode())
    except s3.exceptions.ClientError as error:
        raise Refused(f"S3 error: {error.response['Error'].get('Message')} ({url})") from None


def place(url: str) -> tuple[str, str, str]:
    """Bucket, key and version of a template URL: virtual-hosted, or in path style on any host, ours included."""
    parsed = urlparse(url)
    version = parse_qs(parsed.query).get("versionId", [""])[0]
    path = unquote(parsed.path.lstrip("/"))
    if parsed.scheme == "s3":
        return parsed.netloc, path, version
    hosted = _VIRTUAL.match(parsed.netloc)
    bucket, _, key = (hosted["bucket"], "", path) if hosted else path.partition("/")
    if not bucket or not key:
        raise Refused(f"TemplateURL must be a supported URL: {url}")
    return bucket, key, version


def _normalize(props: Props) -> Props:
    """The same object under another host or port is the same template."""
    if "TemplateURL" not in props or not isinstance(props["TemplateURL"], str) or "\x00" in props["TemplateURL"]:
        return props
    bucket, key, version = place(props["TemplateURL"])
    return {**props, "TemplateURL": f"s3://{bucket}/{key}" + (f"?versionId={version}" if version else "")}


def _definition(ctx: Context, props: Props) -> Definition:
    text = fetch(props["TemplateURL"], ctx.region, ctx.stack.role_arn)
    given = {name: _text(value) for name, value in props.get("Parameters", {}).items()}
    return Definition(text, given, tag_map(props.get("Tags")))


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _checked(ctx: Context, definition: Definition) -> Definition:
    found = template.parse(definition.text)
    template.check(found, set(ROWS))
    capabilities.check(found, ctx.stack.capabilities)
    definition.parameters = parameters.values(found, definition.parameters)
    return definition


def _create(ctx: Context, props: Props) -> str:
    backend = operations.backend_of(ctx.stack)
    definition = _checked(ctx, _definition(ctx, props))
    stack = operations.new_stack(backend, ctx.generated_name(128), definition)
    stack.capabilities, stack.role_arn = ctx.stack.capabilities, ctx.stack.role_arn
    stack.parent_id, stack.root_id = ctx.stack.stack_id, ctx.stack.root_id or ctx.stack.stack_id
    backend.stacks[stack.stack_id] = stack
    ctx.made(stack.stack_id)
    operations.create(backend, stack)
    if stack.status != "CREATE_COMPLETE":
        raise Refused(f"Embedded stack {stack.stack_id} was not successfully created: {operations.cause(stack)}")
    return stack.stack_id


def _update(ctx: Context, stack_id: str, new: Props, _: Props) -> None:
    """The nested stack is updated; what it does not need any more goes only when the root's update has succeeded."""
    backend = operations.backend_of(ctx.stack)
    stack = _found(backend, stack_id)
    ctx.undo.append(_nothing)  # it goes back by its own deployment, not by an update to the old template
    stack.capabilities, stack.role_arn = ctx.stack.capabilities, ctx.stack.role_arn
    if stack.status == "UPDATE_ROLLBACK_FAILED":  # the root's rollback goes on, and so does its own
        operations.continue_rollback(backend, stack, [])
        _check_back(stack)
        return
    deployment = Deployment(backend, stack, _checked(ctx, _definition(ctx, new)))
    stack.turn("UPDATE_IN_PROGRESS")
    try:
        deployment.run()
    except Failed as error:
        operations.roll_back(deployment, str(error))
        why = operations.cause(stack)
        ctx.undo.append(lambda: _check_back(stack))
        raise Refused(f"Embedded stack {stack_id} was not successfully updated: {why}") from error
    stack.turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    ctx.undo.append(lambda: _roll_back(deployment))
    ctx.clean.append(lambda: operations.complete_update(deployment))


def _roll_back(deployment: Deployment) -> None:
    operations.roll_back(deployment, "")
    _check_back(deployment.stack)


def _check_back(stack: Stack) -> None:
    if stack.status != "UPDATE_ROLLBACK_COMPLETE":
        raise Refused(f"Embedded stack {stack.stack_id} could not be rolled back: {stack.reason}")


def _nothing() -> None:
    return None


def _delete(ctx: Context, stack_id: str, _: Props) -> None:
    backend = operations.backend_of(ctx.stack)
    stack = backend.stacks.get(stack_id)
    if stack is None:
        return
    operations.delete(backend, stack)
    if stack.status != "DELETE_COMPLETE":
        raise Refused(f"Embedded stack {stack_id} was not successfully deleted: {stack.reason}")


def _attributes(ctx: Context, stack_id: str, _: Props) -> dict[str, Any]:
    stack = _found(operations.backend_of(ctx.stack), stack_id)
    return {f"Outputs.{output.key}": output.value for output in stack.outputs}


def _found(backend: Any, stack_id: str) -> Stack:
    if stack_id not in backend.stacks:
        raise unknown_stack(stack_id)
    found: Stack = backend.stacks[stack_id]
    return found


def _drifted(ctx: Context, stack_id: str, props: Props) -> bool:
    """The object behind the URL was overwritten, or one that its own nested stacks name."""
    backend = operations.backend_of(ctx.stack)
    return plan.differs(backend, _found(backend, stack_id), _definition(ctx, props))


ROW = Row(
    STACK,
    names("Parameters Tags TemplateURL"),
    _create,
    _delete,
    _update,
    _attributes,
    normalize=_normalize,
    drifted=_drifted,
)
