"""Values and result files as Athena writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from localaws.planes.athena.render import floating, shown
from localaws.planes.athena.result_columns import column_info, metadata_file
from localaws.planes.athena.results import csv_lines, fields
from localaws.planes.athena.sql.dialect import parse_type
from localaws.planes.athena.sql.names import decimal_type, written_type
from localaws.planes.athena.sql.types import Type
from localaws.planes.athena.tables.hive_types import from_hive

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("value", "java"),
    [
        (1.0, "1.0"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (100.0, "100.0"),
        (123456.789, "123456.789"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (1.5e300, "1.5E300"),
        (0.001, "0.001"),
        (0.00012, "1.2E-4"),
        (-2.5e-7, "-2.5E-7"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_a_double_is_written_as_java_does(value: float, java: str) -> None:
    assert floating(value, single=False) == java


def of(written: str) -> Type:
    return written_type(parse_type(written))


@pytest.mark.parametrize(
    ("value", "written", "text"),
    [
        (True, "boolean", "true"),
        (0.1, "real", "0.1"),
        (Decimal("0E-10"), "decimal(20,10)", "0.0000000000"),
        (date(1, 2, 3), "date", "0001-02-03"),
        (MOMENT.replace(hour=0, minute=0, second=0), "timestamp(0)", "2026-01-02 00:00:00"),
        (MOMENT.replace(microsecond=600), "timestamp(6)", "2026-01-02 03:04:05.000600"),
        (datetime(2026, 1, 2, tzinfo=UTC), "timestamp(3) with time zone", "2026-01-02 00:00:00.000 UTC"),
        ([1, None], "array(bigint)", "[1, null]"),
        ({"a": [1.5]}, "map(varchar, array(double))", "{a=[1.5]}"),
        ({"x": 1, "y": None}, "row(x integer, y varchar)", "{x=1, y=null}"),
        (b"\x00\xff", "varbinary", "00 ff"),
        (None, "bigint", None),
    ],
)
def test_a_value_is_written_as_athena_does(value: Any, written: str, text: str | None) -> None:
    assert shown(value, of(written)) == text


def test_an_interval_is_written_in_days_and_a_clock() -> None:
    kind = Type("interval day to second")
    assert shown(timedelta(days=2, hours=3, milliseconds=7), kind) == "2 03:00:00.007"
    assert shown(-timedelta(seconds=90), kind) == "-0 00:01:30.000"


@pytest.mark.parametrize("row", [["a", None, ""], [None], [""], ['"', 'x,"y"\n', "é"], [None, None]])
def test_a_record_reads_back_as_it_was_written(row: list[str | None]) -> None:
    lines = list(csv_lines(["h"], [row]))
    assert lines[0] == b'"h"\n'
    assert fields(lines[1].decode()[:-1]) == row


def test_the_metadata_file_names_query_and_columns() -> None:
    column = column_info("ary", of("array(integer)"))
    expected = b'\n\x01q"\x19\n\x04hive"\x03ary*\x03ary2\x05arrayH\x03'
    assert metadata_file("q", [column]) == expected


@pytest.mark.parametrize(
    ("written", "trino"),
    [
        ("int", "integer"),
        ("string", "varchar"),
        ("decimal(10,2)", "decimal(10,2)"),
        ("array<struct<a:int,b:map<string,array<double>>>>", "array(row(a integer, b map(varchar, array(double))))"),
        ("varchar(5)", "varchar(5)"),
        ("timestamp", "timestamp(3)"),
        ("interval_year", "interval_year"),
    ],
)
def test_types_of_the_catalog(written: str, trino: str) -> None:
    assert str(from_hive(written)) == trino


def test_a_decimal_has_the_digits_that_are_written() -> None:
    assert [str(decimal_type(each)) for each in ("1.50", "0.5", "00.5", "0.0", "123.")] == [
        "decimal(3,2)",
        "decimal(1,1)",
        "decimal(1,1)",
        "decimal(1,1)",
        "decimal(3,0)",
    ]
