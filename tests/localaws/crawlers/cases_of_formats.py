"""One file or a few of one folder: how they are read."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa

from tests.localaws.crawlers.case import (
    BUILT_IN,
    CRAWLERS,
    CSV,
    CUSTOM,
    ID_NAME,
    JSON_COLUMNS,
    LINES,
    PQ,
    SINGLE_SCHEMA,
    Case,
    rows,
)

TEXTS = [("col0", "string"), ("col1", "string")]
NUMBERED = "the page calls the columns col1, col2, ...; tables that crawlers really made begin at col0"
COUNTED = "that the heading counts as one of the two rows that the page asks for"
UNKNOWN = {"classification": "UNKNOWN"}


def delimited(name: str, delimiter: str) -> Case:
    return Case(
        name,
        BUILT_IN,
        {"in/a.txt": CSV.replace(b",", delimiter.encode())},
        {"in": ID_NAME},
        facts={"in": {"classification": "csv", "delimiter": delimiter, "skip.header.line.count": "1"}},
    )


CSV_FILES = [
    delimited("commas", ","),
    delimited("pipes", "|"),
    delimited("tabs", "\t"),
    delimited("semicolons", ";"),
    delimited("Ctrl-A", "\x01"),
    Case("no header", BUILT_IN, {"in/a.csv": b"1,a\n2,b\n"}, {"in": [("col0", "bigint"), TEXTS[1]]}, inferred=NUMBERED),
    Case("text only has no header", BUILT_IN, {"in/a.csv": b"x,y\na,b\n"}, {"in": TEXTS}, inferred=NUMBERED),
    Case("a heading and one row", BUILT_IN, {"in/a.csv": b"id,name\n1,a\n"}, {"in": ID_NAME}, inferred=COUNTED),
    Case(
        "a heading of 150 characters is none",
        BUILT_IN,
        {"in/a.csv": b"h" * 150 + b",n\n1,2\n"},
        {"in": [("col0", "string"), ("col1", "string")]},
        inferred=NUMBERED,
    ),
    Case(
        "only the last heading may be long",
        BUILT_IN,
        {"in/a.csv": b"n," + b"h" * 150 + b"\n1,2\n3,4\n"},
        {"in": [("n", "bigint"), ("h" * 150, "bigint")]},
    ),
    Case(
        "a trailing delimiter",
        BUILT_IN,
        {"in/a.csv": b"id,name,\n1,a,\n2,b,\n"},
        {"in": [*ID_NAME, ("col2", "string")]},
        inferred="the name of the column that is empty throughout",
    ),
    Case(
        "quotes and other delimiters",
        BUILT_IN,
        {"in/a.csv": b'id|text|n\n1|"a|b\nc"|2.5\n2|d|\n'},
        {"in": [("id", "bigint"), ("text", "string"), ("n", "double")]},
        facts={"in": {"areColumnsQuoted": "false"}},
        inferred="that a quoted line break is read as one row",
    ),
    Case("one column is no CSV", BUILT_IN, {"in/a.csv": b"id\n1\n2\n"}, {"in": []}, facts={"in": UNKNOWN}),
    Case("one row is no CSV", BUILT_IN, {"in/a.csv": b"1,a\n"}, {"in": []}, facts={"in": UNKNOWN}),
    Case(
        "types of CSV",
        BUILT_IN,
        {"in/a.csv": b"i,d,b,t,e\n1,1.5,true,x,\n-2,2,false,2024-01-01,\n"},
        {"in": [("i", "bigint"), ("d", "double"), ("b", "boolean"), ("t", "string"), ("e", "string")]},
        inferred="which types there are for CSV, and that dates are text",
    ),
    Case(
        "a mark of UTF-8 and line ends of Windows",
        BUILT_IN,
        {"in/a.csv": b"\xef\xbb\xbfid,name\r\n1,a\r\n2,b\r\n"},
        {"in": ID_NAME},
        inferred="all of it",
    ),
]

JSON_FILES = [
    Case("JSON", BUILT_IN, {"in/a.json": b'{"id": 1,\n "name": "a"}'}, {"in": JSON_COLUMNS}),
    Case(
        "JSON Lines",
        BUILT_IN,
        {"in/a.jsonl": LINES},
        {"in": JSON_COLUMNS},
        facts={"in": {"classification": "json", "recordCount": "2"}},
    ),
    Case(
        "nested JSON",
        BUILT_IN,
        {"in/a.json": b'{"i": 1, "o": {"x": 1, "y": [1, 2.5]}, "n": null}\n{"i": 3000000000, "o": {"z": true}}'},
        {"in": [("i", "bigint"), ("o", "struct<x:int,y:array<double>,z:boolean>"), ("n", "string")]},
        inferred="that what is always null is text",
    ),
    Case(
        "an array of JSON",
        CUSTOM,
        {"in/a.json": b'[{"a": 1}]'},
        {"in": [("array", "array<struct<a:int>>")]},
        inferred="the page shows one column of an array; that it is called array is how Athena users meet it",
    ),
    Case("broken JSON", BUILT_IN, {"in/a.json": b'{"a": 1'}, {"in": []}, facts={"in": UNKNOWN}),
]

PARQUET_FILES = [
    Case(
        "Parquet",
        BUILT_IN,
        {"in/a.parquet": PQ},
        {"in": ID_NAME},
        facts={"in": {"classification": "parquet", "compressionType": "none"}},
        inferred="compressionType none: the page (How crawlers work) says that it is not populated",
    ),
    Case(
        "types of Parquet",
        BUILT_IN,
        {
            "in/a.parquet": rows(
                d=pa.array([None], pa.decimal128(12, 2)),
                t=pa.array([None], pa.timestamp("us")),
                day=pa.array([None], pa.date32()),
                s=pa.array([None], pa.list_(pa.struct([("Q", pa.int32())]))),
                m=pa.array([None], pa.map_(pa.string(), pa.float64())),
                c=pa.array(["x"]).dictionary_encode(),
                b=pa.array([True]),
            )
        },
        {
            "in": [
                ("d", "decimal(12,2)"),
                ("t", "timestamp"),
                ("day", "date"),
                ("s", "array<struct<q:int>>"),
                ("m", "map<string,double>"),
                ("c", "string"),
                ("b", "boolean"),
            ]
        },
        inferred="the page says only that the file's own schema is taken",
    ),
    Case("a truncated Parquet file", BUILT_IN, {"in/t/a.parquet": PQ[:-9], "in/t/b.parquet": PQ}, {"t": ID_NAME}),
]


def zipped(name: str, content: bytes, kind: str, columns: list[tuple[str, str]], inferred: str = "") -> Case:
    return Case(
        name,
        BUILT_IN,
        {"in/a.gz": gzip.compress(content)},
        {"in": columns},
        facts={"in": {"classification": kind, "compressionType": "gzip"}},
        inferred=inferred,
    )


COMPRESSED = [
    zipped("CSV by gzip", CSV, "csv", ID_NAME),
    zipped("JSON by gzip", b'{"id": 1, "name": "a"}', "json", JSON_COLUMNS),
    zipped("JSON Lines by gzip", LINES, "json", JSON_COLUMNS),
    zipped("an array of JSON by gzip", b'[{"a": 1}]', "json", [("array", "array<struct<a:int>>")]),
    zipped("Parquet by gzip", PQ, "UNKNOWN", [], "all of it: no engine reads a Parquet file that is wholly compressed"),
    Case(
        "plain and compressed files are two tables",
        SINGLE_SCHEMA,
        {"in/a.csv": CSV, "in/b.csv.gz": gzip.compress(CSV)},
        {"a_csv": ID_NAME, "b_csv_gz": ID_NAME},
        inferred="that a table of one file is called after the file",
    ),
    Case(
        "an empty file and its kind do not count",
        CRAWLERS,
        {"in/a.csv": CSV, "in/b.csv": b"", "in/c/": b""},
        {"in": ID_NAME},
        facts={"in": {"objectCount": "1"}},
        inferred="all of it",
    ),
]


def csv_classifier(**more: object) -> list[dict[str, dict[str, object]]]:
    return [{"CsvClassifier": {"Delimiter": ";", **more}}]


def json_classifier(path: str) -> list[dict[str, dict[str, object]]]:
    return [{"JsonClassifier": {"JsonPath": path}}]


RECORDS = json.dumps({"data": {"rows": [{"a": 1}, {"a": 2.5, "b": "x"}]}}).encode()
CLASSIFIERS = [
    Case(
        "a classifier that names the headings",
        CUSTOM,
        {"in/a.csv": b"x;'1;2'\ny;'3'\n"},
        {"in": [("code", "string"), ("text", "string")]},
        classifiers=csv_classifier(QuoteSymbol="'", ContainsHeader="ABSENT", Header=["Code", "Text"]),
        facts={"in": {"quoteChar": "'", "areColumnsQuoted": "true"}},
    ),
    Case(
        "a classifier that says there is a heading",
        CUSTOM,
        {"in/a.csv": b"x;y\na;b\n"},
        {"in": [("x", "string"), ("y", "string")]},
        classifiers=csv_classifier(ContainsHeader="PRESENT"),
        facts={"in": {"skip.header.line.count": "1"}},
    ),
    Case(
        "a classifier that allows one column",
        CUSTOM,
        {"in/a.csv": b"n\n1\n2\n"},
        {"in": [("n", "bigint")]},
        classifiers=csv_classifier(AllowSingleColumn=True),
    ),
    Case(
        "a classifier that does not fit leaves it to the built-in ones",
        BUILT_IN,
        {"in/a.csv": CSV},
        {"in": ID_NAME},
        classifiers=csv_classifier(Header=["a", "b", "c"]),
        facts={"in": {"delimiter": ","}},
    ),
    Case(
        "the first classifier that fits decides",
        BUILT_IN,
        {"in/a.json": RECORDS},
        {"in": [("a", "double"), ("b", "string")]},
        classifiers=[*json_classifier("$.nothing"), *json_classifier("$.data.rows[*]"), *json_classifier("$.data")],
    ),
    Case(
        "the records of an array",
        CUSTOM,
        {"in/a.json": b'[{"type": "x", "id": 1}, {"type": "y", "id": 2}]'},
        {"in": [("type", "string"), ("id", "int")]},
        classifiers=json_classifier("$[*]"),
    ),
    Case(
        "values that a path selects",
        CUSTOM,
        {"in/a.json": b'{"identifiers": [{"identifier": "x"}, {"identifier": "y"}]}'},
        {"in": [("record", "string")]},
        classifiers=json_classifier("$.identifiers[*].identifier"),
    ),
]

FORMATS = [*CSV_FILES, *JSON_FILES, *PARQUET_FILES, *COMPRESSED, *CLASSIFIERS]
