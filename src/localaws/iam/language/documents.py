"""Policy documents, read once and asked often."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from localaws.iam.language import conditions, principals
from localaws.iam.language.context import Context, Undetermined
from localaws.iam.language.patterns import Template

_NO_CONTEXT = Context()  # actions have no variables
_VERSIONS = ("2008-10-17", "2012-10-17")


@dataclass(frozen=True)
class Ask:
    """One thing that a request wants to do: the action on the resource, under these circumstances."""

    action: str
    resource: str
    context: Context


class _Texts:
    """An Action or Resource element: those without variables are one expression."""

    def __init__(self, texts: list[str], variables: bool, *, arn: bool) -> None:
        self.texts = tuple(texts)
        templates = [Template(text, variables) for text in texts]
        fixed = [f"(?:{template.regex(arn=arn)})" for template in templates if template.fixed]
        self._fixed = re.compile("|".join(fixed), re.DOTALL) if fixed else None
        self._changing = [template for template in templates if not template.fixed]

    def fit(self, value: str, context: Context) -> bool:
        """The value fits one of them.

        Raises:
            Undetermined: none of those without variables fits, and a variable is not known.
        """
        if self._fixed and self._fixed.fullmatch(value):
            return True
        return any(template.like(value, context, arn=True) for template in self._changing)


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement of a policy."""

    policy: str
    name: str
    effect: str
    actions: _Texts
    not_action: bool
    resources: _Texts | None
    not_resource: bool
    principal: principals.Named | None
    tests: tuple[conditions.Test, ...]

    def acts(self, action: str) -> bool:
        """The statement is about the action, whatever its resource."""
        return self.actions.fit(action.lower(), _NO_CONTEXT) != self.not_action

    def speaks_of(self, ask: Ask) -> bool:
        """The statement, being about the action, applies to the rest of the request, whoever makes it.

        Raises:
            Undetermined: that depends on something that localaws does not know.
        """
        doubt: Undetermined | None = None
        try:
            if self.resources and self.resources.fit(ask.resource, ask.context) == self.not_resource:
                return False
        except Undetermined as unknown:
            doubt = unknown
        if not conditions.hold(self.tests, ask.context):
            return False
        if doubt:
            raise doubt
        return True


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy document with the name that messages give it; `problem` says why it cannot be read."""

    name: str
    statements: tuple[Statement, ...]
    problem: str = ""
    _about: dict[str, tuple[Statement, ...]] = field(default_factory=dict, repr=False)

    def about(self, action: str) -> tuple[Statement, ...]:
        """The statements that speak of the action; found once an action, since most speak of others."""
        found = self._about.get(action)
        if found is None:
            found = tuple(statement for statement in self.statements if statement.acts(action))
            self._about[action] = found
        return found


def read(document: str | bytes | Mapping[str, Any], name: str) -> Policy:
    """The policy of the document, read once for each text."""
    if isinstance(document, bytes):
        document = document.decode()
    return _read(document if isinstance(document, str) else json.dumps(document, default=str), name)


@lru_cache(maxsize=4096)
def _read(text: str, name: str) -> Policy:
    try:
        document = json.loads(text)
        version = str(document.get("Version", _VERSIONS[0]))
        if version not in _VERSIONS:
            return Policy(name, (), f"{name}: Version: expected one of {', '.join(_VERSIONS)}, got {version}")
        statements = _list(document["Statement"])
        return Policy(name, tuple(_statement(name, i, body, version) for i, body in enumerate(statements)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return Policy(name, (), f"{name}: expected a policy document, got one without sense ({error!r})")


def _statement(policy: str, index: int, body: Mapping[str, Any], version: str) -> Statement:
    if body["Effect"] not in ("Allow", "Deny"):
        raise ValueError(f"Effect: expected Allow or Deny, got {body['Effect']}")
    variables = version == _VERSIONS[1]
    resources = body.get("Resource", body.get("NotResource"))
    return Statement(
        policy=policy,
        name=str(body.get("Sid") or index),
        effect=body["Effect"],
        actions=_Texts([str(a).lower() for a in _list(body.get("Action") or body["NotAction"])], False, arn=False),
        not_action="Action" not in body,
        resources=None if resources is None else _Texts([str(r) for r in _list(resources)], variables, arn=True),
        not_resource="Resource" not in body,
        principal=_principal(body),
        tests=conditions.parse(body.get("Condition") or {}, variables),
    )


def _principal(body: Mapping[str, Any]) -> principals.Named | None:
    if "Principal" in body:
        return principals.parse(body["Principal"])
    return principals.parse(body["NotPrincipal"], inverted=True) if "NotPrincipal" in body else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
