"""Which of moto's tests differ, and why: kept beside the code, and compared with what a run shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.localaws.moto_suite.run import Result

RECORD = Path(__file__).with_name("differences.yaml")
#: Share of a service's tests that may differ
LIMIT = 0.05


@dataclass(frozen=True)
class Reason:
    """Why a test differs: what AWS's page of that name says, or a fact about the test itself.

    A test that fails on moto's own server as well (`stock`) shows nothing, and does not count.
    """

    why: str
    page: str = ""
    stock: bool = False


@dataclass(frozen=True)
class Tally:
    """One service: how many of its tests count, and how they ended."""

    service: str
    passed: int
    helped: int
    skipped: int
    aside: int
    differing: int

    @property
    def counted(self) -> int:
        """The tests that asked the server something and can pass on moto's."""
        return self.passed + self.helped + self.differing

    @property
    def share(self) -> float:
        """Of those that count, how many differ."""
        return self.differing / self.counted if self.counted else 0.0


def load(path: Path = RECORD) -> dict[str, dict[str, Reason]]:
    """Service → test → why it differs.

    Raises:
        ValueError: an entry has no reason, or a test is there twice.
    """
    services: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text())
    return {service: _reasons(service, groups) for service, groups in services.items()}


def _reasons(service: str, groups: list[dict[str, Any]]) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for group in groups:
        reason = Reason(group["why"], group.get("page", ""), group.get("stock", False))
        for test in group["tests"]:
            if test in found or not reason.why:
                raise ValueError(f"{service}: {test}: expected one entry with a reason")
            found[test] = reason
    return found


def tally(service: str, results: Mapping[str, Result], known: Mapping[str, Reason]) -> Tally:
    """The service's tests, counted."""
    outcomes = [result.outcome for result in results.values()]
    stock = sum(1 for test, reason in known.items() if reason.stock and _outcome(results, test) == "failed")
    differing = outcomes.count("failed") - stock
    passed, helped, skipped, aside = map(outcomes.count, ("passed", "helped", "skipped", "aside"))
    return Tally(service, passed, helped, skipped, aside + stock, differing)


def complaints(service: str, results: Mapping[str, Result], known: Mapping[str, Reason]) -> list[str]:
    """What a run shows and the record does not say, and the other way round; one sentence each."""
    failed = {test: result for test, result in results.items() if result.outcome == "failed"}
    said = [f"{test} differs and is not on record: {failed[test].said}" for test in sorted(failed.keys() - known)]
    for test in sorted(known.keys() - failed.keys()):
        said.append(f"{test} is on record as differing, and {_outcome(results, test)}: take it out")
    counted = tally(service, results, known)
    if counted.share > LIMIT:
        said.append(f"{service}: {counted.differing} of {counted.counted} tests differ, expected at most {LIMIT:.0%}")
    return said


def _outcome(results: Mapping[str, Result], test: str) -> str:
    return results[test].outcome if test in results else "is not there"
