"""From an access key to who calls, with the caller's policies."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localaws.iam import stores
from localaws.iam.language.decisions import Grants
from localaws.iam.language.documents import Policy, read
from localaws.iam.language.principals import Principal

_NOTHING = Grants()


@dataclass(frozen=True)
class Caller:
    """Who calls; `name` is how the ledger calls it, `note` what a denial adds to AWS's words."""

    principal: Principal
    grants: Grants = _NOTHING
    name: str = ""
    note: str = ""


class InvalidToken(Exception):
    """The key is one of ours and means nobody: deleted, inactive, or of a session that is gone."""


def administrator(account: str) -> Caller:
    """Whoever has no key of ours: may do everything but what a resource's policy denies to all."""
    root = f"arn:aws:iam::{account}:root"
    return Caller(Principal("administrator", account, root, root, account), name="administrator")


def anonymous() -> Caller:
    """Whoever did not sign."""
    return Caller(Principal("anonymous", arn="*"), name="anonymous")


def service(name: str) -> Caller:
    """A service of AWS that acts for itself, such as events.amazonaws.com."""
    return Caller(Principal("service", service=name, arn=name), name=name)


class Callers:
    """Finds callers by their keys, and keeps what it read of their policies until they change."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._sessions: dict[str, Any] = {}
        self._read_from: list[Any] = []
        self._grants: dict[tuple[str, ...], tuple[tuple[Any, ...], Grants]] = {}

    def find(self, key: str) -> Caller:
        """Who has the key. A key that was never ours is the administrator's.

        Raises:
            InvalidToken: it was ours.
        """
        if session := self._session(key):
            return self.role(session.role_arn, session.session_name, session.policy)
        known = stores.backend("iam", self._account).access_keys.get(key)
        if known is not None and known.user_name and known.status == "Active":
            return self._user(str(known.user_name))
        if known is not None or account_of(key) == self._account:
            raise InvalidToken(key)
        return administrator(self._account)

    def role(self, arn: str, session_name: str = "localaws", session_policy: Any = None) -> Caller:
        """The session of a role. One of a role that does not exist may do nothing."""
        account, name = arn.split(":")[4], arn.rpartition("/")[2]
        found = stores.role_of(arn)
        principal = Principal(
            "role",
            account,
            f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}",
            arn,
            f"{found.id}:{session_name}" if found else "",
            name=name,
            tags=_tags(found.tags) if found else {},
        )
        grants = self._of(("role", arn), found, session_policy) if found else _NOTHING
        return Caller(principal, grants, name, "" if found else f" (there is no role {arn})")

    def _user(self, name: str) -> Caller:
        users = stores.backend("iam", self._account)
        user = users.users[name]
        principal = Principal("user", self._account, user.arn, user.arn, user.id, name=name, tags=_tags(user.tags))
        groups = [group for group in list(users.groups.values()) if user in group.users]
        return Caller(principal, self._of(("user", name), user, None, groups), f"user/{name}")

    def _session(self, key: str) -> Any:
        """Sessions are only ever added to moto's list: what came since the last look is indexed now."""
        listed: list[Any] = stores.backend("sts", self._account).assumed_roles
        known = self._sessions if listed is self._read_from and len(listed) >= len(self._sessions) else {}
        if len(known) < len(listed):
            known = known | {session.access_key_id: session for session in listed[len(known) :]}
        self._sessions, self._read_from = known, listed
        return known.get(key)

    def _of(self, who: tuple[str, ...], owner: Any, session_policy: Any, groups: list[Any] | None = None) -> Grants:
        """The caller's policies, read anew if any document is another than the last time."""
        found = [policy for each in (owner, *(groups or ())) for policy in documents(each)]
        boundary = _boundary(self._account, getattr(owner, "permissions_boundary_arn", None))
        state = (*found, boundary, session_policy or None)
        cached = self._grants.get(who)
        if cached is None or cached[0] != state:
            cached = self._grants[who] = (state, _grants(found, boundary, session_policy))
        return cached[1]


def _grants(named: list[tuple[str, Any]], boundary: Any, session_policy: Any) -> Grants:
    return Grants(
        tuple(read(text, name) for name, text in named),
        None if boundary is None else _boundary_policy(boundary),
        (read(session_policy, "session"),) if session_policy else None,
    )


def _boundary_policy(document: Any) -> tuple[Policy, ...]:
    return (read(document, "boundary"),) if document else ()


def documents(owner: Any) -> list[tuple[str, str]]:
    """Inline and attached policies, by name. (CloudFormation leaves some as mappings, which may change in place.)"""
    inline = list(owner.policies.items())
    attached = [(policy.name, document(policy)) for policy in list(owner.managed_policies.values())]
    return [
        (name, text if isinstance(text, str) else json.dumps(text, default=str)) for name, text in inline + attached
    ]


def document(policy: Any) -> Any:
    """The default version of a managed policy."""
    versions = {version.version_id: version.document for version in policy.versions}
    return versions[policy.default_version_id]


def _boundary(account: str, arn: str | None) -> Any:
    """None without a boundary; an empty text for one that does not exist, which allows nothing."""
    if not arn:
        return None
    policy = stores.managed_policy(account, arn)
    return document(policy) if policy is not None else ""


def _tags(tags: Any) -> Mapping[str, str]:
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags or () if isinstance(tag, dict)}


_OFFSET = 549755813888  # the base that moto, as AWS, adds to half an account's number in the keys that it makes


def account_of(key: str) -> str:
    """The account that a key was made for, nothing where the key does not say."""
    if len(key) != 20 or key[:4] not in ("AKIA", "ASIA"):
        return ""
    try:
        half = int.from_bytes(base64.b32decode(key[4:12]), "big") - _OFFSET
    except ValueError:
        return ""
    return f"{half * 2 + (key[12] in 'QRSTUVWXYZ234567'):012}" if half >= 0 else ""
