"""Whether a file of corrections names rows that are there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeAlias

from copperline.contract import Contract, Contracts
from copperline.files.corrections import (
    MOST_BYTES,
    NOT_A_CORRECTION,
    REMEDY,
    Correction,
    NoCorrection,
    parse,
    refusals,
)
from copperline.files.findings import Finding, Refusal
from copperline.files.records import Pending
from copperline.files.route import safe_name
from copperline.files.source import Source

#: What a bronze table accepted on a day.
Accepted: TypeAlias = Callable[[str, date], Sequence[Pending]]

_MOST = 5  # sentences of one refusal
_BRONZE = re.compile(r"s3://[^/]+/(?P<feed>[^/]+)/(?P<folder>[^/]+)/ingest_date=(?P<day>\d{4}-\d\d-\d\d)/[^/]+")


@dataclass(frozen=True)
class Place:
    """What the address of a file in bronze tells: its contract, and the day on which it was accepted."""

    contract: Contract
    day: date


def place_of(source_file: str, silver: Contract, contracts: Contracts) -> Place | None:
    """The place of a file among those that the silver table reads; None where it is not one of theirs."""
    found = _BRONZE.fullmatch(source_file)
    if found is None:
        return None
    for name in silver.reads:
        contract = contracts[name]
        if (safe_name(contract.feed), safe_name(contract.folder)) == (found["feed"], found["folder"]):
            try:
                return Place(contract, date.fromisoformat(found["day"]))
            except ValueError:
                return None
    return None


def inspect_corrections(
    source: Source, silver: Contract, contracts: Contracts, accepted: Accepted
) -> Finding | Refusal:
    """Nothing, when every line names an accepted file of the table, a row of it, and what can be done to the row."""
    if source.size > MOST_BYTES:
        return _refused(f"expected at most {MOST_BYTES} bytes, got {source.size}")
    try:
        found = parse(source.read(0, source.size).decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _refused("expected text in UTF-8, got other bytes")
    except NoCorrection as error:
        return _refused(str(error))
    wrong = list(islice(refusals(found, _sources(found, silver, contracts, accepted)), _MOST))
    if wrong:
        return Refusal(wrong[0].reason, "; ".join(refusal.detail for refusal in wrong), REMEDY)
    return Finding()


def _refused(detail: str) -> Refusal:
    return Refusal(NOT_A_CORRECTION, detail, REMEDY)


def _sources(
    corrections: Sequence[Correction], silver: Contract, contracts: Contracts, accepted: Accepted
) -> dict[str, tuple[Contract, int | None]]:
    """Of the files that are named, those that are there: their contracts, and their rows where the format tells."""
    places = {one.source_file: place_of(one.source_file, silver, contracts) for one in corrections}
    asked = {(place.contract.id, place.day) for place in places.values() if place}
    there = {one.uri: one for table, day in sorted(asked) for one in accepted(table, day)}
    return {
        file: (place.contract, there[file].rows)
        for file, place in places.items()
        if place is not None and file in there
    }
