"""Rows in quarantine, each under a name that people can copy."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from copperctl.accounts import quoted
from copperctl.athena import ask
from copperctl.aws import Aws
from copperline.contract import Contract, load_contracts
from copperline.errors import UsageError, expected

_ID = re.compile(r"([a-z0-9_]+)-([0-9a-f]{12})-(\d+)")
_NAME = re.compile(r"/([0-9a-f]{16})-([^/]*)$")
_BREAK = "\n"  # between reasons: none of them has one
#: What the reason of a discarded row begins with.
GIVEN_UP = "discarded: "
_COLUMNS = "source_file, source_row, array_join(reasons, '\n') AS reasons, run_id, quarantined_at, payload"


@dataclass(frozen=True)
class Rejected:
    """One row that a silver table rejected; its payload has no personal value in clear."""

    table: str
    source_file: str
    source_row: int
    reasons: tuple[str, ...]
    run_id: str
    quarantined_at: str
    payload: str

    @property
    def id(self) -> str:
        """Table, hash of the file's bytes, place in the file: the same whenever the file is read."""
        found = _NAME.search(self.source_file)
        return f"{self.table}-{found[1][:12] if found else '?'}-{self.source_row}"

    @property
    def file(self) -> str:
        """The name under which the file was delivered."""
        found = _NAME.search(self.source_file)
        return found[2] if found else self.source_file

    @property
    def discarded(self) -> bool:
        """Whether somebody gave it up."""
        return any(reason.startswith(GIVEN_UP) for reason in self.reasons)


def tables(aws: Aws, wanted: str = "") -> list[Contract]:
    """The silver tables that have a quarantine by now; or the one that is asked for, such as silver.sales or sales.

    Raises:
        UsageError: there is no such silver table.
    """
    known = {contract.table: contract for contract in load_contracts().silver()}
    stem = wanted.removeprefix("silver.")
    if stem and stem not in known:
        raise UsageError(expected("quarantine", "--table", f"one of {', '.join(known)}", wanted, "mend it"))
    pages = aws.client("glue").get_paginator("get_tables").paginate(DatabaseName=aws.output("QuarantineDatabase"))
    there = {table["Name"] for page in pages for table in page["TableList"]}
    return [known[name] for name in sorted(known) if name in there and stem in ("", name)]


def latest(aws: Aws, table: Contract, *, everything: bool, most: int) -> list[Rejected]:
    """The rows that were rejected last; discarded ones only if everything is asked for."""
    where = "" if everything else f"WHERE array_join(reasons, '{_BREAK}') NOT LIKE '%{GIVEN_UP}%' "
    order = "ORDER BY quarantined_at DESC, source_file, source_row"
    return _rows(aws, table, f"SELECT {_COLUMNS} FROM {table.table} {where}{order} LIMIT {most}")  # noqa: S608


def named(aws: Aws, ids: Sequence[str]) -> list[Rejected]:
    """The rows of these names; one whose bytes were delivered twice is there twice.

    Raises:
        UsageError: one is no name of a row, or no row in quarantine has it.
    """
    asked: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in ids:
        found = _ID.fullmatch(name)
        if found is None:
            raise _unknown(name)
        asked[found[1]].append((found[2], found[3]))
    listed = [row for stem, places in asked.items() for table in tables(aws, stem) for row in _at(aws, table, places)]
    rows = [row for row in listed if row.id in ids]
    for name in ids:
        if name not in {row.id for row in rows}:
            raise _unknown(name)
    return rows


def _at(aws: Aws, table: Contract, places: Sequence[tuple[str, str]]) -> list[Rejected]:
    among = " OR ".join(
        f"(source_row = {place} AND source_file LIKE {quoted(f'%/{digest}%')})" for digest, place in places
    )
    order = "ORDER BY source_file, source_row"
    return _rows(aws, table, f"SELECT {_COLUMNS} FROM {table.table} WHERE {among} {order}")  # noqa: S608


def _rows(aws: Aws, table: Contract, sql: str) -> list[Rejected]:
    found = ask(aws, sql, aws.output("QuarantineDatabase")).rows
    return [
        Rejected(
            table.table, str(file), int(place or 0), tuple(str(reasons).split(_BREAK)), str(run), str(at), str(payload)
        )
        for file, place, reasons, run, at, payload in found
    ]


def _unknown(name: str) -> UsageError:
    want = "the name of a row in quarantine, such as sales-0123456789ab-17"
    return UsageError(expected("quarantine", "ROW", want, name, "`copperctl quarantine list` shows them"))
