"""Deliveries whose run was rolled back: held, until somebody says that they are to be read again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from copperline.files.attributes import conditional
from copperline.files.dynamo import MOST_ACTIONS, Table, TransactionRefused
from copperline.files.leases import LeaseLost, token_check
from copperline.files.records import PUBLISHED, Pending, pending_of
from copperline.names import Names

_AT_ONCE = MOST_ACTIONS // 2 - 1


def held_key(table: str) -> str:
    """The partition of what is held for a table."""
    return f"held#{table}"


class HeldDeliveries:
    """The held deliveries of one stack. Nothing plans or reads them; all that is written may be written again."""

    def __init__(self, dynamodb: Any, stack: str) -> None:
        self._table = Table(dynamodb, Names(stack).deliveries)
        self._stack = stack

    def of(self, table: str) -> list[Pending]:
        """What is held for the table, in the order of delivery."""
        return [pending_of(found) for found in self._table.query(held_key(table))]

    def count(self, table: str) -> int:
        """How many deliveries are held for the table."""
        return sum(1 for _ in self._table.query(held_key(table), only="sk"))

    def hold(self, table: str, bronze: Iterable[str], runs: Collection[str], *, token: int) -> int:
        """What these runs published is held, and counts as done no more; how many deliveries that are now.

        Files that were refused or repeated stay as they are: no row of the table came from them.

        Raises:
            LeaseLost: the table has another holder by now; what was held before stays held.
        """
        done = [found for found in self._table.query(f"done#{table}") if found["run_id"] in runs]
        names = [found["sk"] for found in done if found["state"] == PUBLISHED]
        records = self._table.batch_get((f"accepted#{source}", name) for source in bronze for name in names)
        found = sorted((pending_of(values) for values in records.values()), key=lambda one: one.delivery)
        check = token_check(self._stack, table, token)
        for chunk in _chunks(found, _AT_ONCE):
            actions = [action for one in chunk for action in self._moved(f"done#{table}", held_key(table), one)]
            try:
                self._table.transact([check, *actions])
            except TransactionRefused as refused:
                lost = f"{table}: the lease {token} has passed to another run, which holds what is left"
                raise LeaseLost(lost) from refused
        return len(found)

    def release(self, table: str) -> int:
        """What was held for the table is pending again; how many deliveries those are."""
        return sum(self._released(table, one) for one in self.of(table))

    def _released(self, table: str, one: Pending) -> bool:
        still = conditional("attribute_exists(pk)")
        gone = self._table.delete(held_key(table), one.delivery, **still)
        try:
            self._table.transact([gone, self._table.put(one.item(f"pending#{table}"))])
        except TransactionRefused:
            return False  # a run has published it meanwhile
        return True

    def _moved(self, before: str, after: str, one: Pending) -> list[dict[str, Any]]:
        return [self._table.delete(before, one.delivery), self._table.put(one.item(after))]


def _chunks(values: Iterable[Pending], size: int) -> Iterator[Sequence[Pending]]:
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk
