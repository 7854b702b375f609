from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.frames.classify import ALONE, CLASS, WAS, classify, classify_groups, newest
from copperline.frames.local import local_frame

pytestmark = pytest.mark.spark
Version = tuple[int, str, int | None]
SCHEMA = T.StructType(
    [
        T.StructField("id", T.LongType()),
        T.StructField("part", T.StringType()),
        T.StructField("value", T.StringType()),
        T.StructField("_delivered_at", T.TimestampType()),
        T.StructField("_source_file", T.StringType()),
        T.StructField("_source_row", T.LongType()),
    ]
)
KEY = ("id", "part")


def rows(spark: SparkSession, drawn: Sequence[tuple[int, Any, Version]]) -> DataFrame:
    """Rows drawn as key, value and version (minute of delivery, file, place)."""
    values = [
        (number, "p", value, datetime(2025, 1, 1, 0, at, tzinfo=UTC), file, place)
        for number, value, (at, file, place) in drawn
    ]
    return local_frame(spark, values, SCHEMA)


def test_the_newest_row_of_a_key_wins(spark: SparkSession) -> None:
    drawn = [
        # key  value           minute  file  row
        (1, "earlier delivery", (1, "z", 9)),
        (1, "later delivery",   (2, "a", 0)),
        (2, "earlier file",     (1, "a", 9)),
        (2, "later file",       (1, "b", 0)),
        (3, "earlier row",      (1, "a", 8)),
        (3, "later row",        (1, "a", 9)),
        (4, "without a place",  (1, "a", None)),
        (4, "with a place",     (1, "a", 0)),
    ]  # fmt: skip
    got = rows(spark, drawn).transform(newest, KEY, ["value"]).orderBy("id")
    assert [row["value"] for row in got.collect()] == ["later delivery", "later file", "later row", "with a place"]
    assert got.columns == [*SCHEMA.names, ALONE]


def test_a_row_is_as_old_as_the_first_that_all_later_ones_repeat(spark: SparkSession) -> None:
    drawn = [
        # key  value  minute  file  row
        (1, "x",  (1, "a", 0)),
        (1, "x",  (2, "b", 0)),
        (1, "x",  (3, "c", 0)),
        (2, "x",  (1, "a", 1)),
        (2, "y",  (2, "b", 1)),
        (2, "x",  (3, "c", 1)),
        (2, "x",  (4, "d", 1)),
        (3, None, (1, "a", 2)),
        (3, None, (1, "a", 3)),
    ]  # fmt: skip
    got = rows(spark, drawn).transform(newest, KEY, ["value"]).orderBy("id").collect()
    assert [(row["value"], row["_source_file"], row["_source_row"], row[ALONE]) for row in got] == [
        ("x", "a", 0, True),
        ("x", "c", 1, False),
        (None, "a", 2, True),
    ]


def test_the_sources_own_version_comes_first(spark: SparkSession) -> None:
    drawn = [
        # key  source's version  minute  file  row
        (1, "2", (1, "a", 0)),
        (1, "1", (9, "b", 0)),
        (2, "1", (1, "a", 1)),
        (2, None, (9, "b", 1)),
        (3, "1", (9, "b", 2)),
        (3, "2", (8, "a", 2)),
        (3, "2", (9, "b", 3)),
    ]  # fmt: skip
    got = rows(spark, drawn).transform(newest, KEY, ["value"], "value").orderBy("id").collect()
    assert [(row["value"], row["_source_file"], row["_source_row"], row[ALONE]) for row in got] == [
        ("2", "a", 0, True),
        ("1", "a", 1, True),
        ("2", "a", 2, True),
    ]


def test_a_batch_is_told_apart_by_one_look_at_the_table(spark: SparkSession) -> None:
    here = [(number, "old", (5, "m", 5)) for number in range(1, 8)] + [(8, None, (5, "m", 5)), (9, None, (5, "m", 5))]
    drawn = [
        # key  value   version        class
        (0,  "new",  (1, "a", 0),   "inserted"),
        (1,  "old",  (5, "m", 5),   "unchanged"),
        (2,  "old",  (9, "z", 9),   "unchanged"),
        (3,  "new",  (6, "a", 0),   "updated"),
        (4,  "new",  (5, "n", 0),   "updated"),
        (5,  "new",  (5, "m", 6),   "updated"),
        (6,  "new",  (5, "m", 5),   "updated"),
        (7,  "new",  (4, "z", 9),   "superseded"),
        (8,  None,   (6, "a", 0),   "unchanged"),
        (9,  "new",  (6, "a", 0),   "updated"),
    ]  # fmt: skip
    batch = rows(spark, [case[:3] for case in drawn]).withColumn(ALONE, F.lit(True))
    got = classify(batch, rows(spark, here), KEY, ["value"])
    assert [row[CLASS] for row in got.orderBy("id").collect()] == [case[3] for case in drawn]
    assert sorted(got.columns) == sorted([*SCHEMA.names, CLASS, WAS])


def test_a_row_that_says_the_same_since_another_version_is_updated(spark: SparkSession) -> None:
    here = rows(spark, [(number, "same", (5, "m", 5)) for number in (1, 2, 3, 4)])
    drawn = [
        # key  version       alone   class
        (1, (5, "m", 5), False, "unchanged"),
        (2, (6, "m", 5), True,  "unchanged"),
        (3, (6, "m", 5), False, "updated"),
        (4, (4, "m", 5), True,  "updated"),
    ]  # fmt: skip
    batch = rows(spark, [(number, "same", version) for number, version, *_ in drawn])
    alone = F.col("id").isin([number for number, _, alone, _ in drawn if alone])
    got = classify(batch.withColumn(ALONE, alone), here, KEY, ["value"]).orderBy("id").collect()
    assert [row[CLASS] for row in got] == [case[3] for case in drawn]


def test_what_is_replaced_is_known_where_the_table_is_partitioned_by_it(spark: SparkSession) -> None:
    here = rows(spark, [(1, "old", (1, "a", 0))])
    batch = rows(spark, [(1, "new", (2, "a", 0)), (2, "new", (2, "a", 1))]).withColumn(ALONE, F.lit(True))
    got = classify(batch, here, KEY, ["value"], partitions=["value"]).orderBy("id").collect()
    assert [row[WAS] and row[WAS]["value"] for row in got] == ["old", None]


def test_a_table_of_keys_alone_is_never_updated(spark: SparkSession) -> None:
    here = rows(spark, [(1, None, (1, "a", 0))])
    batch = rows(spark, [(1, None, (2, "a", 0)), (2, None, (2, "a", 1))]).withColumn(ALONE, F.lit(True))
    assert [row[CLASS] for row in classify(batch, here, KEY, []).orderBy("id").collect()] == ["unchanged", "inserted"]


def test_a_group_that_vanished_is_deleted(spark: SparkSession) -> None:
    here = rows(spark, [(number, "old", (1, "a", 0)) for number in (1, 2, 3)])
    batch = rows(spark, [(2, "old", (9, "a", 0)), (3, "new", (0, "a", 0)), (4, None, (9, "a", 0))])
    got = classify_groups(batch, here, KEY, ["value"]).orderBy("id").collect()
    assert [(row["id"], row[CLASS]) for row in got] == [
        (1, "deleted"),
        (2, "unchanged"),
        (3, "updated"),
        (4, "inserted"),
    ]
