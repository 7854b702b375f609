"""Tables as a crawler leaves them in the catalog."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa

from tests.localaws.athena.conftest import OPEN_CSV, OPENX, PARQUET, SIMPLE, Lake


def test_parquet_columns_are_found_by_name_and_missing_ones_are_null(lake: Lake) -> None:
    lake.put_parquet("byname/1.parquet", {"B": ["x"], "a": pa.array([1], pa.int32())})
    lake.put_parquet("byname/2.parquet", {"a": pa.array([2], pa.int64()), "c": [1.5]})
    lake.put("byname/_SUCCESS", b"no parquet")
    lake.put("byname/_refused/bad.parquet", b"no parquet")
    lake.table("byname", "a bigint, b string, c double, d date", PARQUET)
    assert lake.rows("SELECT * FROM byname ORDER BY a") == [
        ["a", "b", "c", "d"],
        ["1", "x", None, None],
        ["2", None, "1.5", None],
    ]


def test_every_parquet_type_is_read(lake: Lake) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    lake.put_parquet(
        "types/1.parquet",
        {
            "b": [True],
            "i": pa.array([1], pa.int16()),
            "r": pa.array([0.1], pa.float32()),
            "d": [Decimal("1.50")],
            "day": [date(2026, 1, 2)],
            "ts": pa.array([moment], pa.timestamp("us", "UTC")),
            "bin": [b"\x01\xff"],
            "arr": [[1, None]],
            "st": [{"X": 1, "y": "q"}],
            "m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
        },
    )
    columns = (
        "b boolean, i smallint, r float, d decimal(5;2), day date, ts timestamp, bin binary, arr array<bigint>, "
        "st struct<x:bigint;y:string>, m map<string;bigint>"
    )
    lake.table("types", columns, PARQUET)
    assert lake.rows("SELECT * FROM types")[1] == [
        "true",
        "1",
        "0.1",
        "1.50",
        "2026-01-02",
        "2026-01-02 03:04:05.678",
        "01 ff",
        "[1, null]",
        "{x=1, y=q}",
        "{k=1}",
    ]
    assert lake.rows("SELECT st.x, m['k'], arr[1], cardinality(arr) FROM types")[1] == ["1", "1", "1", "2"]


def test_a_parquet_file_of_another_type_is_bad_data(lake: Lake) -> None:
    lake.put_parquet("retyped/1.parquet", {"a": ["text"]})
    lake.table("retyped", "a bigint", PARQUET)
    assert "HIVE_BAD_DATA: Field a's type VARCHAR in parquet file" in lake.error("SELECT a FROM retyped")
    lake.put("broken/1.parquet", b"not parquet at all, but long enough")
    lake.table("broken", "a bigint", PARQUET)
    assert lake.error("SELECT a FROM broken").startswith("HIVE_BAD_DATA: Not valid Parquet file")


def test_partitions_come_from_the_catalog_and_are_pruned(lake: Lake) -> None:
    for day, n in (("2026-01-01", 1), ("2026-01-02", 2)):
        lake.put_parquet(f"parts/day={day}/1.parquet", {"n": list(range(n * 1000))})
    lake.put_parquet("parts/day=2026-01-03/1.parquet", {"n": [7]})
    lake.table("parts", "n bigint", PARQUET, keys="day date")
    for day in ("2026-01-01", "2026-01-02"):
        lake.partition("parts", day, f"parts/day={day}")
    lake.partition("parts", "__HIVE_DEFAULT_PARTITION__", "parts/day=2026-01-03")
    assert lake.rows("SELECT day, count(*) FROM parts GROUP BY day ORDER BY day")[1:] == [
        ["2026-01-01", "1000"],
        ["2026-01-02", "2000"],
        [None, "1"],
    ]
    one = lake.run("SELECT sum(n) FROM parts WHERE day = DATE '2026-01-01' AND n > 5")["Statistics"][
        "DataScannedInBytes"
    ]
    both = lake.run("SELECT sum(n) FROM parts WHERE n > 5")["Statistics"]["DataScannedInBytes"]
    assert 0 < one < both
    assert lake.rows("SELECT count(*) FROM parts WHERE day > DATE '2027-01-01'")[1] == ["0"]
    assert lake.rows("SELECT p.n FROM (VALUES 7) v(n) LEFT JOIN parts p ON p.n = v.n AND p.day IS NULL")[1] == ["7"]
    assert lake.rows("SHOW PARTITIONS parts") == [
        ["day=2026-01-01"],
        ["day=2026-01-02"],
        ["day=__HIVE_DEFAULT_PARTITION__"],
    ]


def test_text_files_are_read_as_the_lazy_serde_does(lake: Lake) -> None:
    lake.put("lazy/a.csv", 'id,name,price,day\n1,"a",1.5,2026-01-02\nx,,oops,nope\n3.9,c,2,2026-1-3,extra\n4\n')
    lake.put("lazy/b.csv.gz", gzip.compress(b"id,name,price,day\r\n5,\\N,1e3,2026-01-05\r\n"))
    given = {"field.delim": ",", "skip.header.line.count": "1"}
    lake.table("lazy", "id int, name string, price double, day date", SIMPLE, **given)
    assert sorted(lake.rows("SELECT * FROM lazy")[1:], key=str) == [
        ["1", '"a"', "1.5", "2026-01-02"],
        ["3", "c", "2.0", "2026-01-03"],
        ["4", None, None, None],
        ["5", None, "1000.0", "2026-01-05"],
        [None, "", None, None],
    ]


def test_quoted_text_files_are_read_as_the_open_csv_serde_does(lake: Lake) -> None:
    lake.put("open/a.csv", 'id;name\n1;"a;""b"""\n2;\n')
    given = {"separatorChar": ";", "quoteChar": '"', "skip.header.line.count": "1"}
    lake.table("open", "id string, name string", OPEN_CSV, **given)
    assert lake.rows("SELECT * FROM open ORDER BY id")[1:] == [["1", 'a;"b"'], ["2", ""]]
    lake.table("open_int", "id int", OPEN_CSV)
    lake.put("open_int/a.csv", "1\n")
    assert lake.error("SELECT id FROM open_int").startswith("NOT_SUPPORTED")


