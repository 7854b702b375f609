"""In which order tables that belong together become visible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from copperline.contract.model import Contracts


def publication_order(contracts: Contracts, tables: Iterable[str]) -> list[str]:
    """The tables, a publication group after another; in a group, what a table refers to or reads comes before it.

    Names decide where nothing else does, and where tables refer to each other in a circle.
    """
    groups: dict[str, set[str]] = {}
    for table in tables:
        groups.setdefault(contracts[table].group, set()).add(table)
    return [table for _, members in sorted(groups.items()) for table in _in_order(contracts, members)]


def _in_order(contracts: Contracts, members: set[str]) -> Iterator[str]:
    left = sorted(members)
    while left:
        free = [table for table in left if not _leads_to(contracts, table) & set(left)]
        first = (free or left)[0]
        left.remove(first)
        yield first


def circle(contracts: Contracts, table: str) -> bool:
    """Whether the table's foreign keys lead back to it by way of others."""
    seen: set[str] = set()
    waiting = list(_leads_to(contracts, table))
    while waiting:
        other = waiting.pop()
        if other == table:
            return True
        if other not in seen and other in contracts:
            seen.add(other)
            waiting += _leads_to(contracts, other)
    return False


def _leads_to(contracts: Contracts, table: str) -> set[str]:
    """What the table refers to or reads, but for itself."""
    contract = contracts[table]
    return {*contract.refers_to, *contract.reads} - {table}
