"""Whether a resource is what its template says.

Page "Detect unmanaged configuration changes to stacks and resources with drift detection": only what the template
gives is compared, nested stacks are not looked into, and a type that cannot be read is NOT_CHECKED.
"""

from __future__ import annotations

import json
import re
from typing import Any

from localaws.planes.cloudformation import differences, expectation, schema
from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.differences import DYNAMIC
from localaws.planes.cloudformation.errors import Refused, said
from localaws.planes.cloudformation.reads import READS
from localaws.planes.cloudformation.reads.base import GoneError
from localaws.planes.cloudformation.rows.base import Props
from localaws.planes.cloudformation.stacks import Drift, Resource, Stack

GONE = re.compile("NotFound|NoSuch|NonExistent|DoesNotExist|NoSuchEntity|404", re.IGNORECASE)
NOT_FOUND = "Resource of type '{kind}' with identifier '{id}' was not found. (HandlerErrorCode: NotFound)"


def can_be_read(kind: str) -> bool:
    """Drift of the type can be told."""
    return kind in READS


def check(stack: Stack, resource: Resource) -> None:
    """The resource says whether it has drifted, and how."""
    resource.drift = _checked(Context(stack, resource.logical_id, resource.physical_id), resource)


def require(ctx: Context, resource: Resource, given: Props) -> None:
    """The resource is there, so that a change of it changes what the stack made.

    An update of what is gone must fail (page "Resource type handler contract": NotFound), also where the API that
    it uses would make it anew.

    Raises:
        Refused: somebody deleted it.
    """
    if can_be_read(resource.type) and not exists(ctx, resource.type, given):
        raise Refused(NOT_FOUND.format(kind=resource.type, id=resource.physical_id))


def exists(ctx: Context, kind: str, given: Props, unknown: bool = True) -> bool:
    """The resource is there; `unknown` where its service does not tell, to a role that may not ask, say."""
    try:
        return read(ctx, kind, given) is not None
    except Exception:  # noqa: BLE001 - whoever asks is about to do what will fail by itself
        return unknown


def is_gone(error: Exception) -> bool:
    """The service says that the thing is not there."""
    code = str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
    return isinstance(error, GoneError) or bool(GONE.search(code))


def _checked(ctx: Context, resource: Resource) -> Drift:
    try:
        expected = expectation.of(ctx, resource)
        actual = read(ctx, resource.type, resource.effective)
    except Exception as error:  # noqa: BLE001 - whatever a service says, the other resources are checked
        return Drift("UNKNOWN", "", "", (), said(error))
    text = json.dumps(expected, default=str)
    if actual is None:
        return Drift("DELETED", text, "", ())
    actual = schema.coerce(resource.type, actual)
    found = tuple(differences.between(resource.type, expected, actual))
    shown = {name: value if DYNAMIC in str(value) else actual.get(name) for name, value in expected.items()}
    return Drift("MODIFIED" if found else "IN_SYNC", text, json.dumps(shown, default=str), found)


def read(ctx: Context, kind: str, given: Props) -> Props | None:
    """The properties that the resource really has; None where it is not there."""
    try:
        return READS[kind](ctx, ctx.physical_id, given)
    except Exception as error:
        if is_gone(error):
            return None
        raise


def of_stack(stack: Stack) -> tuple[str, Any]:
    """The drift status of the stack and when it was looked at (page "StackDriftInformation")."""
    return of_all(list(stack.resources.values()))


def of_all(resources: list[Resource]) -> tuple[str, Any]:
    """The same of some resources."""
    found = [resource.drift for resource in resources if resource.drift is not None]
    if not found:
        return "NOT_CHECKED", None
    statuses = {drift.status for drift in found}
    when = max(drift.checked for drift in found)
    if statuses & {"MODIFIED", "DELETED"}:
        return "DRIFTED", when
    return ("UNKNOWN" if "UNKNOWN" in statuses else "IN_SYNC"), when
