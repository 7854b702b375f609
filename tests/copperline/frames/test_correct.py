from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.columns.types import read_schema
from copperline.contract import Contract
from copperline.files.corrections import Change
from copperline.files.records import Pending
from copperline.files.values import canonical
from copperline.frames.correct import DISCARDED, correct, discard
from copperline.frames.judge import judge
from copperline.frames.local import local_frame
from tests.support.contracts import document, load, prop

pytestmark = pytest.mark.spark
AT = datetime(2025, 1, 1, tzinfo=UTC)
TYPES = {
    "text": "string",
    "yes": "boolean",
    "small": "int",
    "large": "bigint",
    "single": "float",
    "real": "double",
    "money": "decimal(12,2)",
    "day": "date",
    "at": "timestamp",
    "raw": "binary",
}
#: For each column a value as JSON holds it, and what Spark then has.
VALUES: dict[str, tuple[Any, Any]] = {
    "text": ("Zé 'quoted' \\ \U0001f600", "Zé 'quoted' \\ \U0001f600"),
    "yes": (True, True),
    "small": (-(2**31), -(2**31)),
    "large": (2**63 - 1, 2**63 - 1),
    "single": (0.5, 0.5),
    "real": (Decimal("0.1"), 0.1),
    "money": ("-1234567890.12", Decimal("-1234567890.12")),
    "day": ("0001-02-03", date(1, 2, 3)),
    "at": ("2026-01-31T08:15:00.000001-03:00", "2026-01-31 11:15:00.000001"),
    "raw": ("AP8=", bytearray(b"\x00\xff")),
}


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return load(tmp_path, document("bronze.things", *[prop(name, kind) for name, kind in TYPES.items()]))


def delivered(uri: str) -> Pending:
    return Pending("d", AT, uri, "shop/things/f", "1", 1, "ab" * 32, "bronze.things")


def rows(spark: SparkSession, contract: Contract, *places: tuple[str, int]) -> DataFrame:
    """Empty rows at these places."""
    place = [T.StructField("_source_file", T.StringType()), T.StructField("_source_row", T.LongType())]
    schema = T.StructType([*read_schema(contract), *place])
    return spark.createDataFrame([(*[None] * len(TYPES), *one) for one in places], schema)


def patch(contract: Contract, values: Mapping[str, Any]) -> dict[str, str | None]:
    types = {column.name: column.type for column in contract.columns}
    return {name: canonical(value, types[name]) for name, value in values.items()}


def test_a_value_of_every_type_arrives_at_its_row_alone(spark: SparkSession, contract: Contract) -> None:
    changes = {("f", 1): Change(patch(contract, {name: value for name, (value, _) in VALUES.items()}))}
    got = rows(spark, contract, ("f", 0), ("f", 1), ("g", 1)).transform(correct, contract, [delivered("f")], changes)
    assert DISCARDED not in got.columns
    got = got.withColumn("at", F.date_format("at", "yyyy-MM-dd HH:mm:ss.SSSSSS"))
    found = {(row["_source_file"], row["_source_row"]): [row[name] for name in TYPES] for row in got.collect()}
    assert found.pop(("f", 1)) == [want for _, want in VALUES.values()]
    assert found == {("f", 0): [None] * len(TYPES), ("g", 1): [None] * len(TYPES)}


def test_a_value_may_be_taken_away(spark: SparkSession, contract: Contract) -> None:
    full = rows(spark, contract, ("f", 0), ("f", 1)).fillna({"text": "there"})
    changes = {("f", 1): Change({"text": None})}
    got = full.transform(correct, contract, [delivered("f")], changes).orderBy("_source_row").collect()
    assert [row["text"] for row in got] == ["there", None]


def test_nothing_is_added_to_the_plan_where_nothing_is_corrected(spark: SparkSession, contract: Contract) -> None:
    df = rows(spark, contract, ("f", 0))
    others = {("another file", 0): Change({"text": "x"})}
    assert df.transform(correct, contract, [delivered("f")], {}) is df
    assert df.transform(correct, contract, [delivered("f")], others) is df


def test_no_value_of_a_correction_is_in_a_plan(spark: SparkSession, contract: Contract) -> None:
    changes = {("f", 0): Change({"text": "Zenóbia"}, discard="sold twice")}
    got = rows(spark, contract, ("f", 0)).transform(correct, contract, [delivered("f")], changes)
    execution: Any = got._jdf.queryExecution()
    assert "Zen" not in execution.toString()
    assert [row["text"] for row in got.collect()] == ["Zenóbia"]


def test_a_discarded_row_is_rejected_for_that_beside_its_other_reasons(spark: SparkSession, tmp_path: Path) -> None:
    rule = prop("n", "bigint", "integer", logicalTypeOptions={"minimum": 0})
    contract = load(tmp_path, document("bronze.things", rule))
    schema = T.StructType([T.StructField("n", T.LongType()), T.StructField("_source_file", T.StringType())])
    schema = schema.add("_source_row", T.LongType())
    df = local_frame(spark, [(1, "f", 0), (-1, "f", 1), (-1, "f", 2)], schema)
    changes = {("f", 0): Change({}, discard="sold twice"), ("f", 1): Change({}, discard="a test")}
    for files in ([delivered("f")], [delivered("g")]):
        got = df.transform(correct, contract, files, changes).transform(judge, contract).transform(discard)
        found = [row["_reasons"] for row in got.orderBy("_source_row").collect()]
        assert DISCARDED not in got.columns
        if files[0].uri == "f":
            assert found == [["discarded: sold twice"], ["n_out_of_range", "discarded: a test"], ["n_out_of_range"]]
        else:
            assert found == [[], ["n_out_of_range"], ["n_out_of_range"]], (
                "the frame of another source has the column too"
            )
