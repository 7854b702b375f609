"""One writer a table: a lease with a holder, a token that only grows, and a heartbeat.

A lease keeps two runs from doing the same work; it fences nothing by itself. What fences is the publication, and the
token that marks are checked with.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from copperline.errors import LeaseHeld
from copperline.files.attributes import Item, conditional, item, plain, update
from copperline.files.clock import Clock, SystemClock
from copperline.names import Names

log = logging.getLogger(__name__)


class LeaseLost(LeaseHeld):
    """The table has another holder by now: this run must not write it any more, and another finishes its work."""


@dataclass(frozen=True)
class Leases:
    """The leases of one stack.

    A holder beats every `beat_seconds`. A taker waits until it has seen the item unchanged for `lease_seconds` by its
    own clock: clocks are never compared.
    """

    dynamodb: Any
    stack: str
    clock: Clock = field(default_factory=SystemClock)
    lease_seconds: float = 60
    beat_seconds: float = 10
    poll_seconds: float = 1

    @property
    def _table(self) -> str:
        return Names(self.stack).leases

    def take(self, tables: Iterable[str], holder: str, wait_seconds: float = 120) -> dict[str, int]:
        """The tables are held, taken in the order of their names; the token of each.

        Raises:
            LeaseHeld: one of them was held by somebody who is alive, for as long as we wait; none is held then, and
                what a dead run left unsettled stays so.
        """
        tokens: dict[str, int] = {}
        watch = _Watch(self.clock, self.lease_seconds)
        deadline = self.clock.monotonic() + wait_seconds
        todo = sorted(set(tables))
        try:
            while todo:
                watch.look(self._items(todo))
                while todo and (token := self._seize_free(todo[0], holder, watch)):
                    tokens[todo.pop(0)] = token
                if todo:
                    self._wait(todo[0], watch, deadline)
        except BaseException:
            for table, token in tokens.items():
                self.release({table: token}, settled=watch.settled(table))
            raise
        return tokens

    def _wait(self, table: str, watch: _Watch, deadline: float) -> None:
        if self.clock.monotonic() >= deadline:
            who = watch.holder(table)
            raise LeaseHeld(f"{table}: {who} writes it and is alive; start again when that run has ended")
        self.clock.sleep(self.poll_seconds)

    def _items(self, tables: Iterable[str]) -> dict[str, dict[str, Any]]:
        return {table: self._item(table) for table in tables}

    def _item(self, table: str) -> dict[str, Any]:
        answer = self.dynamodb.get_item(TableName=self._table, Key=_key(table), ConsistentRead=True)
        return plain(answer.get("Item", {}))

    def _seize_free(self, table: str, holder: str, watch: _Watch) -> int:
        return self._seize(table, holder, watch.seen[table]) if watch.free(table) else 0

    def _seize(self, table: str, holder: str, found: Mapping[str, Any]) -> int:
        """The new token; 0 if somebody was faster."""
        token = found["token"] + 1 if found else 1
        values = {"holder": holder, "token": token, "beat": 0, "released": False, "settled": False}
        if found:
            same = conditional("#token = :token AND #beat = :beat", token=found["token"], beat=found["beat"])
        else:
            same = conditional("attribute_not_exists(table_name)")
        try:
            self.dynamodb.put_item(TableName=self._table, Item=item({"table_name": table, **values}), **same)
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return 0
        return token

    def beat(self, table: str, token: int, beat: int) -> None:
        """Takers see that the holder is alive.

        Raises:
            LeaseLost: another took the lease over.
        """
        self._change(table, token, {"beat": beat})

    def check(self, table: str, token: int) -> None:
        """The token is still the table's.

        Raises:
            LeaseLost: another took the lease over.
        """
        found = self._item(table)
        if found.get("token") != token or found["released"]:
            raise _lost(table, token)

    def release(self, tokens: Mapping[str, int], *, settled: bool = False) -> None:
        """The tables are free, as far as they were ours.

        Unless settled, a run is taken to have left something, and Plan plans the table again.
        """
        for table, token in tokens.items():
            try:
                self._change(table, token, {"released": True, "settled": settled})
            except LeaseLost:
                log.warning("%s: the lease %s had passed to another holder before its release", table, token)

    def _change(self, table: str, token: int, values: Mapping[str, Any]) -> None:
        change = update(_key(table), values, "#token = :token", token=token)
        try:
            self.dynamodb.update_item(TableName=self._table, **change)
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise _lost(table, token) from error

    @contextmanager
    def hold(self, tables: Iterable[str], holder: str, wait_seconds: float = 120) -> Iterator[Held]:
        """The tables are held while the block runs, with a heartbeat in a thread of its own; released after it.

        A block that ends by an error leaves the tables unsettled: they are planned again.

        Raises:
            LeaseHeld: as `take`.
        """
        held = Held(self, self.take(tables, holder, wait_seconds))
        thread = threading.Thread(target=held.keep, name="leases", daemon=True)
        thread.start()
        settled = False
        try:
            yield held
            settled = True
        finally:
            held.stop()
            thread.join()
            self.release(held.tokens, settled=settled)


class _Watch:
    """What a taker has seen of the leases, and since when it has not changed, by the taker's own clock."""

    def __init__(self, clock: Clock, lease_seconds: float) -> None:
        self.seen: dict[str, dict[str, Any]] = {}
        self._since: dict[str, float] = {}
        self._clock = clock
        self._lease_seconds = lease_seconds

    def look(self, items: Mapping[str, dict[str, Any]]) -> None:
        """All are watched at once, so that several leases of one dead run expire together."""
        now = self._clock.monotonic()
        for table, found in items.items():
            if self.seen.get(table) != found:
                self.seen[table], self._since[table] = found, now

    def free(self, table: str) -> bool:
        """Whether nobody holds the table, or a dead one does."""
        found = self.seen[table]
        return not found or found["released"] or self._clock.monotonic() - self._since[table] >= self._lease_seconds

    def settled(self, table: str) -> bool:
        """Whether the last holder left nothing behind; a table that nobody ever held has nothing."""
        found = self.seen[table]
        return not found or bool(found["settled"])

    def holder(self, table: str) -> str:
        """Who holds it, for a message."""
        return str(self.seen[table].get("holder", "somebody"))


