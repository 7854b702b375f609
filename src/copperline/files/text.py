"""What a CSV or JSON file says of itself in its first block, gzipped or not."""

from __future__ import annotations

import codecs
import csv
import json
import zlib
from collections.abc import Sequence

from copperline.contract import Column
from copperline.files.findings import Finding, FoundColumn, Refusal
from copperline.files.source import HEAD, Source

GZIP = b"\x1f\x8b"
#: Byte order marks of what is not UTF-8.
FOREIGN_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BLOCK = HEAD


def first_block(source: Source) -> str | Refusal:
    """The first characters of a text file, at most `BLOCK` bytes of it unpacked: a bomb is not unpacked further.

    Spark unpacks by the name alone, so a gzipped file whose name does not end in .gz is refused, and so is the reverse.
    """
    data = source.read(0, BLOCK)
    packed, named = data.startswith(GZIP), source.name.endswith(".gz")
    if packed != named:
        got = "gzipped bytes under a name that does not end in .gz" if packed else "a name in .gz on bytes that are not"
        return Refusal("not_gzip", f"got {got}", "let the name say what the file is, and deliver it again")
    if packed:
        unpacked = _unpack(data, at_end=len(data) == source.size)
        if isinstance(unpacked, Refusal):
            return unpacked
        data, complete = unpacked
    else:
        complete = len(data) == source.size
    return _decode(data, complete=complete)


def _unpack(data: bytes, *, at_end: bool) -> tuple[bytes, bool] | Refusal:
    """At most a block, and whether nothing follows it; members follow one another in a file (RFC 1952, 2.2)."""
    block, ended = b"", False
    while len(block) < BLOCK and data.startswith(GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            block += unpacker.decompress(data, BLOCK - len(block))
        except zlib.error as error:
            return Refusal("corrupt_gzip", f"the gzip stream cannot be read: {error}", "pack the file anew")
        data, ended = unpacker.unused_data, unpacker.eof
    if at_end and not ended and len(block) < BLOCK:
        return Refusal("truncated", "the gzip stream ends before its end mark", "deliver the file whole")
    return block, ended and at_end and not data.startswith(GZIP)


def _decode(data: bytes, *, complete: bool) -> str | Refusal:
    if data.startswith(FOREIGN_MARKS) or b"\0" in data:
        return Refusal("not_utf8", "expected text in UTF-8, got UTF-16 or bytes that are no text", "deliver UTF-8")
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=complete)
    except UnicodeDecodeError as error:
        return Refusal("not_utf8", f"expected text in UTF-8, got another byte at {error.start}", "deliver UTF-8")
    if not text.strip():
        return Refusal("empty_file", "the file holds no characters but white space", "deliver the rows, or nothing")
    return text


def read_csv(
    source: Source, columns: Sequence[Column], *, header: bool = True, delimiter: str = ","
) -> Finding | Refusal:
    """The names in the header line, in the file's order; without header lines the contract's own, if their number fits.

    A first line that holds less than half of the expected names is taken for a row: its values are not repeated in
    the refusal, since they may tell who somebody is.
    """
    block = first_block(source)
    if isinstance(block, Refusal):
        return block
    if _endless(block):
        detail = f"expected a first line of less than {BLOCK} bytes, got a longer one"
        return Refusal("header_too_long", detail, "deliver the columns of the contract, one record a line")
    try:
        first = next(csv.reader(block.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as error:
        return Refusal("not_csv", f"the first line cannot be read as CSV: {error}", "quote as RFC 4180 says")
    if not header:
        return _headerless(first, columns)
    wanted = {column.name.lower(): column for column in columns}
    names = [name.strip() for name in first]
    if 2 * len({name.lower() for name in names} & wanted.keys()) < len(wanted):
        expected = delimiter.join(column.name for column in columns)
        detail = f"expected a first line with the columns {expected}, got {len(names)} fields that are not these"
        return Refusal("missing_header", detail, "deliver the file with its header line, in UTF-8")
    types = [wanted[name.lower()].type if name.lower() in wanted else "string" for name in names]
    return Finding(tuple(FoundColumn(name, kind) for name, kind in zip(names, types, strict=True)))


def _endless(block: str) -> bool:
    """Whether the first line goes on behind the block, which then is full but for a mark or a part of a character."""
    return not {"\n", "\r"} & set(block) and len(block.encode()) > BLOCK - 8


def _headerless(first: Sequence[str], columns: Sequence[Column]) -> Finding | Refusal:
    if len(first) != len(columns):
        detail = f"expected {len(columns)} fields in the first line, got {len(first)}"
        return Refusal("wrong_column_count", detail, "deliver the columns of the contract, in their order")
    return Finding(tuple(FoundColumn(column.name, column.type) for column in columns))


def read_json(source: Source) -> Finding | Refusal:
    """Nothing, when the file begins as one JSON document does."""
    block = first_block(source)
    if isinstance(block, Refusal):
        return block
    if block.lstrip()[0] not in "{[":
        return Refusal("not_json", "expected a JSON object or list", "deliver JSON")
    return Finding()


def read_json_lines(source: Source) -> Finding | Refusal:
    """Nothing, when the first line is a JSON object, as far as it can be seen."""
    block = first_block(source)
    if isinstance(block, Refusal):
        return block
    line, ended, _ = block.lstrip().partition("\n")
    refusal = Refusal("not_json_lines", "expected a JSON object in the first line", "deliver one object a line")
    if not line.startswith("{"):
        return refusal
    if ended:
        try:
            json.loads(line)
        except (ValueError, RecursionError):  # the latter: nested deeper than any table is
            return refusal
    return Finding()
