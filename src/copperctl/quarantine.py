"""The life of a rejected row: looked at, corrected or given up, and run again."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from copperctl import execute, rejected, show
from copperctl.aws import Aws
from copperctl.rejected import Rejected
from copperline.contract import CORRECTIONS, Contract, load_contracts
from copperline.errors import UsageError, expected
from copperline.files.claims import Claims
from copperline.files.corrected import place_of
from copperline.files.corrections import Correction, NoCorrection, parse, patched
from copperline.files.deliveries import Deliveries
from copperline.files.listing import versions
from copperline.files.values import Misfit, written_as

MOST = 100  # rows that a list shows


def tell(aws: Aws, table: str, *, everything: bool) -> None:
    """The rows in quarantine are printed, the latest first."""
    rows, more = [], 0
    for contract in rejected.tables(aws, table):
        found = rejected.latest(aws, contract, everything=everything, most=MOST + 1)
        rows += found[:MOST]
        more += found[MOST:] != []
    lines = [[row.id, ", ".join(row.reasons), row.file, show.short(row.run_id), row.quarantined_at] for row in rows]
    if not lines:
        show.say("Nothing is in quarantine.")
        return
    show.table(["row", "reasons", "file", "job run", "since"], lines)
    if more:
        show.say(f"and more: the latest {MOST} of a table are shown; ask the database quarantine for all")


def tell_row(aws: Aws, name: str) -> None:
    """One row is printed: where it stands, why it was rejected, and what it holds, personal values hashed."""
    for row in rejected.named(aws, [name]):
        facts = [
            ("row", row.id),
            ("table", f"silver.{row.table}"),
            ("file", row.source_file),
            ("place in the file", row.source_row),
            ("rejected by", row.run_id),
            ("since", row.quarantined_at),
            *(("reason", reason) for reason in row.reasons),
        ]
        show.table(["", ""], facts)
        columns = {column.name: column for column in _contract(row).columns}
        values = json.loads(row.payload)
        shown = [
            [name, column.type, values.get(name), "hashed" if column.personal else ""]
            for name, column in columns.items()
        ]
        show.table(["column", "type", "value", ""], shown, title="As delivered and corrected so far")


def fix(aws: Aws, names: Sequence[str], pairs: Sequence[str], file: Path | None) -> list[str]:
    """Copper has the corrections that give these rows other values; the keys of their files.

    Raises:
        UsageError: a row is not in quarantine, or a column or value does not fit its contract. No message and no log
            holds a value.
    """
    if not pairs and file is None:
        raise UsageError(expected("quarantine fix", "--set, --patch", "one of them", "neither", "say what to change"))
    given = _read_patch(file) if file else {}
    return _write(aws, "fix", names, lambda row: _patch(row, pairs, given))


def discard(aws: Aws, names: Sequence[str], reason: str) -> list[str]:
    """Copper has the corrections that give these rows up; the keys of their files.

    Raises:
        UsageError: a row is not in quarantine, or the reason is none.
    """
    return _write(aws, "discard", names, lambda row: Correction(row.source_file, row.source_row, discard=reason))


def _write(aws: Aws, what: str, names: Sequence[str], correct: Callable[[Rejected], Correction]) -> list[str]:
    by_table: dict[str, list[str]] = defaultdict(list)
    for row in rejected.named(aws, list(dict.fromkeys(names))):
        by_table[row.table].append(correct(row).line())
    bodies = {table: "\n".join(lines) + "\n" for table, lines in by_table.items()}
    try:
        for body in bodies.values():
            parse(body)
    except NoCorrection as error:
        raise UsageError(f"quarantine {what}: {error}") from error
    return [_put(aws, table, what, body.encode()) for table, body in bodies.items()]


def _put(aws: Aws, table: str, what: str, body: bytes) -> str:
    at, digest = datetime.now(UTC), hashlib.sha256(body).hexdigest()
    key = f"{CORRECTIONS}/{table}/{what}-{at:%Y%m%dT%H%M%SZ}-{digest[:8]}.jsonl"
    aws.client("s3").put_object(Bucket=aws.output("CopperBucket"), Key=key, Body=body)
    return key


def _read_patch(file: Path) -> dict[str, Any]:
    """The columns and values of a JSON file; `-` is standard input."""
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    try:
        found = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        remedy = "write columns and values as JSON"
        raise UsageError(expected(str(file), "patch", "a JSON object", "something else", remedy)) from error
    if not isinstance(found, dict) or not found:
        raise UsageError(expected(str(file), "patch", "a JSON object", type(found).__name__, "write {column: value}"))
    return found


def _patch(row: Rejected, pairs: Sequence[str], given: Mapping[str, Any]) -> Correction:
    contract = _contract(row)
    types = {column.name.lower(): column.type for column in contract.columns}
    values = {name: _json(value, types.get(name.lower(), "")) for name, value in given.items()}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise UsageError("quarantine fix: --set: expected column=value, got no equals sign; write it so")
        try:
            values[name] = written_as(text, types.get(name.lower(), "string"))
        except Misfit as error:
            raise UsageError(f"quarantine fix: --set {name}: {error}, got something else; mend the value") from error
    correction = Correction(row.source_file, row.source_row, values)
    try:
        patched(correction, contract)
    except NoCorrection as error:
        raise UsageError(f"quarantine fix: {row.id}: {error}; mend it") from error
    return correction


def _json(value: Any, kind: str) -> Any:
    """A number as JSON holds it without losing a digit."""
    if isinstance(value, Decimal):
        return str(value) if kind.startswith("decimal") else float(value)
    return value


def _contract(row: Rejected) -> Contract:
    contracts = load_contracts()
    place = place_of(row.source_file, contracts[f"silver.{row.table}"], contracts)
    if place is None:
        want = "a file of a contract that the table reads"
        raise UsageError(expected(row.id, "file", want, row.source_file, "is this checkout the one that is deployed?"))
    return place.contract


def replay(aws: Aws, table: str) -> None:
    """An execution has taken every correction that waited; where none did, nothing was run.

    Raises:
        RunFailed: the execution did not succeed.
        UsageError: there is no such table.
    """
    found = sorted(one for contract in rejected.tables(aws, table) for one in waiting(aws, contract))
    if not found:
        show.say("No correction waits: `copperctl quarantine fix` or `discard` writes one.")
        return
    show.say(f"waiting: {', '.join(found)}")
    execute.execute(aws)


def waiting(aws: Aws, contract: Contract) -> set[str]:
    """The keys of corrections that are in copper and that no run has published yet."""
    dynamodb, stack = aws.client("dynamodb"), aws.instance.stack
    prefix = f"{CORRECTIONS}/{contract.table}/"
    listed = [(one.key, one.version_id) for one in versions(aws.client("s3"), aws.output("CopperBucket"), prefix)]
    finished = Claims(dynamodb, stack).finished(listed) if listed else {}
    unpromoted = {version[0] for version in listed if not finished.get(version)}
    return unpromoted | {one.key for one in Deliveries(dynamodb, stack).pending(contract.id) if one.corrects}
