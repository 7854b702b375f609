from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from copperline.frames.steps import fill_missing, fit_types, translate

pytestmark = pytest.mark.spark


def test_columns_bear_other_names_and_the_unknown_keep_theirs(spark: SparkSession) -> None:
    df = spark.createDataFrame([], "ID_venda bigint, `Mês` bigint")
    assert translate(df, {"ID_venda": "sale_id", "Dia": "day"}).columns == ["sale_id", "Mês"]


def test_a_missing_value_comes_from_the_list(spark: SparkSession) -> None:
    drawn = [
        # product  category  filled
        ("a",      None,     "A"),
        ("a",      "own",    "own"),
        ("z",      None,     None),
        (None,     None,     None),
    ]  # fmt: skip
    df = spark.createDataFrame([row[:2] for row in drawn], "product string, category string")
    got = df.transform(fill_missing, "category", by="product", listed={"a": "A"}).collect()
    assert [row["category"] for row in got] == [row[2] for row in drawn]


def test_types_are_fitted_by_name(spark: SparkSession) -> None:
    df = spark.createDataFrame([("1", "x", "2")], "a string, b string, c string")
    got = df.transform(fit_types, {"a": "int", "b": "int"})
    assert got.collect() == [(1, None, "2")]
    assert dict(got.dtypes) == {"a": "int", "b": "int", "c": "string"}
