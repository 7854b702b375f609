"""One request to a service, understood: operation and parameters by the names of the service's model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: An action and the ARN of its resource, `*` for an action that has none.
Pair = tuple[str, str]

#: The prefix of a service's actions in IAM, where it is not the name that requests are signed for.
PREFIXES = {"monitoring": "cloudwatch", "email": "ses", "tagging": "tag", "execute-api": "execute-api"}


@dataclass(frozen=True)
class Call:
    """What a request calls.

    `headers` are the raw WSGI environment; services whose permissions depend on headers look there.
    """

    service: str  #: the prefix of its actions in IAM
    operation: str
    params: dict[str, Any]
    region: str
    account: str
    headers: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def action(self) -> str:
        """The operation as an action of the same name."""
        return f"{self.service}:{self.operation}"

    @property
    def partition(self) -> str:
        """The AWS partition of the region."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def arn(self, resource: str, service: str = "", region: str | None = None) -> str:
        """The ARN of a resource of this call's service, region and account."""
        at = self.region if region is None else region
        return f"arn:{self.partition}:{service or self.service}:{at}:{self.account}:{resource}"

    def texts(self, *names: str) -> list[str]:
        """The values of the first of these parameters that the call has; `A.B` is B within A."""
        for name in names:
            found = _dig(self.params, name.split("."))
            if found:
                return found
        return []

    def text(self, *names: str) -> str:
        """The first value of `texts`, else nothing."""
        return next(iter(self.texts(*names)), "")


def _dig(value: Any, names: list[str]) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _dig(item, names)]
    if not names:
        return [str(value)] if isinstance(value, str | int) and str(value) else []
    return _dig(value.get(names[0]), names[1:]) if isinstance(value, dict) else []
