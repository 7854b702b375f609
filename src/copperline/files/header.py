"""Whether a file is what its contract says, judged by its first and last bytes."""

from __future__ import annotations

from copperline.contract import Contract
from copperline.errors import ContractError, expected
from copperline.files.compare import compare
from copperline.files.findings import Finding, Refusal
from copperline.files.parquet import read_parquet
from copperline.files.source import Source
from copperline.files.text import read_csv, read_json, read_json_lines

FORMATS = ("parquet", "csv", "json", "jsonl")


def inspect(source: Source, contract: Contract) -> Finding | Refusal:
    """What the file says of itself, compared with the contract; or why it is refused.

    Raises:
        ContractError: the contract names a format that nobody reads.
    """
    if contract.format not in FORMATS:
        known = f"one of {', '.join(FORMATS)}"
        raise ContractError(expected(contract.file, "format", known, contract.format, "use one of them"))
    if not source.size:
        return Refusal("empty_file", "expected a file with content, got 0 bytes", "deliver the rows, or nothing")
    found = columns_of(source, contract)
    if isinstance(found, Refusal) or not found.columns:
        return found
    return compare(found, contract.columns)


def columns_of(source: Source, contract: Contract) -> Finding | Refusal:
    """What the file says of itself, whatever its contract says; or why it cannot be read."""
    match contract.format:
        case "parquet":
            return read_parquet(source)
        case "csv":
            return read_csv(source, contract.columns)
        case "json":
            return read_json(source)
        case _:
            return read_json_lines(source)
