"""From policies to a decision: an explicit Deny wins, and what nobody allows is denied.

(IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from localaws.iam.language.context import Undetermined
from localaws.iam.language.documents import Ask, Policy, Statement
from localaws.iam.language.principals import Principal, Reach

IDENTITY = "identity-based policy"
RESOURCE = "resource-based policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"
TRUST = "role trust policy"
_ARTICLES = {IDENTITY: "an", TRUST: "the"}


@dataclass(frozen=True)
class Grants:
    """The caller's own policies; None where there is no such layer."""

    identity: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None


@dataclass(frozen=True)
class ResourcePolicy:
    """The policy of a resource, and what it is worth there."""

    policy: Policy
    kind: str = RESOURCE  #: what messages call it
    must_allow: bool = False  #: identity-based policies alone do not suffice: KMS keys, roles' trust


@dataclass(frozen=True)
class Decision:
    """Allowed or not, and why not, in the words of AWS's error messages."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Opinion:
    """What the policies of one layer say of a request."""

    denied: bool = False
    reach: Reach = Reach.NOBODY  #: of the closest Allow; identity-based policies reach like a role's name
    unsure_deny: str = ""  #: a Deny that localaws cannot evaluate: it denies
    unsure_allow: str = ""  #: such an Allow counts for nothing, but explains a denial


ALLOWED = Decision(True)
_SILENT = Opinion()


def weigh(policies: Iterable[Policy], ask: Ask, who: Principal | None = None) -> Opinion:
    """What the policies say of the request; only the statements that name `who`, where it is given."""
    policies = tuple(policies)
    reach, unsure = Reach.NOBODY, {"Allow": "", "Deny": next((p.problem for p in policies if p.problem), "")}
    for statement, named in _naming(policies, ask.action, who):
        try:
            if not statement.speaks_of(ask):
                continue
        except Undetermined as unknown:
            unsure[statement.effect] = f"{unknown} (policy {statement.policy}, statement {statement.name})"
            continue
        if statement.effect == "Deny":
            return Opinion(denied=True)
        reach = max(reach, named)
    return Opinion(reach=reach, unsure_deny=unsure["Deny"], unsure_allow=unsure["Allow"])


def _naming(policies: tuple[Policy, ...], action: str, who: Principal | None) -> Iterator[tuple[Statement, Reach]]:
    for policy in policies:
        for statement in policy.about(action):
            if who is None:
                yield statement, Reach.ROLE
            elif statement.principal and (named := statement.principal.reach(who)):
                yield statement, named


def decide(ask: Ask, who: Principal, grants: Grants, resource: ResourcePolicy | None = None) -> Decision:
    """Whether the caller may, all within one account.

    A service or an anonymous caller has nothing but the resource's policy. An administrator may whatever no
    resource's policy denies explicitly.
    """
    layers = dict(_layers(ask, who, grants, resource))
    for name, opinion in layers.items():
        if opinion.denied:
            return Decision(False, f"with an explicit deny in {_ARTICLES.get(name, 'a')} {name}")
        if opinion.unsure_deny:
            return Decision(False, f"because {opinion.unsure_deny}")
    lacking = None if who.kind == "administrator" else _lacking(layers, who, resource)
    if lacking is None:
        return ALLOWED
    unsure = layers.get(lacking, _SILENT).unsure_allow
    return Decision(False, f"because {unsure or f'no {lacking} allows the {ask.action} action'}")


def _layers(ask: Ask, who: Principal, grants: Grants, resource: ResourcePolicy | None) -> Iterator[tuple[str, Opinion]]:
    yield IDENTITY, weigh(grants.identity, ask)
    if grants.boundary is not None:
        yield BOUNDARY, weigh(grants.boundary, ask)
    if grants.session is not None:
        yield SESSION, weigh(grants.session, ask)
    if resource:
        yield resource.kind, weigh((resource.policy,), ask, who)


def _lacking(layers: dict[str, Opinion], who: Principal, resource: ResourcePolicy | None) -> str | None:
    """The layer whose Allow is missing."""
    kind = resource.kind if resource else RESOURCE
    spoken = layers.get(kind, _SILENT).reach
    if who.kind in ("service", "anonymous"):
        return None if spoken >= Reach.ROLE else kind
    if resource and resource.must_allow and not spoken:
        return kind
    if spoken is Reach.SESSION:
        return None
    if spoken < Reach.ROLE and not layers[IDENTITY].reach:
        return IDENTITY
    return next((name for name in (BOUNDARY, SESSION) if name in layers and not layers[name].reach), None)
