"""Nothing that a stack has refers to a resource that a condition leaves out (page "Condition functions")."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation import references
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.intrinsics import Scope


def check(scope: Scope) -> None:
    """What is made refers to what is made; DependsOn may name what is not.

    Raises:
        Refused: a resource or an output refers to a resource whose condition does not hold.
    """
    resources: dict[str, Any] = scope.template["Resources"]
    unmade = {name for name in resources if not scope.wanted(name)}
    if not unmade:
        return
    outputs: dict[str, Any] = scope.template.get("Outputs") or {}
    made = [item.get("Properties") for name, item in resources.items() if name not in unmade]
    told = [item for item in outputs.values() if "Condition" not in item or scope.condition(item["Condition"])]
    for section, items in (("Resources", made), ("Outputs", told)):
        missing = unmade & references.names(_chosen(scope, items))
        if missing:
            raise Refused(references.UNRESOLVED.format(", ".join(sorted(missing)), section))


def _chosen(scope: Scope, value: Any) -> Any:
    """The value with each Fn::If as the branch that its condition chooses."""
    if isinstance(value, list):
        return [_chosen(scope, item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::If"}:
        name, then, otherwise = value["Fn::If"]
        return _chosen(scope, then if scope.condition(name) else otherwise)
    return {key: _chosen(scope, item) for key, item in value.items()}
