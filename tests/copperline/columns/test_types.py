from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import types as T

from copperline.columns.types import read_schema, spark_type, stored_schema
from copperline.errors import ContractError
from tests.support.contracts import document, key, load, prop

TYPES = [
    ("string", T.StringType()),
    ("boolean", T.BooleanType()),
    ("int", T.IntegerType()),
    ("bigint", T.LongType()),
    ("float", T.FloatType()),
    ("double", T.DoubleType()),
    ("date", T.DateType()),
    ("timestamp", T.TimestampType()),
    ("binary", T.BinaryType()),
    ("decimal(12,2)", T.DecimalType(12, 2)),
    ("decimal(38, 0)", T.DecimalType(38, 0)),
]


@pytest.mark.parametrize(("text", "kind"), TYPES)
def test_a_physical_type_is_a_spark_type(text: str, kind: T.DataType) -> None:
    assert spark_type(text, "file: x") == kind


@pytest.mark.parametrize("text", ["decimal", "decimal(12)", "varchar(20)", "STRING", "array<string>", ""])
def test_a_type_that_tables_do_not_hold_is_named(text: str) -> None:
    with pytest.raises(ContractError) as caught:
        spark_type(text, "file: x")
    known = "string, boolean, int, bigint, float, double, date, timestamp, binary"
    want = f"file: x: physicalType: expected decimal(p,s) or one of {known}, got {text}; use one of them"
    assert str(caught.value) == want


def test_a_table_keeps_the_hash_where_a_file_has_the_value(tmp_path: Path) -> None:
    mail = prop("mail", classification="personal", encryptedName="mail_hash")
    contract = load(tmp_path, document("silver.things", key(), mail, prop("price", "decimal(5,2)", "number")))
    assert read_schema(contract).simpleString() == "struct<id:bigint,mail:string,price:decimal(5,2)>"
    assert stored_schema(contract).simpleString() == "struct<id:bigint,mail_hash:string,price:decimal(5,2)>"
    assert all(field.nullable for field in read_schema(contract))
