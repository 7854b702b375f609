"""Which of moto's tests differ, and why: kept beside the code, and compared with what a run shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.localaws.moto_suite.run import Result

RECORD = Path(__file__).with_name("differences.yaml")
#: Share of a service's tests that may differ
LIMIT = 0.05
#: So many may differ where a service has few tests
FEW = 2
#: So much more may an excuse allow than there is
ROOM = 0.1
#: What a reason is about that no page of AWS's tells
ABOUT = {
    "address": "the test takes the server to be at AWS's address, or at moto's usual port",
    "client": "the test repeats what its client says, not the service",
    "moto": "the test is about moto's own: canned answers, functions that do not run, several accounts at once",
    "lacks": "the test needs what localaws refuses by name, and does not look at the refusal",
    "words": "the words of an error, which no page gives",
}


@dataclass(frozen=True)
class Reason:
    """Why a test ends otherwise: what AWS's page of that name says, or one of what no page tells (`about`).

    `outcome` is failed, or refused where the test asks for what localaws says it has not. What fails on moto's own
    server as well (`stock`) shows nothing and does not count; what depends on chance may pass (`sometimes`); what is
    not explained, or a defect of ours, is `open`.
    """

    why: str
    page: str = ""
    about: str = ""
    outcome: str = "failed"
    stock: bool = False
    sometimes: bool = False
    open: bool = False

    @property
    def told(self) -> bool:
        """The reason names a page, or of what kind it is that it needs none."""
        return bool(self.page or self.about in ABOUT or self.stock or self.open or self.outcome == "refused")


@dataclass(frozen=True)
class Excuse:
    """Why more of a service's tests differ than the limit, and how many at most."""

    limit: float
    why: str


@dataclass(frozen=True)
class Tally:
    """One service: how its tests ended."""

    service: str
    passed: int
    helped: int
    differing: int
    refused: int
    skipped: int
    aside: int

    @property
    def counted(self) -> int:
        """The tests that asked the server something and can pass on moto's."""
        return self.passed + self.helped + self.differing + self.refused

    @property
    def share(self) -> float:
        """Of those that count, how many differ."""
        return self.differing / self.counted if self.counted else 0.0


def load(path: Path = RECORD) -> dict[str, dict[str, Reason]]:
    """Service → test → why it ends otherwise.

    Raises:
        ValueError: an entry has no reason, or a test is there twice.
    """
    return {service: _reasons(service, groups) for service, groups in raw(path).items()}


def raw(path: Path = RECORD) -> dict[str, list[dict[str, Any]]]:
    """The record as the file has it: service → groups of tests that share a reason."""
    services: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text())["differences"]
    return services


def excused(path: Path = RECORD) -> dict[str, Excuse]:
    """Service → why more of its tests differ than the limit, and its own limit."""
    return {service: Excuse(**given) for service, given in raw_excuses(path).items()}


def raw_excuses(path: Path = RECORD) -> dict[str, dict[str, Any]]:
    """The same as the file has it."""
    excuses: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text())["over"]
    return excuses


def _reasons(service: str, groups: list[dict[str, Any]]) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for group in groups:
        reason = Reason(**{name: value for name, value in group.items() if name != "tests"})
        for test in group["tests"]:
            if test in found or not reason.why:
                raise ValueError(f"{RECORD.name}: {service}: {test}: expected one entry with a reason (why)")
            found[test] = reason
    return found


def tally(service: str, results: Mapping[str, Result], known: Mapping[str, Reason]) -> Tally:
    """The service's tests, counted."""
    outcomes = Counter(result.outcome for result in results.values())
    stock = sum(1 for test, reason in known.items() if reason.stock and _outcome(results, test) == reason.outcome)
    return Tally(
        service,
        passed=outcomes["passed"],
        helped=outcomes["helped"],
        differing=outcomes["failed"] - stock,
        refused=outcomes["refused"],
        skipped=outcomes["skipped"],
        aside=outcomes["aside"] + stock,
    )


def complaints(service: str, results: Mapping[str, Result], known: Mapping[str, Reason]) -> list[str]:
    """What a run shows and the record does not say, and the other way round; one sentence each."""
    said = []
    for test, result in sorted(results.items()):
        reason = known.get(test)
        if result.outcome in ("failed", "refused") and (reason is None or reason.outcome != result.outcome):
            said.append(f"{test}: {result.outcome}, and not on record as that: {result.said}")
    for test, reason in sorted(known.items()):
        outcome = _outcome(results, test)
        if outcome not in ("failed", "refused") and not reason.sometimes:
            said.append(f"{test}: on record as {reason.outcome}, and {outcome}: take it out")
    return said


def over(tallies: Iterable[Tally], excused: Mapping[str, Excuse] | None = None) -> list[str]:
    """A sentence for each of the tallies in which more tests differ than the limit, or than its own where it has one.

    An excuse that nobody needs any more, or that allows much more than there is, is told as well.
    """
    said = []
    for each in tallies:
        excuse = (excused or {}).get(each.service)
        limit = excuse.limit if excuse else LIMIT
        differ = f"{each.service}: {each.differing} of {each.counted} tests differ, expected"
        if each.share > limit and each.differing > FEW:
            said.append(f"{differ} at most {limit:.0%}")
        elif excuse and each.share <= LIMIT:
            said.append(f"{differ} more than {LIMIT:.0%} as `over` says: take it out")
        elif excuse and limit - each.share > ROOM:
            said.append(f"{differ} about {limit:.0%} as `over` says: lower its limit")
    return said


def unexplained(service: str, known: Mapping[str, Reason]) -> list[str]:
    """A sentence for each test on record whose difference is open."""
    return [f"{service}: {test}: open: {reason.why}" for test, reason in sorted(known.items()) if reason.open]


def _outcome(results: Mapping[str, Result], test: str) -> str:
    return results[test].outcome if test in results else "not there"
