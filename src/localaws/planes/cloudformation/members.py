"""Members of requests that nothing here carries out are refused by name."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.errors import Refused

#: What changes what an operation does, and that nothing here carries out.
REFUSED = frozenset(
    {
        "CallAs",
        "DeletionMode",
        "DeploymentMode",
        "ImportExistingResources",
        "IncludeNestedStacks",
        "IncludePropertyValues",
        "NotificationARNs",
        "ResourceTypes",
        "ResourcesToImport",
        "StackPolicyBody",
        "StackPolicyDuringUpdateBody",
        "StackPolicyDuringUpdateURL",
        "StackPolicyURL",
        "StackSetName",
        "TemplateSummaryConfig",
    }
)


def check(asked: dict[str, Any]) -> None:
    """The request asks for nothing that would only seem to work.

    Raises:
        Refused: it does; the message names the member.
    """
    for name in sorted(REFUSED & asked.keys()):
        if asked[name] and (name, asked[name]) != ("DeletionMode", "STANDARD"):
            raise Refused(f"localaws: NotImplemented: {name}", "NotImplemented")
    if (asked.get("RollbackConfiguration") or {}).get("RollbackTriggers"):
        raise Refused("localaws: NotImplemented: RollbackConfiguration", "NotImplemented")
