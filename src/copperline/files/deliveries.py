"""What waits for a table, and what became of it: the job's and Plan's side of the deliveries table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from heapq import merge
from typing import Any

from copperline.files.attributes import conditional
from copperline.files.claims import readers_key
from copperline.files.clock import Clock, SystemClock
from copperline.files.dynamo import MOST_ACTIONS, Table, TransactionRefused
from copperline.files.held import held_key
from copperline.files.leases import LeaseLost, token_check
from copperline.files.records import ACCEPTED, PUBLISHED, REFUSED, Pending, pending_of, written
from copperline.names import Names

DELIVERIES_A_TRANSACTION = (MOST_ACTIONS - 1) // 3


@dataclass(frozen=True)
class Backlog:
    """How much waits for a table."""

    files: int
    bytes: int


@dataclass(frozen=True)
class Intake:
    """What a run takes up for a table: what is new to it, and what was published before and is read again with it."""

    new: list[Pending]
    again: list[Pending]

    @property
    def files(self) -> list[Pending]:
        """What is to be read, in the order of delivery."""
        found = [one for one in (*self.new, *self.again) if one.state == ACCEPTED and not one.corrects]
        return sorted(found, key=lambda one: one.delivery)


class Deliveries:
    """The deliveries of one stack, as jobs and Plan see them. All that is written may be written again."""

    def __init__(self, dynamodb: Any, stack: str, clock: Clock | None = None) -> None:
        self._table = Table(dynamodb, Names(stack).deliveries)
        self._stack = stack
        self._clock = clock or SystemClock()

    def pending(self, table: str) -> list[Pending]:
        """What waits for the table, in the order of delivery."""
        return [pending_of(found) for found in self._table.query(f"pending#{table}")]

    def backlog(self, table: str) -> Backlog:
        """How many deliveries wait for the table, and how many bytes of them are to be read."""
        found = list(self._table.query(f"pending#{table}", only="size state"))
        return Backlog(len(found), sum(values["size"] for values in found if values["state"] == ACCEPTED))

    def mark(self, table: str, deliveries: Iterable[str], state: str, *, run_id: str, token: int) -> None:
        """The deliveries wait no longer for the table; what became of them is kept: published, repeated or refused.

        Those that were held are so no more. Written in transactions of at most 33 deliveries, each of which checks that
        the lease still has the token.

        Raises:
            LeaseLost: the table has another holder by now; what was marked before stays marked.
        """
        check = token_check(self._stack, table, token)
        held = {found["sk"] for found in self._table.query(held_key(table), only="sk")}
        for chunk in _chunks(sorted(set(deliveries)), DELIVERIES_A_TRANSACTION):
            actions = [action for delivery in chunk for action in self._done(table, delivery, state, run_id)]
            actions += [self._table.delete(held_key(table), delivery) for delivery in chunk if delivery in held]
            try:
                self._table.transact([check, *actions])
            except TransactionRefused as refused:
                lost = f"{table}: the lease {token} has passed to another run, which marks what is left"
                raise LeaseLost(lost) from refused

    def _done(self, table: str, delivery: str, state: str, run_id: str) -> list[dict[str, Any]]:
        done = {"pk": f"done#{table}", "sk": delivery, "state": state, "run_id": run_id}
        return [self._table.delete(f"pending#{table}", delivery), self._table.put(done)]

    def done(self, table: str) -> dict[str, dict[str, Any]]:
        """What became of the table's deliveries: state and run_id, by delivery."""
        return {found["sk"]: found for found in self._table.query(f"done#{table}")}

    def history(self, bronze: Iterable[str], first: date | None = None, last: date | None = None) -> list[Pending]:
        """What the bronze tables accepted on these ingest dates, both included, in the order of delivery.

        Whatever became of it since, but for files that a job refused: their objects are gone from bronze.
        """
        return self._accepted(bronze, (str(first or date.min), f"{last or date.max}~"))

    def _accepted(self, bronze: Iterable[str], between: tuple[str, str]) -> list[Pending]:
        found = [self._table.query(f"accepted#{table}", between=between) for table in bronze]
        return [pending_of(values) for values in merge(*found, key=lambda values: values["sk"])]

    def intake(self, table: str, bronze: Iterable[str], asked: Iterable[Pending]) -> Intake:
        """What is asked for and, of the bronze tables, all that was published for the table since the first of it.

        So the newest row of a key wins, whatever order the deliveries are taken up in: a table keeps a row's older
        version where a newer delivery said the same, and cannot tell by itself what an older delivery comes between.
        Where nothing was published since, which is one query of no items, only what is asked for is read.
        """
        asked = list(asked)
        moments = [one.delivered_at for one in asked if one.state == ACCEPTED and not one.corrects]
        if not moments:
            return Intake(asked, [])
        since = (written(min(moments)), "~")
        done = self._table.query(f"done#{table}", between=since, only="sk state")
        published = {found["sk"] for found in done if found["state"] == PUBLISHED}
        again = [one for one in self._accepted(bronze, since) if one.delivery in published] if published else []
        return Intake([one for one in asked if one.delivery not in published], again)

    def latest(self, bronze: str) -> Pending | None:
        """What the bronze table accepted last."""
        found = self._table.last(f"accepted#{bronze}")
        return pending_of(found) if found else None

    def withdraw(self, delivery: Pending, reason: str = "", uri: str = "") -> None:
        """A file that promote accepted counts as refused, for every table that waits for it; its bytes may come anew.

        Call it once the file is set aside, at `uri`, and before its bronze object goes: so a crash between the two
        leaves nothing that waits for an object that is gone.
        """
        accepted = self._table.get(f"accepted#{delivery.bronze}", delivery.delivery) or {}
        change = {"state": REFUSED, "reason": reason or delivery.reason or None, "uri": uri or delivery.uri}
        for table in accepted.get("readers", []):
            for place in (f"pending#{table}", held_key(table)):
                self._if_it_holds(self._table.change(place, delivery.delivery, change, "attribute_exists(pk)"))
        own = conditional("#delivery = :own", own=delivery.delivery)
        for place in (delivery.sha256, "latest"):
            self._if_it_holds(self._table.delete(f"content#{delivery.bronze}", place, **own))
        self._table.transact([self._table.delete(f"accepted#{delivery.bronze}", delivery.delivery)])

    def _if_it_holds(self, action: dict[str, Any]) -> None:
        with suppress(TransactionRefused):
            self._table.transact([action])

    def adopt(self, silver: str, bronze_tables: Iterable[str]) -> int:
        """The table is a reader: every delivery accepted before waits for it; how many that were.

        First the readers' item is changed, which each acceptance checks: what is accepted before is found here, what
        is accepted after is written for the new table too. So nothing falls between, also while an older promote runs.
        """
        count = 0
        for bronze in bronze_tables:
            self._add_reader(bronze, silver)
            for chunk in _chunks(list(self._table.query(f"accepted#{bronze}")), MOST_ACTIONS // 2):
                count += self._wait_for(silver, [pending_of(found) for found in chunk])
            at = written(self._clock.now())
            pk, sk = adopted_key(silver, bronze)
            self._table.put_new({"pk": pk, "sk": sk, "adopted_at": at})
        return count

    def _add_reader(self, bronze: str, silver: str) -> None:
        key = readers_key(bronze)
        while True:
            before = (self._table.get(*key) or {}).get("readers")
            if silver in (names := (before or "").split(",")):
                return
            joined = ",".join(sorted({*names, silver} - {""}))
            same = "#readers = :before" if before else "attribute_not_exists(#readers)"
            known = {"before": before} if before else {}
            try:
                self._table.transact([self._table.change(*key, {"readers": joined}, same, **known)])
            except TransactionRefused:
                continue  # another Plan was faster
            return

    def _wait_for(self, silver: str, records: Sequence[Pending]) -> int:
        """Those that the table has not dealt with wait for it."""
        todo = list(records)
        while todo:
            actions: list[dict[str, Any]] = []
            for record in todo:
                undone = conditional("attribute_not_exists(pk)")
                actions.append(self._table.check(f"done#{silver}", record.delivery, **undone))
                actions.append(self._table.put(record.item(f"pending#{silver}")))
            try:
                self._table.transact(actions)
            except TransactionRefused as refused:
                todo = [record for place, record in enumerate(todo) if 2 * place not in refused.failed]
            else:
                break
        return len(todo)


def adopted_key(silver: str, bronze: str) -> tuple[str, str]:
    """The key of the item that is there once the silver table has everything that the bronze one accepted."""
    return f"adopted#{silver}", bronze


def _chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))
