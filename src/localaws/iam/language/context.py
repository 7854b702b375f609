"""The facts of one request that conditions and policy variables ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

#: One fact: a text, several texts (a multivalued key), or nothing.
Fact = str | list[str] | None
#: A fact, or how to find it when somebody asks.
Source = Fact | Callable[[], Fact]
#: Facts whose key ends in a name, such as `aws:RequestTag/<name>`.
Family = Callable[[str], Fact]

#: Keys that AWS defines and that no request to localaws carries: no organization, no VPC, no federation.
#: (IAM User Guide, "AWS global condition context keys")
ABSENT = frozenset(
    """
    aws:calledvia aws:calledviafirst aws:calledvialast aws:chatbotsourcearn aws:ec2instancesourceprivateipv4
    aws:ec2instancesourcevpc aws:federatedprovider aws:multifactorauthage aws:multifactorauthpresent
    aws:principalorgid aws:principalorgpaths aws:principalservicename aws:principalservicenameslist aws:referer
    aws:resourceorgid aws:resourceorgpaths aws:sourceaccount aws:sourcearn aws:sourceidentity aws:sourceorgid
    aws:sourceorgpaths aws:sourceowner aws:sourcevpc aws:sourcevpcarn aws:sourcevpce aws:tagkeys aws:useragent
    aws:vpcsourceip aws:username aws:vpceaccount aws:vpceorgid aws:vpceorgpaths
    ec2:roledelivery ec2:sourceinstancearn
    """.split()  # noqa: SIM905 - a list of names reads better so
)


class Undetermined(Exception):
    """A policy asks for something that localaws does not evaluate; the message names it."""


def unknown(key: str) -> Undetermined:
    """What to raise for a key that nobody here knows."""
    return Undetermined(f"localaws does not know the condition key {key}")


class Context:
    """Facts by condition key (case does not matter), found when asked for.

    A key that is neither given nor known to be absent is not guessed at: asking for it raises Undetermined.
    """

    __slots__ = ("_facts", "_families")

    def __init__(self, facts: Mapping[str, Source] | None = None, families: Mapping[str, Family] | None = None) -> None:
        self._facts = {key.lower(): fact for key, fact in (facts or {}).items()}
        self._families = {prefix.lower(): family for prefix, family in (families or {}).items()}

    def plus(self, facts: Mapping[str, Source], families: Mapping[str, Family] | None = None) -> Context:
        """These facts and the given ones, which win; their keys are in lower case."""
        more = Context.__new__(Context)
        more._facts = {**self._facts, **facts}
        more._families = {**self._families, **families} if families else self._families
        return more

    def get(self, key: str) -> Fact:
        """The fact under the key, None where the request has none.

        Raises:
            Undetermined: localaws does not know the key.
        """
        name = key.lower()
        if name in self._facts:
            fact = self._facts[name]
            return fact() if callable(fact) else fact
        for prefix, family in reversed(self._families.items()):  # the particular ones came last
            if name.startswith(prefix):
                return family(key[len(prefix) :])
        if name in ABSENT:
            return None
        raise unknown(key)
