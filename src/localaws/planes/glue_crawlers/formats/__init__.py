"""What is in a file: the classifiers, asked in the order of page "Defining and managing classifiers"."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from localaws.planes.glue_crawlers.formats import csv, json, parquet
from localaws.planes.glue_crawlers.found import Found, UnsupportedError

SAMPLE = 1 << 20  # bytes of text that are looked at; what follows counts by its size
UNKNOWN = "UNKNOWN"
_OTHERS = (b"Obj\x01", b"ORC", b"<?xml", b"BZh", b"PK\x03\x04")  # Avro, ORC, XML, bzip2, zip: not emulated


def classify(file: BinaryIO, size: int, classifiers: Sequence[Mapping[str, Any]] = ()) -> Found:
    """What is in the file of so many bytes; custom classifiers come first.

    Avro, ORC, XML, bzip2 and zip, which the real crawler reads, are UNKNOWN here.

    Raises:
        UnsupportedError: a custom classifier is of a kind that is not emulated.
    """
    head = file.read(6)
    file.seek(0)
    if head.startswith(parquet.MAGIC):
        return parquet.look(file, size)
    if head.startswith(b"\x1f\x8b"):
        return replace(_text(*_unzipped(file, size), classifiers), compression="gzip", size=size)
    if head.startswith(_OTHERS):
        return Found(UNKNOWN, size=size)
    return _text(file.read(SAMPLE), size, classifiers)


def _text(sample: bytes, size: int, classifiers: Sequence[Mapping[str, Any]]) -> Found:
    whole = len(sample) >= size
    try:
        text = sample.decode("utf-8-sig") if whole else _cut(sample).decode("utf-8-sig")
    except UnicodeDecodeError:
        return Found(UNKNOWN, size=size)
    found = _custom(text, whole, classifiers) or json.look(text, whole) or csv.look(text) or Found(UNKNOWN)
    records = found.records if whole else round(found.records * size / max(len(sample), 1))
    return replace(found, records=records, size=size)


def _custom(text: str, whole: bool, classifiers: Sequence[Mapping[str, Any]]) -> Found | None:
    for classifier in classifiers:
        kind, definition = next(iter(classifier.items()))
        if kind == "CsvClassifier":
            found = csv.look_as(text, definition)
        elif kind == "JsonClassifier":
            found = json.look(text, whole, definition["JsonPath"])
        else:
            raise UnsupportedError(f"NotImplemented: localaws has no {kind}")
        if found:
            return found
    return None


def _cut(sample: bytes) -> bytes:
    """The sample without the record that its end cuts."""
    return sample[: sample.rfind(b"\n") + 1] or sample


def _unzipped(file: BinaryIO, size: int) -> tuple[bytes, int]:
    """The first bytes of the content, and about how many there are."""
    try:
        with gzip.open(file) as stream:
            sample = stream.read(SAMPLE + 1)
    except (OSError, EOFError, zlib.error):
        return b"", 0
    if len(sample) <= SAMPLE:
        return sample, len(sample)
    return sample[:SAMPLE], round(size * SAMPLE / max(file.tell(), 1)) + 1
