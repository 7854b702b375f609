"""Who a permission names: as AWS writes it into the function's policy ("AddPermission", Principal)."""

from __future__ import annotations

import re
from typing import Any

_ACCOUNT = re.compile(r"\d{12}")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazon(aws)?\.com(\.cn)?")  # Alexa's are of amazon.com


def apply() -> None:
    """The policy of a function is one that IAM can read: an account is its root, a role or user stands by its ARN."""
    from moto.awslambda.policy import Policy

    Policy.principal_formatter = lambda _, principal: _named(principal)


def _named(principal: Any) -> Any:
    from moto.awslambda.exceptions import InvalidParameterValueException

    if not isinstance(principal, str) or principal == "*":
        return principal
    if _SERVICE.fullmatch(principal):
        return {"Service": principal}
    if _ACCOUNT.fullmatch(principal):
        return {"AWS": f"arn:aws:iam::{principal}:root"}
    if principal.startswith("arn:"):
        return {"AWS": principal}
    raise InvalidParameterValueException(
        "The provided principal was invalid. Please check the principal and try again."
    )
