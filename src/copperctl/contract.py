"""A contract beside what the crawler found and what the latest file says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copperctl import show
from copperctl.aws import Aws
from copperline.contract import Column, Contract, Contracts, load_contracts
from copperline.errors import UsageError, expected
from copperline.files.compare import differences, promotes, readable
from copperline.files.deliveries import Deliveries
from copperline.files.findings import Finding, FoundColumn, Refusal
from copperline.files.header import columns_of
from copperline.files.listing import Version, versions
from copperline.files.route import route
from copperline.files.source import HEAD, TAIL, Source

NOTHING, CARRIED_ON, REFUSED, FAILS = "nothing", "carried on", "refused", "the next run fails"


@dataclass(frozen=True)
class Line:
    """One column: what each of the three says of it, and what follows."""

    column: str
    contract: str
    catalog: str
    file: str
    follows: str
    why: str = ""

    @property
    def breaks(self) -> bool:
        """Whether a file is refused for it, or a run fails."""
        return self.follows in (REFUSED, FAILS)

    @property
    def differs(self) -> bool:
        """Whether anybody says anything else than the contract."""
        return self.follows != NOTHING or bool(self.why)


def tell(aws: Aws, name: str, *, everything: bool = False) -> bool:
    """The differences are printed; whether one of them breaks something.

    Raises:
        UsageError: there is no such contract.
    """
    broken = False
    for contract in chosen(load_contracts(), name):
        lines, file = compared(aws, contract)
        broken |= any(line.breaks for line in lines)
        shown = [line for line in lines if everything or line.differs]
        if not shown:
            show.say(f"{contract.id}: no difference{f' ({file})' if file else ''}")
            continue
        columns = ["column", "contract", "catalog", "latest file", "follows"]
        cells = [[one.column, one.contract, one.catalog, one.file, _follows(one)] for one in shown]
        show.table(columns, cells, title=f"{contract.id}{f': {file}' if file else ''}")
    return broken


def _follows(line: Line) -> str:
    return f"{line.follows}: {line.why}" if line.why else line.follows


def chosen(contracts: Contracts, name: str) -> list[Contract]:
    """The contracts of that id or stem; all of them where no name is given.

    Raises:
        UsageError: there is none.
    """
    found = [contract for contract in contracts.values() if name in ("", contract.id, contract.table)]
    if not found:
        raise UsageError(expected("contract diff", "TABLE", f"one of {', '.join(contracts)}", name, "mend it"))
    return found


def compared(aws: Aws, contract: Contract) -> tuple[list[Line], str]:
    """A line for each column that anybody knows, and the file that was looked at."""
    if contract.layer == "bronze":
        catalog = _catalogued(aws, "BronzeDatabase", f"{contract.feed}_{contract.folder}")
        found, file = _latest(aws, contract)
        return list(lines(contract, catalog, found)), file
    return list(_stored(contract, _catalogued(aws, f"{contract.layer.capitalize()}Database", contract.table))), ""


def lines(contract: Contract, catalog: Mapping[str, str], found: Finding | Refusal | None) -> Iterator[Line]:
    """The columns of the contract, then those that only the catalogue or the file has.

    The file is what is judged: a column that is missing or retyped refuses it. The catalogue says what the crawler
    made of all files together, and decides nothing, since jobs read by the contract.
    """
    there = found.columns if isinstance(found, Finding) else ()
    by_name: dict[str, list[FoundColumn]] = {}
    for item in there:
        by_name.setdefault(item.name.lower(), []).append(item)
    for column in contract.columns:
        kinds = [item.type for item in by_name.pop(column.name.lower(), [])]
        follows, why = _judged(column, there)
        seen = catalog.get(column.name.lower(), "")
        why = why or _beside(column, seen, bool(catalog), kinds)
        yield Line(column.name, _promise(column), seen, ", ".join(kinds), follows, why)
    for name, items in by_name.items():
        kinds = [item.type for item in items]
        yield Line(items[0].name, "", catalog.get(name, ""), ", ".join(kinds), CARRIED_ON, "recorded as drift")
    known = {column.name.lower() for column in contract.columns} | by_name.keys()
    for name, kind in catalog.items():
        if name not in known:
            yield Line(name, "", kind, "", CARRIED_ON, "an earlier file had it")
    if isinstance(found, Refusal):
        yield Line("(the file)", "", "", found.reason, REFUSED, found.detail)


def _promise(column: Column) -> str:
    return f"{column.type}, required" if column.required else column.type


def _judged(column: Column, found: Sequence[FoundColumn]) -> tuple[str, str]:
    if not found:
        return NOTHING, ""
    wrong = [text for _, text in differences(found, [column])]
    if wrong:
        return REFUSED, wrong[0]
    if not any(item.name.lower() == column.name.lower() for item in found):
        return CARRIED_ON, "absent, and not required"
    return NOTHING, ""


def _beside(column: Column, seen: str, crawled: bool, kinds: Sequence[str]) -> str:
    """What is worth a word though nothing follows."""
    if kinds and kinds[0] != column.type:
        return f"read as {column.type}"
    if crawled and not seen:
        return "the crawler has not seen it"
    if seen and seen != column.type and not readable(seen, column.type):
        return "the crawler took it for another type; jobs read by the contract"
    return ""


def _stored(contract: Contract, catalog: Mapping[str, str]) -> Iterator[Line]:
    """The same for a table that jobs write: its columns are those that it was made with."""
    if not catalog:
        return
    for column in contract.columns:
        if column.kept:
            seen = catalog.get(column.stored_name.lower(), "")
            promise = f"{column.stored_type}, required" if column.required else column.stored_type
            yield Line(column.stored_name, promise, seen, "", *_evolves(column.stored_type, seen))
    known = {column.stored_name.lower() for column in contract.columns}
    for name, kind in catalog.items():
        if name not in known and not name.startswith("_") and name not in _OWN:
            yield Line(name, "", kind, "", FAILS, "the table has a column that the contract no longer has")


def _evolves(wanted: str, seen: str) -> tuple[str, str]:
    """What the next run makes of a column of a table that it finds so."""
    if not seen:
        return CARRIED_ON, "the next run adds it, NULL in the rows that are there"
    if seen == wanted:
        return NOTHING, ""
    if promotes(seen, wanted):
        return CARRIED_ON, "the next run widens it"
    return FAILS, "the table is of another version of the contract"


#: Columns of a table with `history: true`.
_OWN = ("valid_from", "valid_to", "current")


def _catalogued(aws: Aws, database: str, name: str) -> dict[str, str]:
    """The types of a table's columns by their names in small letters; nothing where there is no such table."""
    glue = aws.client("glue")
    try:
        table = glue.get_table(DatabaseName=aws.output(database), Name=name)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return {}
    return {column["Name"].lower(): column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def _latest(aws: Aws, contract: Contract) -> tuple[Finding | Refusal | None, str]:
    """What the latest file in copper says of itself, taken or not; where copper has none, the latest accepted one."""
    s3, bucket, contracts = aws.client("s3"), aws.output("CopperBucket"), load_contracts()
    listed = versions(s3, bucket, f"{contract.feed}/")
    mine = [one for one in listed if one.size and _belongs(one, contract, contracts)]
    if mine:
        newest = max(mine)
        return columns_of(_source(s3, bucket, newest), contract), newest.key
    accepted = Deliveries(aws.client("dynamodb"), aws.instance.stack).latest(contract.id)
    return (accepted.found, accepted.key) if accepted else (None, "")


def _belongs(one: Version, contract: Contract, contracts: Contracts) -> bool:
    found = route(one.key, contracts).contract
    return found is not None and found.id == contract.id


def _source(s3: Any, bucket: str, version: Version) -> Source:
    where = {"Bucket": bucket, "Key": version.key, "VersionId": version.version_id}

    def fetch(start: int, length: int) -> bytes:
        span = f"bytes={start}-{min(start + length, version.size) - 1}"
        return bytes(s3.get_object(**where, Range=span)["Body"].read())

    head, tail = fetch(0, HEAD), fetch(max(version.size - TAIL, 0), TAIL)
    return Source(version.key.rpartition("/")[2], version.size, head, tail, fetch)
