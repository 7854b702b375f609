"""Whether a file is what its contract says: found columns, drift, or a reason with the difference spelled out."""

from __future__ import annotations

import gzip
from typing import Any

import pyarrow as pa
import pytest

from copperline.contract import Contract
from copperline.errors import ContractError
from copperline.files.compare import readable
from copperline.files.findings import Finding, Refusal
from copperline.files.header import inspect
from copperline.files.source import HEAD, whole
from copperline.files.text import first_block, read_csv
from tests.copperline.files.world import bronze, column, parquet

COLUMNS = (column("id"), column("note", "string", required=False))


def look(data: bytes, form: str = "parquet", name: str = "file") -> Finding | Refusal:
    return inspect(whole(name, data), bronze("sales", folder="sales", format=form, columns=COLUMNS))


def reason(data: bytes, form: str, name: str = "file") -> str:
    found = look(data, form, name)
    assert isinstance(found, Refusal), found
    assert found.detail
    assert found.remedy
    return found.reason


def drift(**columns: Any) -> tuple[str, ...]:
    found = look(parquet(1, **columns))
    assert isinstance(found, Finding), found
    return found.drift


class TestParquet:
    def test_the_contracts_columns_are_no_drift(self) -> None:
        assert drift(note=["x"]) == ()

    def test_a_column_that_may_be_absent_is_drift(self) -> None:
        assert drift() == ("column note is absent",)

    def test_an_unknown_column_is_drift(self) -> None:
        assert drift(note=["x"], extra=[1.5]) == ("unknown column extra of type double",)

    def test_names_are_compared_as_spark_does(self) -> None:
        assert drift(NOTE=["x"]) == ()

    def test_a_missing_column_is_spelled_out(self) -> None:
        found = inspect(
            whole("a", parquet(1)),
            bronze("sales", folder="sales", columns=(column("id"), column("day"), column("price", "double"))),
        )
        assert found == Refusal(
            "missing_column",
            "missing column day, expected bigint; missing column price, expected double",
            "deliver the file with the columns of the contract, or change the contract",
        )

    def test_a_retyped_column_is_spelled_out_even_where_it_may_be_absent(self) -> None:
        found = look(parquet(1, note=pa.array([1], pa.int32())))
        assert isinstance(found, Refusal)
        assert (found.reason, found.detail) == ("retyped_column", "column note is int, expected string")

    def test_a_nested_column_is_retyped(self) -> None:
        found = look(parquet(1, note=[["a"]]))
        assert isinstance(found, Refusal)
        assert found.detail == "column note is nested, expected string"

    def test_two_columns_of_one_name_are_ambiguous(self) -> None:
        assert reason(parquet(1, ID=[2]), "parquet") == "ambiguous_column"


@pytest.mark.parametrize(
    ("found", "wanted", "allowed"),
    [
        ("bigint", "bigint", True),
        ("smallint", "int", True),
        ("int", "bigint", False),
        ("float", "double", False),
        ("bigint", "int", False),
        ("timestamp_ntz", "timestamp", True),
        ("timestamp", "timestamp_ntz", False),
        ("timestamp_ntz in nanoseconds", "timestamp", False),
        ("binary", "string", True),
        ("decimal(10,2)", "decimal(12,2)", True),
        ("decimal(10,2)", "decimal(12, 2)", True),
        ("decimal(5,2)", "decimal(12,2)", False),
        ("decimal(12,2)", "decimal(10,2)", False),
        ("decimal(12,2)", "decimal(12,3)", False),
        ("bigint", "decimal(20,0)", False),
        ("null", "string", False),
    ],
)
def test_only_what_spark_reads_unchanged_passes(found: str, wanted: str, *, allowed: bool) -> None:
    assert readable(found, wanted) is allowed