def test_json_lines_are_read_without_regard_to_case(lake: Lake) -> None:
    first = '{"ID": 1, "name": "a", "tags": ["x", null], "buyer": {"Age": 7}, "price": 1.25}'
    lake.put("lines/a.json", first + '\n{"id": "2"}\n')
    lake.table("lines", "id int, name string, tags array<string>, buyer struct<age:int>, price decimal(5;2)", OPENX)
    assert lake.rows("SELECT * FROM lines ORDER BY id")[1:] == [
        ["1", "a", "[x, null]", "{age=7}", "1.25"],
        ["2", None, None, None, None],
    ]
    lake.put("bad/a.json", "{]\n")
    lake.table("bad", "id int", OPENX)
    assert lake.error("SELECT * FROM bad") == "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"
    lake.table("lenient", "id int", OPENX, **{"ignore.malformed.json": "true"})
    lake.put("lenient/a.json", '{]\n{"id":1}\n')
    assert sorted(lake.rows("SELECT * FROM lenient")[1:], key=str) == [["1"], [None]]


def test_a_location_without_files_has_no_rows(lake: Lake) -> None:
    lake.table("nothing", "a bigint, b string", PARQUET)
    assert lake.rows("SELECT * FROM nothing") == [["a", "b"]]
    assert lake.rows("SELECT count(*) FROM nothing")[1] == ["0"]


def test_another_format_is_refused(lake: Lake) -> None:
    lake.put("orc/a", "x")
    lake.table("orc", "a bigint", "org.apache.hadoop.hive.ql.io.orc.OrcSerde")
    reason = (
        "NOT_SUPPORTED: localaws does not know that a table with the SerDe org.apache.hadoop.hive.ql.io.orc.OrcSerde"
    )
    assert lake.error("SELECT a FROM orc").startswith(reason)
