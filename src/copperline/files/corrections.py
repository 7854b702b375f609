"""Corrections: what a person says of rows in quarantine, as files of a feed of their own.

A correction is delivered as any file is, to `corrections/<silver table>/<name>.jsonl`, and archived with the others:
whoever reads the lake again from its first file comes to the same tables. A line holds `source_file` and `source_row`,
which say the row, and either `patch`, the bronze columns that get another value, or `discard`, why the row is given up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from copperline.contract import CORRECTIONS, Contract, Contracts
from copperline.files.findings import Refusal
from copperline.files.records import MOST_NAME
from copperline.files.values import Misfit, canonical

#: A correction is made by hand: more is a delivery of the source.
MOST_ROWS, MOST_BYTES, LONGEST_REASON = 1000, 1024 * 1024, 200
NOT_A_CORRECTION = "not_a_correction"
REMEDY = "write corrections with `copperctl quarantine fix` or `discard`"
_KEYS = {"source_file", "source_row"}


@dataclass(frozen=True)
class Correction:
    """What is said of one row: a value for some of its bronze columns, or why it is given up."""

    source_file: str
    source_row: int
    patch: Mapping[str, Any] = field(default_factory=dict)
    discard: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """The row that it is about."""
        return self.source_file, self.source_row

    def line(self) -> str:
        """The line that holds it."""
        said = {"discard": self.discard} if self.discard else {"patch": dict(self.patch)}
        values = {"source_file": self.source_file, "source_row": self.source_row, **said}
        return json.dumps(values, ensure_ascii=False, sort_keys=True)


class NoCorrection(Exception):
    """A line says nothing that could be done. The message names the line and what is wrong, and no value."""


def correction_id(silver: str) -> str:
    """What the corrections of a silver table are called among the bronze tables, such as corrections.sales."""
    return f"{CORRECTIONS}.{silver.partition('.')[2]}"


def correction_contract(folder: str, contracts: Contracts) -> Contract | None:
    """The contract of the folder's corrections; None where it is named after no silver table."""
    silver = contracts.get(f"silver.{folder}")
    if silver is None:
        return None
    return Contract(
        id=correction_id(silver.id),
        version="1.0.0",
        description=f"Corrections of rows that {silver.id} rejected.",
        grain="one line a row",
        columns=(),
        feed=CORRECTIONS,
        folder=folder,
        format="jsonl",
    )


def parse(text: str) -> list[Correction]:
    """The corrections of a file, in its order.

    Raises:
        NoCorrection: a line is none.
    """
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise NoCorrection("expected a line for each row, got none")
    if len(lines) > MOST_ROWS:
        raise NoCorrection(f"expected at most {MOST_ROWS} lines, got {len(lines)}")
    found = [_parsed(number, line) for number, line in lines]
    places = [correction.place for correction in found]
    if len(set(places)) < len(places):
        raise NoCorrection("expected a row once, got two lines for the same")
    return found


def _parsed(number: int, line: str) -> Correction:
    try:
        values = json.loads(line, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NoCorrection(f"line {number}: expected a JSON object, got something else") from error
    if not isinstance(values, dict) or values.keys() not in (_KEYS | {"patch"}, _KEYS | {"discard"}):
        want = "source_file, source_row and either patch or discard"
        raise NoCorrection(f"line {number}: expected an object of {want}")
    file, row = values["source_file"], values["source_row"]
    if type(file) is not str or type(row) is not int or row < 0:
        raise NoCorrection(f"line {number}: expected source_file to be a text and source_row its place from 0")
    return Correction(file, row, *_said(number, values))


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _said(number: int, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    if "discard" not in values:
        patch = values["patch"]
        if not isinstance(patch, dict) or not patch:
            raise NoCorrection(f"line {number}: patch: expected an object of columns and their values")
        return patch, ""
    why = values["discard"]
    if type(why) is not str or not why.strip() or not why.isprintable() or len(why) > LONGEST_REASON:
        want = f"a reason of one line and at most {LONGEST_REASON} letters"
        raise NoCorrection(f"line {number}: discard: expected {want}")
    return {}, why.strip()


def patched(correction: Correction, bronze: Contract) -> dict[str, str | None]:
    """The patch as texts that cast to the types of the contract, by the contract's own names.

    Raises:
        NoCorrection: a column is not the contract's, or a value does not fit its type.
    """
    known = {column.name.lower(): column for column in bronze.columns}
    found: dict[str, str | None] = {}
    for name, value in correction.patch.items():
        column = known.get(name.lower())
        if column is None:
            there = ", ".join(column.name for column in bronze.columns)
            raise NoCorrection(f"patch: expected a column of {bronze.id} ({there}), got {name[:MOST_NAME]}")
        if column.name in found:
            raise NoCorrection(f"patch: expected {column.name} once, got it twice")
        try:
            found[column.name] = canonical(value, column.type)
        except Misfit as error:
            raise NoCorrection(f"patch: {column.name}: {error} ({column.type}), got another") from error
    return found


@dataclass(frozen=True)
class Change:
    """What all corrections of a row come to."""

    patch: Mapping[str, str | None]
    discard: str = ""


def changes(corrections: Iterable[tuple[Correction, Contract]]) -> dict[tuple[str, int], Change]:
    """What is to be done to each row, out of its corrections in the order of delivery and the contract of its file.

    A later patch adds to an earlier one, and of the same column the later value counts. A row that was discarded is
    taken back by a later patch.
    """
    found: dict[tuple[str, int], Change] = {}
    for correction, bronze in corrections:
        before = found.get(correction.place, Change({}))
        patch = {**before.patch, **patched(correction, bronze)}
        found[correction.place] = Change(patch, correction.discard)
    return found


def refusals(
    corrections: Iterable[Correction], sources: Mapping[str, tuple[Contract, int | None]]
) -> Iterator[Refusal]:
    """Why corrections cannot be done: their file or row is not there, or a patch does not fit the file's contract.

    `sources` has the contract of each accepted file and, where that is known, how many rows the file has.
    """
    for number, correction in enumerate(corrections, 1):
        if correction.source_file not in sources:
            want = "source_file to be an accepted file that the table reads"
            yield Refusal("unknown_file", f"correction {number}: expected {want}, got another", REMEDY)
            continue
        bronze, rows = sources[correction.source_file]
        if rows is not None and correction.source_row >= rows:
            detail = f"correction {number}: expected source_row below {rows}, got {correction.source_row}"
            yield Refusal("unknown_row", detail, REMEDY)
            continue
        try:
            patched(correction, bronze)
        except NoCorrection as error:
            yield Refusal("unfit_patch", f"correction {number}: {error}", REMEDY)
