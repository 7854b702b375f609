"""Folders of files, and the tables that a crawler makes of them."""

from __future__ import annotations

import gzip
import io
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from localaws.testing import Server
from tests.localaws.crawlers.bench import Bench

ID_NAME = [("id", "bigint"), ("name", "string")]


def rows(**columns: Any) -> bytes:
    """A Parquet file."""
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target)
    return target.getvalue()


PQ = rows(Id=[1, 2], name=["a", "b"])
CSV = b"id,name\n1,a\n2,b\n"
OTHER = b"code;amount;city;zip\nx;1.5;Rio;1\ny;2.5;SP;2\n"


@dataclass
class Case:
    """What a crawler is given, and what it makes of that."""

    name: str
    files: dict[str, bytes]
    tables: dict[str, list[tuple[str, str]]]
    keys: dict[str, list[str]] = field(default_factory=dict)
    partitions: dict[str, list[list[str]]] = field(default_factory=dict)
    path: str = "in/"
    exclusions: list[str] = field(default_factory=list)
    configuration: dict[str, Any] = field(default_factory=dict)
    prefix: str = ""


LEVEL_2 = {"Grouping": {"TableLevelConfiguration": 3}}
COMBINE = {"Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}
CASES = [
    Case("one file", {"in/a.parquet": PQ}, {"in": ID_NAME}),
    Case("files that are alike", {"in/a.csv": CSV, "in/b.csv": CSV}, {"in": ID_NAME}),
    Case(
        "files that are not alike",
        {"in/a.csv": CSV, "in/b.csv": OTHER, "in/c.parquet": PQ},
        {
            "a_csv": ID_NAME,
            "b_csv": [("code", "string"), ("amount", "double"), ("city", "string"), ("zip", "bigint")],
            "c_parquet": ID_NAME,
        },
    ),
    Case(
        "folders named by key and value",
        {f"in/year=2019/month={m}/day={d}/f.csv": CSV for m in ("Jan", "Feb") for d in (1, 2)},
        {"in": ID_NAME},
        keys={"in": ["year", "month", "day"]},
        partitions={
            "in": [["2019", "Feb", "1"], ["2019", "Feb", "2"], ["2019", "Jan", "1"], ["2019", "Jan", "2"]],
        },
    ),
    Case(
        "one folder named by key and value",
        {"in/day=2024-01-01/f.csv": CSV},
        {"in": ID_NAME},
        keys={"in": ["day"]},
        partitions={"in": [["2024-01-01"]]},
    ),
    Case(
        "plain folders that are alike",
        {f"in/table{t}/partition{p}/file.txt": CSV for t, p in ((1, 1), (1, 2), (1, 3), (2, 4), (2, 5))},
        {"in": ID_NAME},
        keys={"in": ["partition_0", "partition_1"]},
        partitions={
            "in": [
                ["table1", "partition1"],
                ["table1", "partition2"],
                ["table1", "partition3"],
                ["table2", "partition4"],
                ["table2", "partition5"],
            ]
        },
    ),
    Case("one plain folder", {"in/orders/a.csv": CSV}, {"orders": ID_NAME}),
    Case(
        "folders that are not alike",
        {"in/people/a.csv": CSV, "in/codes/b.csv": OTHER},
        {
            "people": ID_NAME,
            "codes": [("code", "string"), ("amount", "double"), ("city", "string"), ("zip", "bigint")],
        },
    ),
    Case(
        "schemas that are not similar",
        {"in/year=2017/a.json": b'{"A": 1, "B": 2}', "in/year=2018/b.json": b'{"C": 3, "D": 4}'},
        {"year_2017": [("a", "int"), ("b", "int")], "year_2018": [("c", "int"), ("d", "int")]},
    ),
    Case(
        "schemas that are combined",
        {"in/year=2017/a.json": b'{"A": 1, "B": 2}', "in/year=2018/b.json": b'{"C": 3, "D": 4}'},
        {"in": [("a", "int"), ("b", "int"), ("c", "int"), ("d", "int")]},
        keys={"in": ["year"]},
        partitions={"in": [["2017"], ["2018"]]},
        configuration=COMBINE,
    ),
    Case(
        "a level for tables",
        {"in/sales/day=1/a.csv": CSV, "in/sales/day=2/a.csv": CSV, "in/Stock Levels/a.parquet": PQ},
        {"f_sales": ID_NAME, "f_stock_levels": ID_NAME},
        keys={"f_sales": ["day"]},
        partitions={"f_sales": [["1"], ["2"]]},
        configuration=LEVEL_2,
        prefix="f_",
    ),
    Case(
        "a level for tables with plain folders below",
        {"in/sales/only/a.csv": CSV, "in/loose.csv": CSV},
        {"sales": ID_NAME},
        keys={"sales": ["partition_0"]},
        partitions={"sales": [["only"]]},
        configuration=LEVEL_2,
    ),
    Case(
        "columns that come later",
        {"in/t/day=1/a.csv": CSV, "in/t/day=2/a.csv": b"id,name,more\n1,a,2.5\n2,b,3\n"},
        {"t": [*ID_NAME, ("more", "double")]},
        keys={"t": ["day"]},
        partitions={"t": [["1"], ["2"]]},
        configuration=LEVEL_2,
    ),
    Case(
        "what is excluded",
        {"in/a.csv": CSV, "in/_refused/b.csv": OTHER, "in/x/_refused/y/c.csv": OTHER, "in/d.tmp": OTHER},
        {"in": ID_NAME},
        exclusions=["_refused/**", "**/_refused/**", "*.{tmp,bak}"],
    ),
    Case("no header", {"in/a.csv": b"1,a\n2,b\n"}, {"in": [("col0", "bigint"), ("col1", "string")]}),
    Case("text only has no header", {"in/a.csv": b"x,y\na,b\n"}, {"in": [("col0", "string"), ("col1", "string")]}),
    Case(
        "quotes and other delimiters",
        {"in/a.csv": b'id|text|n\n1|"a|b\nc"|2.5\n2|d|\n'},
        {"in": [("id", "bigint"), ("text", "string"), ("n", "double")]},
    ),
    Case("compressed", {"in/a.csv.gz": gzip.compress(CSV)}, {"in": ID_NAME}),
    Case(
        "nested JSON",
        {"in/a.json": b'{"i": 1, "o": {"x": 1, "y": [1, 2.5]}, "n": null}\n{"i": 3000000000, "o": {"z": true}}'},
        {"in": [("i", "bigint"), ("o", "struct<x:int,y:array<double>,z:boolean>"), ("n", "string")]},
    ),
    Case("an array of JSON", {"in/a.json": b'[{"a": 1}]'}, {"in": [("array", "array<struct<a:int>>")]}),
    Case(
        "types of Parquet",
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
    ),
    Case("junk beside good files", {"in/a.csv": CSV, "in/b.bin": b"\x00\xff\xfe", "in/e.csv": b""}, {"in": ID_NAME}),
    Case("a truncated Parquet file", {"in/t/a.parquet": PQ[:-9], "in/t/b.parquet": PQ}, {"t": ID_NAME}),
    Case("nothing", {"elsewhere/a.csv": CSV}, {}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tables(aws: Server, case: Case) -> None:
    bench = Bench(aws, f"c{uuid.uuid4().hex[:12]}")
    for key, body in case.files.items():
        bench.put(key, body)
    bench.crawler(path=case.path, exclusions=case.exclusions, configuration=case.configuration, TablePrefix=case.prefix)
    assert bench.crawl()["Status"] == "SUCCEEDED"
    tables = bench.tables()
    columns = {
        name: [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]
        for name, table in tables.items()
    }
    assert columns == case.tables
    assert {n: [k["Name"] for k in t["PartitionKeys"]] for n, t in tables.items() if t["PartitionKeys"]} == case.keys
    assert {name: bench.partition_values(name) for name in case.keys} == case.partitions
    for table in tables.values():
        assert table["Parameters"]["UPDATED_BY_CRAWLER"] == bench.name


def test_the_counts_are_those_of_the_files(aws: Server) -> None:
    bench = Bench(aws, f"c{uuid.uuid4().hex[:12]}")
    bench.put("in/a.csv", CSV)
    bench.put("in/b.csv", CSV)
    bench.crawler()
    bench.crawl()
    (table,) = bench.tables().values()
    assert table["Parameters"] == {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": bench.name,
        "areColumnsQuoted": "false",
        "averageRecordSize": "8",
        "classification": "csv",
        "columnsOrdered": "true",
        "compressionType": "none",
        "delimiter": ",",
        "objectCount": "2",
        "recordCount": "4",
        "sizeKey": "32",
        "skip.header.line.count": "1",
        "typeOfData": "file",
    }
    storage = table["StorageDescriptor"]
    assert storage["Location"] == f"s3://{bench.name}/in/"
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": ","},
    }
    assert table["TableType"] == "EXTERNAL_TABLE"


def test_a_custom_csv_classifier_decides(aws: Server) -> None:
    bench = Bench(aws, f"c{uuid.uuid4().hex[:12]}")
    bench.put("in/a.csv", b"x;'1;2'\ny;'3'\n")
    bench.glue.create_classifier(
        CsvClassifier={
            "Name": bench.name,
            "Delimiter": ";",
            "QuoteSymbol": "'",
            "ContainsHeader": "ABSENT",
            "Header": ["Code", "Text"],
            "Serde": "OpenCSVSerDe",
        }
    )
    bench.crawler(Classifiers=[bench.name])
    bench.crawl()
    (table,) = bench.tables().values()
    columns = table["StorageDescriptor"]["Columns"]
    assert [(c["Name"], c["Type"]) for c in columns] == [("code", "string"), ("text", "string")]
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("OpenCSVSerde")
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["quoteChar"] == "'"


def test_a_custom_json_classifier_names_the_records(aws: Server) -> None:
    bench = Bench(aws, f"c{uuid.uuid4().hex[:12]}")
    bench.put("in/a.json", json.dumps({"data": {"rows": [{"a": 1}, {"a": 2.5, "b": "x"}]}}).encode())
    bench.glue.create_classifier(JsonClassifier={"Name": bench.name, "JsonPath": "$.data.rows[*]"})
    bench.crawler(Classifiers=[bench.name])
    bench.crawl()
    (table,) = bench.tables().values()
    columns = table["StorageDescriptor"]["Columns"]
    assert [(c["Name"], c["Type"]) for c in columns] == [("a", "double"), ("b", "string")]
