"""A delivery's way from claimed to accepted, repeated or refused: promote's side of the deliveries table.

A claim is no lock. Whoever finds an unfinished one finishes it, and every step is conditional on the state it starts
from, so that two who do the same work write it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from copperline.contract import Contract
from copperline.errors import CopperlineError
from copperline.files.attributes import conditional
from copperline.files.clock import Clock, Rising, SystemClock
from copperline.files.discovery import Discoveries, Sighting
from copperline.files.dynamo import Table, TransactionRefused
from copperline.files.records import (
    ACCEPTED,
    CLAIMED,
    REFUSED,
    REPEATED,
    UNROUTED,
    Claim,
    Pending,
    claim_of,
    copper,
    delivery_id,
    moment,
    pending_of,
    waiting,
)
from copperline.names import Names

LATEST = "latest"
ATTEMPTS = 8


class Claims:
    """The claims of one stack."""

    def __init__(self, dynamodb: Any, stack: str, clock: Clock | None = None) -> None:
        self._table = Table(dynamodb, Names(stack).deliveries)
        self._clock = clock or SystemClock()
        self._rising = Rising(self._clock)
        self._discoveries = Discoveries(self._table)
        self._readers: dict[str, str] = {}

    def finished(self, versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bool]:
        """Of those (key, version id) that were claimed before: whether nothing is left to do."""
        keys = [(copper(key), version_id) for key, version_id in versions]
        found = self._table.batch_get(keys, "pk sk closed delivered_at")
        for values in found.values():
            self._rising.shown(moment(values["delivered_at"]))
        return {(pk.removeprefix("copper#"), sk): bool(item.get("closed")) for (pk, sk), item in found.items()}

    def claim(self, key: str, version_id: str, size: int) -> Claim:
        """The version's claim, which fixes its moment: the one made before if there is one.

        Later claims have later moments, also than any that this object has seen of other processes.
        """
        at = self._rising.next()
        new = Claim(key, version_id, delivery_id(at, key, version_id), at, size)
        before = self._table.put_new(new.item())
        if before is None:
            return new
        self._rising.shown(moment(before["delivered_at"]))
        return claim_of(before)

    def get(self, key: str, version_id: str) -> Claim:
        """The claim as it is now.

        Raises:
            CopperlineError: there is none.
        """
        found = self._table.get(copper(key), version_id)
        if found is None:
            raise CopperlineError(f"{key}: nobody claimed version {version_id}; run promote")
        return claim_of(found)

    def accepted(self, table: str, day: date) -> list[Pending]:
        """What the bronze table accepted on that day, in the order of delivery."""
        return [pending_of(found) for found in self._table.query(f"accepted#{table}", between=(str(day), f"{day}~"))]

    def reserve(self, claim: Claim, contract: Contract) -> tuple[Claim, Claim | None]:
        """The content belongs to this delivery, or to an earlier one, whose claim comes second.

        `claim` holds what was decided: sha256, uri, table, found. What is reserved is accepted once its copies are
        there, whatever the contract says by then. Contracts of whole snapshots compare with the latest content alone.
        """
        place = LATEST if contract.delivery == "snapshot" else claim.sha256
        for _ in range(ATTEMPTS):
            actions = [self._step(claim), self._take_content(claim, place)]
            try:
                self._table.transact(actions)
            except TransactionRefused as refused:
                if 0 in refused.failed:
                    return self.get(claim.key, claim.version_id), None
            else:
                return claim, None
            marker = self._table.get(_content(claim.table), place)
            if marker is None:
                continue
            if marker["sha256"] == claim.sha256:
                return claim, self.get(marker["key"], marker["version_id"])
            if marker["delivery"] > claim.delivery:  # a later snapshot overtook this one: it stays the latest
                return self._advance(claim, [self._step(claim)]), None
        raise _contended(claim)

    def _take_content(self, claim: Claim, place: str) -> dict[str, Any]:
        free = "attribute_not_exists(pk) OR #delivery = :own"
        known = {"own": claim.delivery}
        if place == LATEST:
            free += " OR (#sha256 <> :sha256 AND #delivery < :own)"
            known["sha256"] = claim.sha256
        values = {"delivery": claim.delivery, "key": claim.key, "version_id": claim.version_id, "sha256": claim.sha256}
        marker = {"pk": _content(claim.table), "sk": place, **values}
        return self._table.put(marker, **conditional(free, **known))

    def accept(self, claim: Claim, readers: Sequence[str], seen: Sequence[Sighting] = ()) -> Claim:
        """The reserved delivery is accepted, and pending for every table that reads it.

        Call it once its copies are there. The readers are those of the caller's contracts and those that Plan has
        recorded since, so that a table which is being added misses nothing (see Deliveries.adopt).
        """
        done = replace(claim, state=ACCEPTED)
        for _ in range(ATTEMPTS):
            recorded = self._readers.get(claim.table, ",".join(sorted(readers)))
            names = sorted({*readers, *recorded.split(",")} - {""})
            new = self._discoveries.unknown(seen)
            actions = [
                self._step(done, reserved=True),
                self._unchanged_readers(claim.table, recorded),
                self._table.put(waiting(done).item(f"accepted#{claim.table}") | {"readers": names}),
                *self._pending(waiting(done), names),
                *self._discoveries.record(new, self._clock.now()),
            ]
            try:
                self._table.transact(actions)
            except TransactionRefused as refused:
                if 0 in refused.failed:
                    return self.get(claim.key, claim.version_id)
                self._readers[claim.table] = (self._table.get(*readers_key(claim.table)) or {}).get("readers", "")
            else:
                self._discoveries.recorded(new)
                return done
        raise _contended(claim)

    def _unchanged_readers(self, table: str, recorded: str) -> dict[str, Any]:
        condition = conditional("attribute_not_exists(pk) OR #readers = :recorded", recorded=recorded)
        return self._table.check(*readers_key(table), **condition)

    def refuse(self, claim: Claim, readers: Sequence[str], *, release: bool = False) -> Claim:
        """The delivery is refused, and pending for those who account for it: the readers, or ops.files without any.

        `claim` holds what was decided: sha256, uri, table, reason, detail, remedy. With `release`, content that
        it had reserved is free again.
        """
        done = replace(claim, state=REFUSED)
        actions = [self._step(done, reserved=release), *self._pending(waiting(done), readers or (UNROUTED,))]
        if release:
            actions += self._release(claim)
        return self._advance(done, actions)

    def _release(self, claim: Claim) -> list[dict[str, Any]]:
        own = conditional("#delivery = :own", own=claim.delivery)
        marks = self._table.batch_get([(_content(claim.table), place) for place in (claim.sha256, LATEST)])
        return [self._table.delete(*key, **own) for key, mark in marks.items() if mark["delivery"] == claim.delivery]

    def repeat(self, claim: Claim, owner: Claim, readers: Sequence[str]) -> Claim:
        """The delivery is accounted for as a repetition of the owner's bytes."""
        done = replace(claim, state=REPEATED, uri=owner.uri, reason="repeated", detail=f"same bytes as {owner.key}")
        actions = [self._step(done), *self._pending(waiting(done), readers)]
        return self._advance(done, actions)

    def close(self, claim: Claim) -> Claim:
        """Nothing is left to do for the version: promote passes over it from now on."""
        self._table.set(copper(claim.key), claim.version_id, {"closed": True})
        return replace(claim, closed=True)

    def _advance(self, claim: Claim, actions: Sequence[dict[str, Any]]) -> Claim:
        """The actions are done, or another did what there was to do: the claim as it is then."""
        try:
            self._table.transact(actions)
        except TransactionRefused:
            return self.get(claim.key, claim.version_id)
        return claim

    def _step(self, claim: Claim, *, reserved: bool = False) -> dict[str, Any]:
        """The claim's item moves on, if nobody has moved it."""
        condition = f"#state = :claimed AND attribute_{'' if reserved else 'not_'}exists(#bronze_uri)"
        at = (copper(claim.key), claim.version_id)
        values = {"state": claim.state} if reserved and claim.state == ACCEPTED else claim.outcome()
        return self._table.change(*at, values, condition, claimed=CLAIMED)

    def _pending(self, record: Pending, tables: Iterable[str]) -> list[dict[str, Any]]:
        return [self._table.put(record.item(f"pending#{table}")) for table in tables]


def readers_key(table: str) -> tuple[str, str]:
    """The key of the item that lists who reads a bronze table."""
    return f"readers#{table}", LATEST


def _content(table: str) -> str:
    return f"content#{table}"


def _contended(claim: Claim) -> CopperlineError:
    return CopperlineError(f"{claim.key}: others changed what it depends on {ATTEMPTS} times; run promote again")
