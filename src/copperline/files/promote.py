"""Copper to bronze and the archive: every version of every object ends accepted, repeated or refused.

Nothing here is a lock. Work is done in the order of delivery, and work that somebody left is finished first, so that
of the same bytes the first delivery is the accepted one, however many promotes run and wherever they die.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from copperline.contract import Contracts
from copperline.files.claims import Claims
from copperline.files.listing import Version, versions
from copperline.files.records import ACCEPTED, REFUSED, REPEATED, Claim
from copperline.files.route import route
from copperline.files.verdict import Alert, Buckets, Judge

log = logging.getLogger(__name__)

FAILED = "failed"
CLAIMED_AT_ONCE = 100
#: Less time than this is not enough to begin another file, and what a byte takes, read three times.
SPARE_SECONDS = 60.0
SECONDS_A_BYTE = 3 / 50e6


@dataclass(frozen=True)
class Limits:
    """How much one slice does."""

    files: int = 2000
    bytes: int = 8 * 1000**3


@dataclass
class Slice:
    """What one call did; `more` if another call has something to do."""

    more: bool = False
    bytes: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((ACCEPTED, REPEATED, REFUSED, FAILED), 0))

    @property
    def files(self) -> int:
        """How many files came to an end."""
        return sum(self.counts.values()) - self.counts[FAILED]

    def as_dict(self) -> dict[str, Any]:
        """The slice as a state machine reads it."""
        return {"more": self.more, **self.counts}


@dataclass
class Promoter:
    """Everything a promotion needs, passed in; contracts are not loaded where nothing is new."""

    s3: Any
    claims: Claims
    contracts: Callable[[], Contracts]
    alert: Alert
    buckets: Buckets
    limits: Limits = field(default_factory=Limits)

    def run(self, seconds_left: Callable[[], float]) -> Slice:
        """One slice of what waits in copper, oldest first.

        A file whose promotion fails is left as it is, and so are the later ones for the same table, whose order
        matters: an alert names the file, and the other tables go on.
        """
        done = Slice()
        todo = self._unfinished()
        if not todo:
            return done
        contracts, blocked = self.contracts(), set[str]()
        judge = Judge(self.s3, self.claims, contracts, self.alert, self.buckets)
        waiting = iter(todo)
        while chunk := list(islice((one for one in waiting if _table(one, contracts) not in blocked), CLAIMED_AT_ONCE)):
            claims = [self.claims.claim(one.key, one.version_id, one.size) for one in chunk]
            for claim in sorted(claims, key=lambda claim: claim.delivery):
                if self._full(done, claim, seconds_left()):
                    done.more = True
                    return done
                self._promote(judge, claim, _table(claim, contracts), blocked, done)
        return done

    def _unfinished(self) -> list[Version]:
        listed = list(versions(self.s3, self.buckets.copper))
        finished = self.claims.finished((version.key, version.version_id) for version in listed) if listed else {}
        return sorted(version for version in listed if not finished.get((version.key, version.version_id)))

    def _full(self, done: Slice, claim: Claim, seconds: float) -> bool:
        """Whether the claim has to wait for another slice; the first never has."""
        if not done.files:
            return False
        too_many = done.files >= self.limits.files or done.bytes + claim.size > self.limits.bytes
        return too_many or seconds < SPARE_SECONDS + claim.size * SECONDS_A_BYTE

    def _promote(self, judge: Judge, claim: Claim, table: str, blocked: set[str], done: Slice) -> None:
        if claim.closed or table in blocked:
            return
        try:
            state = judge.settle(claim).state
        except Exception as error:  # a file's trouble is not the other files'
            log.exception("%s: not promoted", claim.key)
            blocked.add(table)
            done.counts[FAILED] += 1
            self.alert("Copperline could not promote a file", _trouble(claim, error))
        else:
            done.counts[state] += 1
            done.bytes += claim.size


def _table(one: Version | Claim, contracts: Contracts) -> str:
    """The table whose order the file stands in; a file without one stands for itself."""
    contract = route(one.key, contracts).contract
    return contract.id if contract else one.key


def _trouble(claim: Claim, error: Exception) -> str:
    return (
        f"{claim.key}, version {claim.version_id}, {claim.size} bytes: {type(error).__name__}: {error}\n"
        "It stays in copper, with the later files of its table; the next run tries again. The log has the details."
    )
