from __future__ import annotations

from decimal import Decimal

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from copperline.columns.casts import lookup, try_cast, try_moment

pytestmark = pytest.mark.spark
DAY = "yyyy-MM-dd HH:mm:ss"


def test_a_cast_that_does_not_fit_is_null(spark: SparkSession) -> None:
    cases = [
        # value                   type             cast
        ("2147483647",            "int",           2_147_483_647),
        ("2147483648",            "int",           None),
        ("12.5",                  "decimal(3,1)",  Decimal("12.5")),
        ("1234.5",                "decimal(3,1)",  None),
        ("twelve",                "int",           None),
        ("",                      "int",           None),
        (None,                    "int",           None),
    ]  # fmt: skip
    casts = [try_cast("the value", kind).alias(str(place)) for place, (_, kind, _) in enumerate(cases)]
    rows = spark.createDataFrame([(value,) for value, *_ in cases], "`the value` string").select(*casts).collect()
    assert [row[place] for place, row in enumerate(rows)] == [want for *_, want in cases]


def test_two_texts_make_a_moment_or_null(spark: SparkSession) -> None:
    cases = [
        # day           time         moment
        ("2024-02-29",  "23:59:59",  "2024-02-29 23:59:59"),
        ("2023-02-29",  "23:59:59",  None),
        ("2024-02-29",  "24:00:00",  None),
        ("29/02/2024",  "10:00:00",  None),
        ("2024-02-29",  None,        None),
        (None,          "10:00:00",  None),
    ]  # fmt: skip
    rows = spark.createDataFrame([case[:2] for case in cases], "day string, time string")
    got = rows.select(try_moment("day", "time", DAY).cast("string")).collect()
    assert [row[0] for row in got] == [case[2] for case in cases]


def test_a_value_that_is_not_listed_is_null(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("a",), ("A",), (None,)], "letter string")
    got = rows.select(lookup("letter", {"a": "1", "b": "2"}), F.lit(0)).collect()
    assert [row[0] for row in got] == ["1", None, None]