class Held:
    """Tables that this run holds."""

    def __init__(self, leases: Leases, tokens: Mapping[str, int]) -> None:
        self.tokens = dict(tokens)
        self._leases = leases
        self._stopped = threading.Event()
        self._lost: dict[str, LeaseLost] = {}

    def token(self, table: str) -> int:
        """The token to mark the table's deliveries with."""
        return self.tokens[table]

    def check(self) -> None:
        """Every table is still ours, asked now.

        Raises:
            LeaseLost: one is not.
        """
        for table, token in self.tokens.items():
            self._leases.check(table, token)

    def keep(self) -> None:
        """Beats until stopped. A beat that cannot be sent is tried again: losing it is not losing the lease."""
        beat = 0
        while not self._stopped.wait(self._leases.beat_seconds):
            beat += 1
            for table in self.tokens.keys() - self._lost:
                self._beat(table, beat)

    def _beat(self, table: str, beat: int) -> None:
        try:
            self._leases.beat(table, self.tokens[table], beat)
        except LeaseLost as lost:
            self._lost[table] = lost
            log.warning("%s", lost)
        except Exception:
            log.warning("%s: beat %s was not sent", table, beat, exc_info=True)

    def stop(self) -> None:
        """No more beats."""
        self._stopped.set()


def token_check(stack: str, table: str, token: int) -> dict[str, Any]:
    """The action of a transaction that fails when the table has another holder by now."""
    same = conditional("#token = :token", token=token)
    return {"ConditionCheck": {"TableName": Names(stack).leases, "Key": _key(table), **same}}


def _key(table: str) -> Item:
    return item({"table_name": table})


def _lost(table: str, token: int) -> LeaseLost:
    return LeaseLost(f"{table}: the lease {token} has passed to another holder; nothing more is written, start again")