class TestCsv:
    @pytest.mark.parametrize(
        "data",
        [b"id,note\n1,a\n", b"\xef\xbb\xbfid,note\r\n1,a\r\n", b'"id","note"\n', b"note,ID\n", "id,note\n1,é".encode()],
    )
    def test_with_its_header_line_is_read(self, data: bytes) -> None:
        assert isinstance(look(data, "csv"), Finding)

    def test_columns_come_in_the_files_order(self) -> None:
        found = look(b"extra,note,id\n", "csv")
        assert isinstance(found, Finding)
        assert [(one.name, one.type) for one in found.columns] == [
            ("extra", "string"),
            ("note", "string"),
            ("id", "bigint"),
        ]
        assert found.drift == ("unknown column extra of type string",)

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", "empty_file"),
            (b" \n\n", "empty_file"),
            (b"Ana Souza,11 99999\n", "missing_header"),
            (b"note,x\n", "missing_column"),
            (b"id,note\n1,\xe9\n", "not_utf8"),
            ("id,note".encode("utf-16"), "not_utf8"),
            (b"id,no\0te\n", "not_utf8"),
            (b'id,"note" x\n', "not_csv"),
            (parquet(1), "not_utf8"),
        ],
    )
    def test_that_is_not_what_it_says_is_refused(self, data: bytes, expected: str) -> None:
        assert reason(data, "csv") == expected

    def test_a_row_in_place_of_the_header_is_not_repeated(self) -> None:
        found = look(b"Ana Souza,11 99999\n", "csv")
        assert isinstance(found, Refusal)
        assert "Ana" not in found.detail + found.remedy

    def test_without_header_lines_the_fields_are_counted(self) -> None:
        assert isinstance(read_csv(whole("a", b"1|x\n"), COLUMNS, header=False, delimiter="|"), Finding)
        found = read_csv(whole("a", b"1,x,y\n"), COLUMNS, header=False)
        assert isinstance(found, Refusal)
        assert (found.reason, found.detail) == ("wrong_column_count", "expected 2 fields in the first line, got 3")


class TestGzip:
    def test_is_looked_into(self) -> None:
        assert isinstance(look(gzip.compress(b"id,note\n1,a\n", mtime=0), "csv", "a.csv.gz"), Finding)

    def test_a_bomb_is_not_unpacked(self) -> None:
        block = first_block(whole("a.gz", gzip.compress(b"x" * 50_000_000, mtime=0)))
        assert isinstance(block, str)
        assert len(block) == HEAD

    @pytest.mark.parametrize(
        ("data", "name", "expected"),
        [
            (gzip.compress(b"id,note\n", mtime=0), "a.csv", "not_gzip"),
            (b"id,note\n", "a.csv.gz", "not_gzip"),
            (gzip.compress(b"id,note\n" * 99, mtime=0)[:-12], "a.csv.gz", "truncated"),
            (b"\x1f\x8b\x08" + b"\xff" * 20, "a.csv.gz", "corrupt_gzip"),
            (gzip.compress(b"", mtime=0), "a.csv.gz", "empty_file"),
        ],
    )
    def test_that_is_not_what_it_says_is_refused(self, data: bytes, name: str, expected: str) -> None:
        assert reason(data, "csv", name) == expected


class TestJson:
    @pytest.mark.parametrize(
        ("form", "data"),
        [
            ("json", b' [{"id": 1}]'),
            ("json", b'{"id": 1}'),
            ("jsonl", b'\n{"id": 1}\n{"id": 2}'),
            ("jsonl", b'{"id": 1}'),
        ],
    )
    def test_is_read(self, form: str, data: bytes) -> None:
        assert look(data, form) == Finding()

    @pytest.mark.parametrize(
        ("form", "data", "expected"),
        [
            ("json", b"id,note\n", "not_json"),
            ("jsonl", b"[1, 2]\n", "not_json_lines"),
            ("jsonl", b'{"id": \n1}\n', "not_json_lines"),
            ("json", b"\xff\xfe", "not_utf8"),
            ("jsonl", b"\x80", "not_utf8"),
        ],
    )
    def test_that_is_not_what_it_says_is_refused(self, form: str, data: bytes, expected: str) -> None:
        assert reason(data, form) == expected


def test_a_format_that_nobody_reads_is_the_contracts_fault() -> None:
    contract: Contract = bronze("sales", folder="sales", format="xml")
    with pytest.raises(ContractError, match="expected one of parquet, csv, json, jsonl, got xml"):
        inspect(whole("a", b"x"), contract)
