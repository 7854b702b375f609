"""What the ledgers and the tables say of the same rows and sums, from layer to layer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from copperctl.accounts import COUNTS, ledger, measures, quoted
from copperctl.athena import ask
from copperctl.aws import Aws
from copperline.contract import Contract, load_contracts
from copperline.files.attributes import item, plain
from copperline.files.iceberg import Catalogue, Head
from copperline.names import Names

_AT_ONCE = 5  # queries; Athena's own quota is larger


@dataclass(frozen=True)
class Line:
    """One number, as two places have it; `run` is empty where it is about a table as it is now."""

    run: str
    table: str
    what: str
    source: str
    expected: Decimal
    found: Decimal

    @property
    def difference(self) -> Decimal:
        """What is there too much, or too little."""
        return self.found - self.expected


def by_run(aws: Aws, *, runs: Sequence[str], tables: Sequence[str]) -> list[Line]:
    """What each run has compared: rows read and accounted for, rows and sums of its source and its own."""
    found = []
    for run, table, *counts in ledger(aws, runs=runs, tables=tables).rows:
        by_name = {name: Decimal(count or 0) for name, count in zip(COUNTS, counts, strict=True)}
        read = by_name["read"]
        accounted = sum((by_name[name] for name in COUNTS[1:-1]), Decimal())
        found.append(Line(str(run), str(table), "rows read", "what became of them", accounted, read))
    for run, table, text in measures(aws, runs=runs, tables=tables).rows:
        for one in json.loads(str(text)):
            numbers = Decimal(one["expected"]), Decimal(one["found"])
            found.append(Line(str(run), str(table), one["measure"], one["source"], *numbers))
    return found


def summed(lines: Sequence[Line]) -> list[Line]:
    """A line for each table, number and source, over all runs."""
    found: dict[tuple[str, str, str], Line] = {}
    for line in lines:
        key = (line.table, line.what, line.source)
        before = found.get(key, Line("", *key, Decimal(), Decimal()))
        found[key] = Line("", *key, before.expected + line.expected, before.found + line.found)
    return [found[key] for key in sorted(found)]


def as_they_are(aws: Aws, tables: Sequence[str]) -> list[Line]:
    """The tables as readers see them: rows against the ledger, gold's sums against the silver it was built from.

    A table that a run is at work on is left out: what that run has published, it may not have accounted for yet.
    """
    contracts = load_contracts()
    known = {contract.id: contract for contract in (*contracts.silver(), *contracts.gold())}
    at_rest = [contract for name, contract in known.items() if name in (tables or known) and _at_rest(aws, name)]
    for service in ("athena", "glue", "s3"):
        aws.client(service)  # made once, before threads ask for it
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda contract: list(_of_table(aws, contract)), at_rest)
    return [line for lines in found for line in lines]


def _at_rest(aws: Aws, table: str) -> bool:
    """Whether its last run, if there was one, has ended well."""
    leases = Names(aws.instance.stack).leases
    found = aws.client("dynamodb").get_item(TableName=leases, Key=item({"table_name": table}), ConsistentRead=True)
    lease = plain(found.get("Item", {}))
    return bool(lease.get("released") and lease.get("settled"))


def _of_table(aws: Aws, contract: Contract) -> Iterator[Line]:
    names, table = Names(aws.instance.stack), contract.id
    head = _head(aws, contract)
    if head is None:
        return
    own = {column.name: column.measure for column in contract.columns if column.measure and contract.layer == "gold"}
    asked = ["count(*)", *(f"sum({name})" for name in own)]
    rows, *sums = _numbers(aws, asked, f"{names.table(table)} FOR VERSION AS OF {head.snapshot}")
    if not contract.history:
        ledger_of_it = f"{names.table('ops.rows')} WHERE table_name = {quoted(table)}"
        [told] = _numbers(aws, ["sum(inserted) - sum(deleted)"], ledger_of_it)
        yield Line("", table, "rows", "ops.rows", told, rows)
    made = dict(zip(own, sums, strict=True))
    for source, snapshot in head.built_from.items():
        expected = {name: one.expression for name, one in own.items() if one and one.source == source}
        if expected:
            pinned = f"{names.table(source)} FOR VERSION AS OF {snapshot}"
            for name, number in zip(expected, _numbers(aws, [*expected.values()], pinned), strict=True):
                yield Line("", table, name, source, number, made[name])


def _head(aws: Aws, contract: Contract) -> Head | None:
    """What readers see, with what it was built from; None where nothing is published."""
    catalogue = Catalogue(aws.client("glue"), lambda: aws.client("s3"))
    location = catalogue.locations(Names(aws.instance.stack).database(contract.layer)).get(contract.table)
    return catalogue.head(location) if location else None


def _numbers(aws: Aws, expressions: Sequence[str], place: str) -> list[Decimal]:
    columns = ", ".join(f"{sql} AS n{number}" for number, sql in enumerate(expressions))
    [row] = ask(aws, f"SELECT {columns} FROM {place}").rows  # noqa: S608 - of contracts and names
    return [Decimal(value or 0) for value in row]
