"""The Principal element: whom a resource's policy speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

_ACCOUNT = re.compile(r"(?:arn:aws[\w-]*:iam::)?(\d{12})(?::root)?")


class Reach(IntEnum):
    """How closely a resource's policy names the caller, which decides what its Allow is worth.

    (IAM User Guide, "Evaluating identity-based policies with resource-based policies" and "Permissions boundaries")
    """

    NOBODY = 0
    ACCOUNT = 1  #: delegates to the account, whose identity-based policies must allow as well
    ROLE = 2  #: grants, within boundary and session policy
    SESSION = 3  #: grants, whatever boundary and session policy leave out


@dataclass(frozen=True)
class Principal:
    """Who calls, as policies may name it."""

    kind: str  #: administrator, role, user, service or anonymous
    account: str = ""
    arn: str = ""  #: as error messages name it: the session's ARN of a role
    principal_arn: str = ""  #: as aws:PrincipalArn has it: the role's own ARN
    unique_id: str = ""
    service: str = ""  #: such as events.amazonaws.com
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def chain(self) -> tuple[str, ...]:
        """Every name of it, all of which a NotPrincipal must list to leave it out."""
        if self.kind == "service":
            return (self.service,)
        names = (f"arn:aws:iam::{self.account}:root", self.principal_arn, self.arn)
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True)
class Named:
    """A Principal or NotPrincipal element: names by kind (AWS, Service, Federated, CanonicalUser)."""

    names: Mapping[str, tuple[str, ...]]
    inverted: bool = False

    def reach(self, who: Principal) -> Reach:
        """How closely the element names the caller."""
        if not self.inverted:
            return max(
                (self._of(kind, name, who) for kind, names in self.names.items() for name in names),
                default=Reach.NOBODY,
            )
        listed = {_normal(name) for names in self.names.values() for name in names}
        spared = "*" in listed or all(name in listed for name in who.chain)
        return Reach.NOBODY if spared else Reach.SESSION

    @staticmethod
    def _of(kind: str, name: str, who: Principal) -> Reach:
        if kind == "AWS":
            return _aws(name, who)
        if kind == "Service" and who.kind == "service" and name == who.service:
            return Reach.SESSION
        return Reach.NOBODY


def _aws(name: str, who: Principal) -> Reach:
    """Everybody is named as whoever makes the very request: a session, not its role."""
    if name == "*":
        return Reach.SESSION
    if who.kind in ("service", "anonymous"):
        return Reach.NOBODY
    if name == who.arn:
        return Reach.SESSION
    if name in (who.principal_arn, who.unique_id):
        return Reach.ROLE
    account = _ACCOUNT.fullmatch(name)
    return Reach.ACCOUNT if account and account[1] == who.account else Reach.NOBODY


def _normal(name: str) -> str:
    account = _ACCOUNT.fullmatch(name)
    return f"arn:aws:iam::{account[1]}:root" if account else name


def parse(element: Any, *, inverted: bool = False) -> Named:
    """The element as names by kind; `"*"` is everybody."""
    if element == "*":
        return Named({"AWS": ("*",)}, inverted)
    names = {kind: tuple(value) if isinstance(value, list) else (value,) for kind, value in element.items()}
    return Named({kind: tuple(map(str, value)) for kind, value in names.items()}, inverted)
