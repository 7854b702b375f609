"""What a Parquet file says of itself, against what pyarrow says of it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copperline.files.findings import Finding, Refusal
from copperline.files.parquet import read_parquet, spark_type
from copperline.files.source import Source, whole
from copperline.files.thrift import Malformed, Reader

WHEN = dt.datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - the file's types say whether there is a zone
COLUMNS: dict[str, tuple[pa.Array, str]] = {
    "boolean": (pa.array([True]), "boolean"),
    "int8": (pa.array([1], pa.int8()), "tinyint"),
    "int16": (pa.array([1], pa.int16()), "smallint"),
    "int32": (pa.array([1], pa.int32()), "int"),
    "int64": (pa.array([1], pa.int64()), "bigint"),
    "uint8": (pa.array([1], pa.uint8()), "smallint"),
    "uint16": (pa.array([1], pa.uint16()), "int"),
    "uint32": (pa.array([1], pa.uint32()), "bigint"),
    "uint64": (pa.array([1], pa.uint64()), "decimal(20,0)"),
    "float": (pa.array([1.0], pa.float32()), "float"),
    "double": (pa.array([1.0]), "double"),
    "string": (pa.array(["a"]), "string"),
    "large_string": (pa.array(["a"], pa.large_string()), "string"),
    "dictionary": (pa.array(["a"]).dictionary_encode(), "string"),
    "binary": (pa.array([b"a"]), "binary"),
    "fixed": (pa.array([b"ab"], pa.binary(2)), "binary"),
    "decimal": (pa.array([Decimal("1.50")], pa.decimal128(12, 2)), "decimal(12,2)"),
    "date": (pa.array([dt.date(2024, 1, 2)]), "date"),
    "utc": (pa.array([WHEN], pa.timestamp("us", "UTC")), "timestamp"),
    "millis": (pa.array([WHEN], pa.timestamp("ms", "UTC")), "timestamp"),
    "local": (pa.array([WHEN], pa.timestamp("us")), "timestamp_ntz"),
    "nanos": (pa.array([WHEN], pa.timestamp("ns")), "timestamp_ntz in nanoseconds"),
    "time": (pa.array([dt.time(1)], pa.time64("us")), "time"),
    "nothing": (pa.nulls(1), "null"),
    "list": (pa.array([[1, 2]]), "nested"),
    "struct": (pa.array([{"a": 1, "b": {"c": "x"}}]), "nested"),
    "map": (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "nested"),
    "Mês após": (pa.array(["last"]), "string"),
}


def written(columns: dict[str, Any], **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


EVERYTHING = written({name: array for name, (array, _) in COLUMNS.items()})


def found(data: bytes) -> Finding:
    finding = read_parquet(whole("a.parquet", data))
    assert isinstance(finding, Finding), finding
    return finding


def refused(data: bytes) -> str:
    finding = read_parquet(whole("a.parquet", data))
    assert isinstance(finding, Refusal)
    return finding.reason


def test_columns_and_rows_are_those_that_were_written() -> None:
    finding = found(EVERYTHING)
    assert [column.name for column in finding.columns] == list(COLUMNS)
    assert {column.name: column.type for column in finding.columns} == {
        name: kind for name, (_, kind) in COLUMNS.items()
    }
    assert [column.name for column in finding.columns if column.nested] == ["list", "struct", "map"]
    assert finding.rows == 1


def test_old_timestamps_are_timestamps() -> None:
    array, _ = COLUMNS["local"]
    assert found(written({"t": array}, use_deprecated_int96_timestamps=True)).columns[0].type == "timestamp"


def test_what_older_writers_say_is_understood() -> None:
    assert spark_type({1: 6, 6: 0}) == "string"
    assert spark_type({1: 1, 6: 6}) == "date"
    assert spark_type({1: 2, 6: 10}) == "timestamp"
    assert spark_type({1: 7, 6: 5, 7: 2, 8: 12}) == "decimal(12,2)"
    assert spark_type({1: 2, 6: 99}) == "converted type 99"


def test_a_file_without_rows_is_a_file() -> None:
    assert found(written({"id": pa.array([], pa.int64())})).rows == 0


def test_a_footer_out_of_reach_is_fetched() -> None:
    data = written({f"column_{number}": [number] for number in range(300)})
    asked: list[tuple[int, int]] = []

    def fetch(start: int, length: int) -> bytes:
        asked.append((start, length))
        return data[start : start + length]

    finding = read_parquet(Source("a", len(data), data[:100], data[-100:], fetch))
    assert isinstance(finding, Finding)
    assert len(finding.columns) == 300
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"id,note\n1,a\n", "not_parquet"),
        (b"PAR1", "truncated"),
        (EVERYTHING[:-1], "truncated"),
        (EVERYTHING[: len(EVERYTHING) // 2], "truncated"),
        (EVERYTHING[:-8] + (2**31).to_bytes(4, "little") + b"PAR1", "truncated"),
        (EVERYTHING[:-8] + (0).to_bytes(4, "little") + b"PAR1", "truncated"),
        (EVERYTHING[:-8] + (50).to_bytes(4, "little") + b"PAR1", "corrupt_footer"),
        (b"PARE" + EVERYTHING[4:-4] + b"PARE", "encrypted"),
        (EVERYTHING[:-4] + b"PARE", "encrypted"),
    ],
)
def test_what_is_no_whole_parquet_file_is_refused(data: bytes, reason: str) -> None:
    assert refused(data) == reason


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_footer_end_in_a_finding_or_a_refusal(footer: bytes) -> None:
    data = b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
    assert isinstance(read_parquet(whole("a", data)), Finding | Refusal)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_footer_with_changed_bytes_too(place: int, change: bytes) -> None:
    length = int.from_bytes(EVERYTHING[-8:-4], "little")
    at = len(EVERYTHING) - 8 - length + place % length
    data = bytearray(EVERYTHING)
    data[at : at + len(change)] = change
    assert isinstance(read_parquet(whole("a", bytes(data[: len(EVERYTHING) - 8]) + EVERYTHING[-8:])), Finding | Refusal)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x1c" * 100, "nested deeper than 32"),
        (b"\x19" * 100, "nested deeper than 32"),
        (b"\x18\xff\xff\x03ab", "65535 elements do not fit into 2 bytes"),
        (b"\x19\xf5\xff\xff\x03", "65535 elements do not fit"),
        (b"\x16" + b"\xff" * 11, "longer than 64 bits"),
        (b"\x1e\x00", "there is no type 14"),
        (b"", "1 elements do not fit into 0 bytes"),
    ],
)
def test_thrift_that_claims_too_much_is_malformed(data: bytes, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        list(Reader(data).fields())


def test_every_thrift_type_is_read() -> None:
    data = bytes([0x11, 0x12, 0x13, 0x07, 0x15, 0x03, 0x17]) + bytes(8) + bytes([0x18, 0x01, 0x61])
    data += bytes([0x19, 0x21, 0x01, 0x02]) + bytes([0x1B, 0x01, 0x85, 0x01, 0x61, 0x02]) + bytes([0x1B, 0x00])
    data += bytes([0x05, 0x64, 0x04]) + bytes([0x00])
    assert list(Reader(data).fields()) == [
        (1, True),
        (2, False),
        (3, 7),
        (4, -2),
        (5, 0.0),
        (6, b"a"),
        (7, [True, False]),
        (8, [b"a", 1]),
        (9, []),
        (50, 2),
    ]
