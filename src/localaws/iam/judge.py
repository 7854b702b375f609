"""Decisions about asks, with the resources' policies, written into the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from localaws.iam import resource_policies
from localaws.iam.answers import not_authorized
from localaws.iam.callers import Caller
from localaws.iam.language.decisions import Decision, decide
from localaws.iam.language.documents import Ask
from localaws.iam.ledger import Ledger


@dataclass(frozen=True)
class Denial:
    """An ask that was denied, in AWS's words."""

    ask: Ask
    message: str


class Judge:
    """Says whether callers may do what they ask for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def first_denial(self, caller: Caller, service: str, asks: Iterable[Ask], note: str = "") -> Denial | None:
        """The first of the asks that is denied; None if the caller may do them all."""
        allowed = []
        for ask in asks:
            decision = self.decision(caller, ask)
            if not decision.allowed:
                return self.denial(caller, service, ask, decision.reason + caller.note + note)
            allowed.append(ask)
        if caller.principal.kind != "administrator":
            for ask in allowed:
                self._ledger.allowed(caller.name, ask.action, ask.resource)
        return None

    @staticmethod
    def decision(caller: Caller, ask: Ask) -> Decision:
        """Whether the caller may, not written down."""
        return decide(ask, caller.principal, caller.grants, resource_policies.of(ask.action, ask.resource))

    def denial(self, caller: Caller, service: str, ask: Ask, reason: str) -> Denial:
        """The denial, written down."""
        self._ledger.denied(caller.name, ask.action, ask.resource, reason)
        spelled = ask.action.partition(":")[0] if service != "s3" else service
        return Denial(ask, not_authorized(caller.principal.arn, spelled, ask.action, ask.resource, reason))
